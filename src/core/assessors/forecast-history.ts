import type { Trial } from "../trial.ts";
import { fitShapes, type ForecastPriors, type Prediction } from "./curve-forecast.ts";

/** A trial's reports with "larger is better". */
export function orientedCurve(trial: Trial, sign: 1 | -1): number[] {
  return trial.intermediates.map((x) => sign * x);
}

/** Priors from the trials so far: the spread of their last reports (or the curve's own range, if larger) and the usual
 *  jitter of a report about its neighbours in the later half of the curves. */
export function priorsFrom(
  curve: readonly number[],
  others: readonly (readonly number[])[],
): ForecastPriors {
  const lasts = others.map((y) => y.at(-1)!).sort((a, b) => a - b);
  const quartile = (q: number): number => lasts[Math.floor(q * (lasts.length - 1))] ?? 0;
  const spread = lasts.length < 2 ? 0 : (quartile(0.75) - quartile(0.25)) / 1.35;
  const range = Math.max(...curve) - Math.min(...curve);
  const scale = Math.max(spread, range) || Math.abs(curve[0] ?? 0) * 1e-6 || 1e-12;
  const jitters: number[] = [];
  for (const y of [curve, ...others])
    for (let i = Math.max(1, y.length >> 1); i + 1 < y.length; i++)
      jitters.push(Math.abs(y[i]! - (y[i - 1]! + y[i + 1]!) / 2));
  jitters.sort((a, b) => a - b);
  // The middle of three normal numbers less the mean of its neighbours has a median absolute value of 0.83 σ.
  const jitter = 1.2 * (jitters[jitters.length >> 1] ?? 0.05 * scale);
  return { scale, noise: Math.max(0.01 * scale, jitter) };
}

/** How forecasts made at this point turned out for the trials that finished. */
export interface Calibration {
  /** In standard deviations; never negative: forecasts are corrected upwards only. */
  readonly bias: number;
  /** Factor on the standard deviation; never below 1. */
  readonly inflation: number;
}

/** Forecasts the finished curves from their first `steps` reports and compares with how they ended: if all of them gained
 *  more than the shapes expect (a learning-rate step, say), so may this one. Two imaginary trials as expected temper it. */
export function calibrate(
  finished: readonly (readonly number[])[],
  steps: number,
  shapes: readonly Float64Array[],
  priors: ForecastPriors,
): Calibration {
  const imaginary = 2;
  const target = shapes[0]?.length ?? 0;
  const errors = finished
    .filter((y) => y.length >= target)
    .map((y) => {
      const own = y.slice(0, steps);
      const range = Math.max(...own) - Math.min(...own);
      const scale = Math.max(priors.scale, range);
      const { mean, sd } = fitShapes(own, shapes, { ...priors, scale }).predict(target);
      return (y[target - 1]! - mean) / sd;
    });
  const count = errors.length + imaginary;
  const bias = Math.max(0, errors.reduce((sum, z) => sum + z, 0) / count);
  const square = errors.reduce((sum, z) => sum + (z - bias) ** 2, imaginary) / count;
  return { bias, inflation: Math.max(1, Math.sqrt(square)) };
}

/** A forecast corrected by how earlier ones turned out. */
export function corrected(raw: Prediction, { bias, inflation }: Calibration): Prediction {
  return { mean: raw.mean + bias * raw.sd, sd: raw.sd * inflation };
}
