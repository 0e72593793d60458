import { cholesky, dotAt, gramOfLower, invertLower, logDeterminant } from "../linear-algebra.ts";
import { pairDifferences, type Hyperparameters, type Points } from "./kernel.ts";

/** Log marginal likelihood of observations under a Gaussian process with a constant mean of known value. */
export interface Likelihood {
  /** @param gradient receives ∂/∂ of log weights (dims of them), log scale, log noise
   *  @returns -Infinity where the covariance is not positive definite */
  evaluate(hyper: Hyperparameters, gradient?: Float64Array): number;
}

/** Prepares the likelihood of `y` at `points`.
 *  @param extraNoise known noise variance of each observation, beyond the common one; null for none */
export function createLikelihood(
  points: Points,
  y: Float64Array,
  extraNoise: Float64Array | null,
): Likelihood {
  const { count: n, dims } = points;
  const pairs = (n * (n - 1)) / 2;
  const differences = pairDifferences(points);
  const covariance = new Float64Array(n * n);
  const factor = new Float64Array(n * n);
  const slopes = new Float64Array(pairs);
  const squared = new Float64Array(pairs);

  const evaluate = (hyper: Hyperparameters, gradient?: Float64Array): number => {
    const { weights, scale, noise } = hyper;
    squared.fill(0);
    for (let k = 0; k < dims; k++) {
      const weight = 5 * weights[k]!;
      const offset = k * pairs;
      for (let p = 0; p < pairs; p++) squared[p] = squared[p]! + weight * differences[offset + p]!;
    }
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) {
        const r2 = squared[p]!;
        const r = Math.sqrt(r2);
        const decay = scale * Math.exp(-r);
        covariance[i * n + j] = (1 + r + r2 / 3) * decay;
        slopes[p] = (-5 / 6) * (1 + r) * decay;
      }
      covariance[i * n + i] = scale + noise + (extraNoise ? extraNoise[i]! : 0);
    }
    if (!cholesky(covariance, n, factor)) return -Infinity;
    const inverseFactor = invertLower(factor, n);
    const whitened = new Float64Array(n);
    const alpha = new Float64Array(n);
    let fit = 0;
    for (let i = 0; i < n; i++) {
      const sum = dotAt(inverseFactor, i * n, y, 0, i + 1);
      whitened[i] = sum;
      fit += sum * sum;
    }
    const value = -0.5 * (fit + logDeterminant(factor, n) + n * Math.log(2 * Math.PI));
    if (!gradient) return value;

    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) alpha[j] = alpha[j]! + inverseFactor[i * n + j]! * whitened[i]!;
    // ∂L = ½·tr((ααᵀ − K⁻¹)·∂K); slopes and covariance are turned into that matrix times ∂K in place.
    const inverse = gramOfLower(inverseFactor, n);
    let scaleSlope = 0;
    let trace = 0;
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < i; j++, p++) {
        const m = alpha[i]! * alpha[j]! - inverse[i * n + j]!;
        scaleSlope += m * covariance[i * n + j]!;
        slopes[p] = slopes[p]! * m;
      }
      trace += alpha[i]! * alpha[i]! - inverse[i * n + i]!;
    }
    for (let k = 0; k < dims; k++) {
      const offset = k * pairs;
      gradient[k] = dotAt(slopes, 0, differences, offset, pairs) * weights[k]!;
    }
    gradient[dims] = scaleSlope + 0.5 * scale * trace;
    gradient[dims + 1] = 0.5 * noise * trace;
    return value;
  };
  return { evaluate };
}
