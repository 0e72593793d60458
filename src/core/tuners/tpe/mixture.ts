import type { Rng } from "../../math/rng.ts";
import { normalCdf } from "../../math/normal.ts";
import { truncatedNormalQuantile } from "../../math/truncated-normal.ts";
import { cellAt, drawFromPrior, priorSd, type Axes, type Axis, type NumericAxis } from "./axes.ts";

/** A multivariate Parzen estimator over a tree-structured space: kernels that are products over the axes, and the prior.
 *
 *  Where a kernel's trial had no such parameter (another branch was chosen) its factor is the prior, so each kernel is
 *  a proper density over all branches and one model serves the whole tree. */
export interface Mixture {
  readonly axes: Axes;
  /** One row per kernel. */
  readonly centers: readonly Float64Array[];
  /** Bandwidths, one row per kernel. */
  readonly sigmas: readonly Float64Array[];
  /** Weights of the kernels, then of the prior; sum to 1. */
  readonly weights: Float64Array;
  readonly cumulative: Float64Array;
  /** log weight and, per axis, log of the truncated kernel's normaliser. */
  readonly logScale: readonly Float64Array[];
  /** Probability that a categorical kernel keeps its own option, per axis. */
  readonly keep: Float64Array;
}

const logSqrt2Pi = 0.5 * Math.log(2 * Math.PI);

export function createMixture(
  axes: Axes,
  centers: readonly Float64Array[],
  sigmas: readonly Float64Array[],
  kernelWeights: readonly number[],
  priorWeight: number,
  keep: Float64Array,
): Mixture {
  const total = kernelWeights.reduce((sum, w) => sum + w, 0) + priorWeight;
  const weights = Float64Array.from([...kernelWeights, priorWeight], (w) => w / total);
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((w, i) => (cumulative[i] = sum += w));
  const logScale = centers.map((center, k) =>
    Float64Array.from(axes.list, (axis, d) => {
      if (axis.kind === "categorical" || Number.isNaN(center[d]!)) return 0;
      const sigma = sigmas[k]![d]!;
      const mass = axis.bounded
        ? normalCdf((1 - center[d]!) / sigma) - normalCdf(-center[d]! / sigma)
        : 1;
      return axis.quantized ? -Math.log(mass) : -Math.log(sigma * mass) - logSqrt2Pi;
    }),
  );
  return { axes, centers, sigmas, weights, cumulative, logScale, keep };
}

/** Index of a kernel drawn by weight; the number of kernels stands for the prior. */
export function drawKernel(mixture: Mixture, rng: Rng): number {
  const u = rng.next();
  const k = mixture.cumulative.findIndex((c) => u < c);
  return k < 0 ? mixture.weights.length - 1 : k;
}

/** One coordinate drawn from kernel `k`. */
export function drawCoordinate(mixture: Mixture, k: number, axis: Axis, rng: Rng): number {
  const center = mixture.centers[k]?.[axis.index];
  if (center === undefined || Number.isNaN(center)) return drawFromPrior(axis, rng);
  if (axis.kind === "categorical") {
    if (axis.options === 1 || rng.next() < mixture.keep[axis.index]!) return center;
    const other = rng.int(axis.options - 1);
    return other < center ? other : other + 1;
  }
  const sigma = mixture.sigmas[k]![axis.index]!;
  if (!axis.bounded) return center + sigma * rng.normal();
  for (let attempt = 0; attempt < 8; attempt++) {
    const x = center + sigma * rng.normal();
    if (x >= 0 && x <= 1) return x;
  }
  const [a, b] = [-center / sigma, (1 - center) / sigma];
  return Math.min(1, Math.max(0, center + sigma * truncatedNormalQuantile(rng.next(), a, b)));
}

/** Log density at a row (masses along quantised and categorical axes). */
export function logDensity(mixture: Mixture, row: Float64Array): number {
  return createScorer(mixture)(row);
}

/** Prepares `logDensity` for many rows. */
export function createScorer(mixture: Mixture): (row: Float64Array) => number {
  const { axes, centers, sigmas, weights, logScale, keep } = mixture;
  const n = centers.length;
  const logWeights = Float64Array.from(weights, (w) => Math.log(w));
  const terms = new Float64Array(n + 1);
  return (row) => {
    terms.set(logWeights);
    for (const axis of axes.list) {
      const d = axis.index;
      const x = row[d]!;
      if (Number.isNaN(x)) continue;
      if (axis.kind === "categorical") {
        const prior = -Math.log(axis.options);
        const same = Math.log(keep[d]!);
        const other = axis.options > 1 ? Math.log((1 - keep[d]!) / (axis.options - 1)) : 0;
        for (let k = 0; k < n; k++) {
          const c = centers[k]![d]!;
          terms[k] = terms[k]! + (Number.isNaN(c) ? prior : c === x ? same : other);
        }
        terms[n] = terms[n]! + prior;
        continue;
      }
      const cell = cellAt(axis, x);
      const prior = logPrior(axis, x, cell);
      terms[n] = terms[n]! + prior;
      for (let k = 0; k < n; k++) {
        const c = centers[k]![d]!;
        if (Number.isNaN(c)) {
          terms[k] = terms[k]! + prior;
          continue;
        }
        const sigma = sigmas[k]![d]!;
        if (cell === null) {
          const z = (x - c) / sigma;
          terms[k] = terms[k]! + logScale[k]![d]! - 0.5 * z * z;
        } else terms[k] = terms[k]! + logScale[k]![d]! + logCellMass(cell, c, sigma);
      }
    }
    let largest = -Infinity;
    for (const term of terms) if (term > largest) largest = term;
    let sum = 0;
    for (const term of terms) sum += Math.exp(term - largest);
    return largest + Math.log(sum);
  };
}

function logPrior(axis: NumericAxis, x: number, cell: readonly [number, number] | null): number {
  if (cell !== null) {
    const mass = axis.bounded
      ? cell[1] - cell[0]
      : normalCdf(cell[1] / priorSd) - normalCdf(cell[0] / priorSd);
    return Math.log(Math.max(mass, 1e-300));
  }
  if (axis.bounded) return 0;
  const z = x / priorSd;
  return -0.5 * z * z - Math.log(priorSd) - logSqrt2Pi;
}

function logCellMass(cell: readonly [number, number], center: number, sigma: number): number {
  const a = (cell[0] - center) / sigma;
  const b = (cell[1] - center) / sigma;
  const mass = a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a);
  return Math.log(Math.max(mass, 1e-300));
}
