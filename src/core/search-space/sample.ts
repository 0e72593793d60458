import { AppError } from "../errors.ts";
import type { Rng } from "../math/rng.ts";
import { buildParameters } from "./configuration.ts";
import { satisfiesConstraints } from "./constraints.ts";
import { clip, quantize } from "./rounding.ts";
import type { ParameterSpec, Parameters, SearchSpace } from "./types.ts";
import { word } from "../words/index.ts";

const maxRejections = 20_000;

/** Draws one parameter from its prior: the number itself, for a choice the option's index. */
export function sampleSpec(spec: ParameterSpec, rng: Rng): number {
  switch (spec.type) {
    case "choice":
      return rng.int(spec.options.length);
    case "randint":
      return spec.low + rng.int(spec.high - spec.low);
    case "uniform":
    case "quniform":
      return finish(spec, spec.low + (spec.high - spec.low) * rng.next());
    case "loguniform":
    case "qloguniform": {
      const low = Math.log(spec.low);
      return finish(spec, Math.exp(low + (Math.log(spec.high) - low) * rng.next()));
    }
    case "normal":
    case "qnormal":
      return finish(spec, spec.mu + spec.sigma * rng.normal());
    case "lognormal":
    case "qlognormal":
      return finish(spec, Math.exp(spec.mu + spec.sigma * rng.normal()));
    default:
      return spec satisfies never;
  }
}

/** Rounds to the grid of a quantised parameter and clips to its bounds, as NNI does: q*normal forms have none.
 *  A choice's index and a randint are rounded to an integer in range. */
export function finish(spec: ParameterSpec, x: number): number {
  switch (spec.type) {
    case "choice":
      return clip(Math.round(x), 0, spec.options.length - 1);
    case "randint":
      return clip(Math.round(x) + 0, spec.low, spec.high - 1); // never -0
    case "uniform":
    case "loguniform":
      return clip(x, spec.low, spec.high);
    case "quniform":
    case "qloguniform":
      return clip(quantize(x, spec.q), spec.low, spec.high);
    case "normal":
    case "lognormal":
      return x;
    case "qnormal":
    case "qlognormal":
      return quantize(x, spec.q);
    default:
      return spec satisfies never;
  }
}

/** Draws a configuration from the prior that obeys the constraints.
 *  @throws AppError "search-space-exhausted" when practically nothing obeys them */
export function sampleParameters(space: SearchSpace, rng: Rng): Parameters {
  return withConstraints(space, () => buildParameters(space, (spec) => sampleSpec(spec, rng)));
}

/** Repeats `draw` until the constraints hold.
 *  @throws AppError "search-space-exhausted" after 20,000 draws in vain */
export function withConstraints(space: SearchSpace, draw: () => Parameters): Parameters {
  for (let attempt = 0; attempt < maxRejections; attempt++) {
    const parameters = draw();
    if (satisfiesConstraints(space.constraints, parameters)) return parameters;
  }
  throw new AppError("search-space-exhausted", word("no-draws", { draws: maxRejections }), {
    draws: maxRejections,
  });
}
