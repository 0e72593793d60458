/** Matérn kernel with smoothness 5/2 and one weight per feature:
 *  k(x, x') = scale · (1 + r + r²/3)·e^{−r}, r² = 5·Σ_k weight_k·δ_k(x, x'),
 *  where δ is the squared difference of a numeric feature and 0 or 1 (Hamming) for a categorical one.
 *  A weight is an inverse squared length-scale. */
export interface Hyperparameters {
  readonly weights: Float64Array;
  /** Signal variance. */
  readonly scale: number;
  /** Noise variance. */
  readonly noise: number;
}

/** Points of a Gaussian process, row-major [count, dims]. */
export interface Points {
  readonly count: number;
  readonly dims: number;
  readonly values: Float64Array;
  /** True for features that are compared by equality; length dims. */
  readonly categorical: readonly boolean[];
}

/** δ_k of every pair i > j of points: [dims, count·(count−1)/2], pairs in row order of the lower triangle. */
export function pairDifferences(points: Points): Float64Array {
  const { count, dims, values, categorical } = points;
  const pairs = (count * (count - 1)) / 2;
  const differences = new Float64Array(dims * pairs);
  for (let k = 0; k < dims; k++) {
    let p = k * pairs;
    for (let i = 1; i < count; i++) {
      const a = values[i * dims + k]!;
      for (let j = 0; j < i; j++) {
        const d = a - values[j * dims + k]!;
        differences[p++] = categorical[k] ? (d === 0 ? 0 : 1) : d * d;
      }
    }
  }
  return differences;
}

/** Correlation at r² (the 5 included). */
export function matern52(r2: number): number {
  const r = Math.sqrt(r2);
  return (1 + r + r2 / 3) * Math.exp(-r);
}

/** What `crossCovariance` writes, one number for each row of its points. */
export interface CovarianceRow {
  readonly covariance: Float64Array;
  /** The derivative with respect to Σ weight·δ; absent where nobody wants it. */
  readonly slope?: Float64Array;
}

/** Covariances of one point with every row of `points`. */
export function crossCovariance(
  points: Points,
  x: Float64Array,
  hyper: Hyperparameters,
  { covariance, slope }: CovarianceRow,
): void {
  const { count, dims, values, categorical } = points;
  const { weights, scale } = hyper;
  for (let i = 0; i < count; i++) {
    const row = i * dims;
    let sum = 0;
    for (let k = 0; k < dims; k++) {
      const d = x[k]! - values[row + k]!;
      if (d !== 0) sum += weights[k]! * (categorical[k] ? 1 : d * d);
    }
    const r = Math.sqrt(5 * sum);
    const decay = scale * Math.exp(-r);
    covariance[i] = (1 + r + (r * r) / 3) * decay;
    if (slope) slope[i] = (-5 / 6) * (1 + r) * decay;
  }
}
