import type { Rng } from "../../math/rng.ts";
import { truncatedNormalQuantile } from "../../math/truncated-normal.ts";

/** Product kernel density over points in the unit cube and categories: Gaussian kernels for numbers,
 *  Aitchison-Aitken for categories; bandwidths by the normal reference rule, as statsmodels' KDEMultivariate. */
export interface KernelDensity {
  readonly points: readonly Float64Array[];
  readonly bandwidths: Float64Array;
  /** Per feature 0 for a number, else the number of categories. */
  readonly categories: readonly number[];
}

/** @param minimumBandwidth floor of every bandwidth */
export function estimateDensity(
  points: readonly Float64Array[],
  categories: readonly number[],
  minimumBandwidth: number,
): KernelDensity {
  const n = points.length;
  const dims = categories.length;
  const bandwidths = new Float64Array(dims);
  for (let k = 0; k < dims; k++) {
    const mean = points.reduce((sum, x) => sum + x[k]! / n, 0);
    const variance = points.reduce((sum, x) => sum + (x[k]! - mean) ** 2 / n, 0);
    const reference = 1.06 * Math.sqrt(variance) * n ** (-1 / (4 + dims));
    // Beyond (c−1)/c an Aitchison-Aitken kernel would favour the other categories.
    const most = categories[k]! > 0 ? 1 - 1 / categories[k]! : Infinity;
    bandwidths[k] = Math.min(most, Math.max(minimumBandwidth, reference));
  }
  return { points, bandwidths, categories };
}

/** The density at a point: one exponential per point of the estimate, whatever the number of features. */
export function density(kde: KernelDensity, x: Float64Array): number {
  const { points, bandwidths, categories } = kde;
  const dims = categories.length;
  let height = 1 / points.length;
  for (let k = 0; k < dims; k++)
    height *=
      categories[k]! > 0 ? 1 - bandwidths[k]! : 1 / (Math.sqrt(2 * Math.PI) * bandwidths[k]!);
  // What another category costs, relative to the same one.
  const otherwise = bandwidths.map((h, k) => h / Math.max(1, categories[k]! - 1) / (1 - h));
  let sum = 0;
  for (const point of points) {
    let [squares, factor] = [0, 1];
    for (let k = 0; k < dims; k++) {
      if (categories[k]! > 0) {
        if (x[k] !== point[k]) factor *= otherwise[k]!;
      } else {
        const z = (x[k]! - point[k]!) / bandwidths[k]!;
        squares += z * z;
      }
    }
    sum += factor * Math.exp(-0.5 * squares);
  }
  return height * sum;
}

/** A point near one of the density's: truncated normal with the bandwidth times `widening`, categories kept with
 *  probability 1 − bandwidth. */
export function sampleNear(kde: KernelDensity, rng: Rng, widening: number): Float64Array {
  const center = kde.points[rng.int(kde.points.length)]!;
  return Float64Array.from(center, (m, k) => {
    const h = kde.bandwidths[k]!;
    const c = kde.categories[k]!;
    if (c > 0) return rng.next() < 1 - h ? m : rng.int(c);
    const sd = widening * h;
    const z = truncatedNormalQuantile(rng.next(), -m / sd, (1 - m) / sd);
    return Math.min(1, Math.max(0, m + sd * z));
  });
}
