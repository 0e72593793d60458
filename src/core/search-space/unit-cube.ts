import { normalCdf, normalQuantile } from "../math/normal.ts";
import { finish } from "./sample.ts";
import { clip, quantize } from "./rounding.ts";
import type { NumericSpec, ParameterSpec } from "./types.ts";

/** A uniform draw kept off the ends, where the quantiles of unbounded priors are infinite. */
const edge = 1e-12;

/** Cumulative probability of a value under the parameter's prior, in [0, 1]; for discrete parameters the middle of the
 *  value's share, so that `fromUnit(spec, toUnit(spec, value))` is `value`. Choices by option index. */
export function toUnit(spec: ParameterSpec, value: number): number {
  switch (spec.type) {
    case "choice":
      return clip((value + 0.5) / spec.options.length, 0, 1);
    case "randint":
      return clip((value - spec.low + 0.5) / (spec.high - spec.low), 0, 1);
    case "quniform":
    case "qloguniform": {
      const nearest = quantize(value, spec.q);
      // The first and the last grid point share the clipped rest of the range.
      const below = value <= spec.low ? 0 : cdf(spec, nearest - spec.q / 2);
      const above = value >= spec.high ? 1 : cdf(spec, nearest + spec.q / 2);
      return (below + above) / 2;
    }
    case "qnormal":
    case "qlognormal": {
      const nearest = quantize(value, spec.q);
      return (cdf(spec, nearest - spec.q / 2) + cdf(spec, nearest + spec.q / 2)) / 2;
    }
    case "uniform":
    case "loguniform":
    case "normal":
    case "lognormal":
      return cdf(spec, value);
    default:
      return spec satisfies never;
  }
}

/** The value at a cumulative probability, rounded and clipped as a sample would be; a choice's option index. */
export function fromUnit(spec: ParameterSpec, u: number): number {
  const p = clip(u, 0, 1);
  switch (spec.type) {
    case "choice":
      return Math.min(Math.floor(p * spec.options.length), spec.options.length - 1);
    case "randint":
      return spec.low + Math.min(Math.floor(p * (spec.high - spec.low)), spec.high - spec.low - 1);
    case "uniform":
    case "quniform":
      return finish(spec, spec.low + (spec.high - spec.low) * p);
    case "loguniform":
    case "qloguniform": {
      const low = Math.log(spec.low);
      return finish(spec, Math.exp(low + (Math.log(spec.high) - low) * p));
    }
    case "normal":
    case "qnormal":
      return finish(spec, spec.mu + spec.sigma * normalQuantile(clip(p, edge, 1 - edge)));
    case "lognormal":
    case "qlognormal":
      return finish(spec, Math.exp(spec.mu + spec.sigma * normalQuantile(clip(p, edge, 1 - edge))));
    default:
      return spec satisfies never;
  }
}

function cdf(spec: NumericSpec, x: number): number {
  switch (spec.type) {
    case "randint":
    case "uniform":
    case "quniform":
      return clip((x - spec.low) / (spec.high - spec.low), 0, 1);
    case "loguniform":
    case "qloguniform": {
      if (x <= spec.low) return 0;
      const low = Math.log(spec.low);
      return clip((Math.log(x) - low) / (Math.log(spec.high) - low), 0, 1);
    }
    case "normal":
    case "qnormal":
      return normalCdf((x - spec.mu) / spec.sigma);
    case "lognormal":
    case "qlognormal":
      return x <= 0 ? 0 : normalCdf((Math.log(x) - spec.mu) / spec.sigma);
    default:
      return spec satisfies never;
  }
}
