import type { Rng } from "../../math/rng.ts";
import {
  activeParameters,
  buildParameters,
  clip,
  quantize,
  sampleSpec,
  withConstraints,
  type ParameterSpec,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";

/** How population-based training changes a configuration. */
export interface PerturbOptions {
  /** Step as a share of the parameter's range (of its standard deviation for normal ones). */
  readonly factor: number;
  /** Probability of a fresh draw instead of a step, per parameter. */
  readonly resampleProbability: number;
}

/** Every parameter is drawn afresh or moved one step up or down, as NNI's PBTTuner does; parameters that the
 *  configuration lacks (a branch just entered) are drawn. Obeys the constraints. */
export function perturbParameters(
  space: SearchSpace,
  parameters: Parameters,
  rng: Rng,
  options: PerturbOptions,
): Parameters {
  const values = new Map(
    activeParameters(space, parameters).map(({ spec, value }) => [spec, value]),
  );
  return withConstraints(space, () =>
    buildParameters(space, (spec) => {
      const value = values.get(spec);
      if (value === undefined || rng.next() < options.resampleProbability)
        return sampleSpec(spec, rng);
      return step(spec, value, rng.next() < 0.5 ? -1 : 1, options.factor);
    }),
  );
}

function step(spec: ParameterSpec, value: number, direction: 1 | -1, factor: number): number {
  switch (spec.type) {
    case "choice":
      return clip(value + direction, 0, spec.options.length - 1);
    case "randint":
      return clip(value + direction, spec.low, spec.high - 1);
    case "uniform":
      return clip(value + direction * factor * (spec.high - spec.low), spec.low, spec.high);
    case "loguniform": {
      const range = Math.log(spec.high) - Math.log(spec.low);
      return clip(value * Math.exp(direction * factor * range), spec.low, spec.high);
    }
    case "quniform":
    case "qloguniform":
      return clip(quantize(value + direction * spec.q, spec.q), spec.low, spec.high);
    case "qnormal":
    case "qlognormal":
      return quantize(value + direction * spec.q, spec.q);
    case "normal":
      return value + direction * factor * spec.sigma;
    case "lognormal":
      return value * Math.exp(direction * factor * spec.sigma);
    default:
      return spec satisfies never;
  }
}
