import { choleskyWithJitter, dot, dotAt, invertLower } from "../linear-algebra.ts";
import { crossCovariance, type Hyperparameters, type Points } from "./kernel.ts";

/** Prediction at one point: of the function itself, without observation noise. */
export interface Prediction {
  readonly mean: number;
  readonly variance: number;
}

/** A Gaussian process conditioned on observations. */
export interface Posterior {
  readonly points: Points;
  readonly hyper: Hyperparameters;
  /** Posterior mean at x, length dims. Cheaper than `predict`. */
  mean(x: Float64Array): number;
  /** @param meanSlope and `varianceSlope` receive the gradients by x; categorical features get 0 */
  predict(x: Float64Array, meanSlope?: Float64Array, varianceSlope?: Float64Array): Prediction;
}

/** Conditions on `y` at `points`; prior mean 0.
 *  @param extraNoise noise variance of each observation beyond `hyper.noise`; null for none
 *  @throws RangeError when the covariance cannot be factorised (NaN among the inputs) */
export function createPosterior(
  points: Points,
  y: Float64Array,
  extraNoise: Float64Array | null,
  hyper: Hyperparameters,
): Posterior {
  const { count: n, dims, values, categorical } = points;
  const { weights, scale, noise } = hyper;
  const covariance = new Float64Array(n * n);
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    crossCovariance(points, values.subarray(i * dims, (i + 1) * dims), hyper, { covariance: row });
    covariance.set(row, i * n);
    covariance[i * n + i] = scale + noise + (extraNoise ? extraNoise[i]! : 0);
  }
  const factor = new Float64Array(n * n);
  choleskyWithJitter(covariance, n, factor);
  const inverseFactor = invertLower(factor, n);
  const alpha = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const whitened = dotAt(inverseFactor, i * n, y, 0, i + 1);
    for (let j = 0; j <= i; j++) alpha[j] = alpha[j]! + inverseFactor[i * n + j]! * whitened;
  }
  const k = new Float64Array(n);
  const slope = new Float64Array(n);
  const [plain, sloped] = [{ covariance: k }, { covariance: k, slope }];
  const whitened = new Float64Array(n);
  const solved = new Float64Array(n);

  const mean = (x: Float64Array): number => {
    crossCovariance(points, x, hyper, plain);
    return dot(k, alpha, n);
  };
  const predict = (
    x: Float64Array,
    meanSlope?: Float64Array,
    varianceSlope?: Float64Array,
  ): Prediction => {
    const gradients = meanSlope !== undefined || varianceSlope !== undefined;
    crossCovariance(points, x, hyper, gradients ? sloped : plain);
    let mu = 0;
    let explained = 0;
    for (let i = 0; i < n; i++) {
      mu += k[i]! * alpha[i]!;
      const sum = dotAt(inverseFactor, i * n, k, 0, i + 1);
      whitened[i] = sum;
      explained += sum * sum;
    }
    const variance = Math.max(scale - explained, 1e-14 * scale);
    if (gradients) {
      solved.fill(0);
      for (let i = 0; i < n; i++) {
        const w = whitened[i]!;
        const at = i * n;
        for (let j = 0; j <= i; j++) solved[j] = solved[j]! + inverseFactor[at + j]! * w;
      }
      for (let d = 0; d < dims; d++) {
        let meanSum = 0;
        let varianceSum = 0;
        if (!categorical[d]) {
          const xd = x[d]!;
          for (let i = 0; i < n; i++) {
            // ∂k_i/∂x_d = (∂k/∂Σ)·2·weight·(x_d − x_id)
            const step = slope[i]! * (xd - values[i * dims + d]!);
            meanSum += step * alpha[i]!;
            varianceSum += step * solved[i]!;
          }
        }
        if (meanSlope) meanSlope[d] = 2 * weights[d]! * meanSum;
        if (varianceSlope) varianceSlope[d] = -4 * weights[d]! * varianceSum;
      }
    }
    return { mean: mu, variance };
  };
  return { points, hyper, mean, predict };
}
