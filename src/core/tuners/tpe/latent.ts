import {
  clip,
  finish,
  quantize,
  type NumericSpec,
  type ParameterSpec,
} from "../../search-space/index.ts";

/** Integer ranges up to this width are categories in NNI's readings; wider ones would need a count per value. */
const categoryLimit = 65_536;

/** Number of categories for what NNI treats as categorical (choice and randint), else null. */
export function categoryCount(spec: ParameterSpec): number | null {
  if (spec.type === "choice") return spec.options.length;
  if (spec.type === "randint" && spec.high - spec.low <= categoryLimit) return spec.high - spec.low;
  return null;
}

/** The scale on which NNI models a numeric parameter: logarithmic for the log forms. */
export interface LatentPrior {
  readonly mu: number;
  readonly sigma: number;
  /** Minus and plus infinity for the normal forms. */
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

/** NNI's Gaussian prior of a numeric parameter: centre and full width of a range, mu and sigma of a normal form. */
export function latentPrior(spec: NumericSpec): LatentPrior {
  switch (spec.type) {
    case "randint":
      return bounded(spec.low - 0.5, spec.high - 0.5, false);
    case "uniform":
    case "quniform":
      return bounded(spec.low, spec.high, false);
    case "loguniform":
    case "qloguniform":
      return bounded(Math.log(spec.low), Math.log(spec.high), true);
    case "normal":
    case "qnormal":
      return { mu: spec.mu, sigma: spec.sigma, low: -Infinity, high: Infinity, log: false };
    case "lognormal":
    case "qlognormal":
      return { mu: spec.mu, sigma: spec.sigma, low: -Infinity, high: Infinity, log: true };
    default:
      return spec satisfies never;
  }
}

function bounded(low: number, high: number, log: boolean): LatentPrior {
  return { mu: (low + high) / 2, sigma: high - low, low, high, log };
}

/** A parameter's value on its latent scale; rounded values below the range's low end (qloguniform gives 0) are lifted to it. */
export function toLatent(prior: LatentPrior, value: number): number {
  if (!prior.log) return value;
  return Math.max(Math.log(Math.max(value, 1e-12)), prior.low);
}

/** The value a trial receives for a latent number. */
export function fromLatent(spec: NumericSpec, prior: LatentPrior, latent: number): number {
  return finish(spec, prior.log ? Math.exp(latent) : latent);
}

/** The latent interval that is rounded (and clipped) to `value`, within the range; null for continuous parameters. */
export function latentCell(
  spec: NumericSpec,
  prior: LatentPrior,
  value: number,
): readonly [number, number] | null {
  if (spec.type === "randint") return [value - 0.5, value + 0.5];
  if (!("q" in spec)) return null;
  const edge = (x: number): number =>
    clip(prior.log ? (x <= 0 ? -Infinity : Math.log(x)) : x, prior.low, prior.high);
  // a clipped end of the range is no multiple of q: its cell is that of the multiple it was clipped from
  const nearest = quantize(value, spec.q);
  return [
    "low" in spec && value <= spec.low ? prior.low : edge(nearest - spec.q / 2),
    "high" in spec && value >= spec.high ? prior.high : edge(nearest + spec.q / 2),
  ];
}
