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
  /** Per axis, one entry per kernel. */
  readonly columns: readonly Column[];
  readonly kernels: number;
  /** Logarithm of the weights of the kernels, then of the prior. */
  readonly logWeights: Float64Array;
  /** Running sums of the weights, up to 1. */
  readonly cumulative: Float64Array;
  /** Probability that a categorical kernel keeps its own option, per axis. */
  readonly keep: Float64Array;
}

/** The kernels along one axis; `centers` are NaN where the trial had no such parameter. */
interface Column {
  readonly centers: Float64Array;
  readonly sigmas: Float64Array;
  /** Logarithm of the kernel's normaliser: width (but on a grid) and what the range cuts off. */
  readonly scale: Float64Array;
}

const logSqrt2Pi = 0.5 * Math.log(2 * Math.PI);

/** Kernels, one a row. */
export interface Kernels {
  readonly rows: readonly Float64Array[];
  /** Bandwidths per axis (the first index), then kernel. */
  readonly sigmas: readonly Float64Array[];
  readonly weights: readonly number[];
}

/** Weights need not sum to 1: those of the kernels and the prior are divided by their sum. */
export function createMixture(
  axes: Axes,
  { rows, sigmas, weights }: Kernels,
  priorWeight: number,
): Mixture {
  const kernels = rows.length;
  const total = weights.reduce((sum, w) => sum + w, 0) + priorWeight;
  const logWeights = new Float64Array(kernels + 1);
  const cumulative = new Float64Array(kernels + 1);
  let sum = 0;
  for (let k = 0; k <= kernels; k++) {
    const weight = (weights[k] ?? priorWeight) / total;
    logWeights[k] = Math.log(weight);
    cumulative[k] = sum += weight;
  }
  // an option's own kernels share one pseudo-count per option
  const n = Math.max(1, kernels);
  const keep = new Float64Array(axes.list.length);
  for (const axis of axes.list)
    if (axis.kind === "categorical") keep[axis.index] = (1 + 1 / n) / (1 + axis.options / n);
  const columns = axes.list.map((axis) => createColumn(axis, rows, sigmas[axis.index]!));
  return { axes, columns, kernels, logWeights, cumulative, keep };
}

function createColumn(axis: Axis, rows: readonly Float64Array[], sigmas: Float64Array): Column {
  const centers = columnOf(rows, axis.index);
  const scale = new Float64Array(rows.length);
  if (axis.kind === "categorical") return { centers, sigmas, scale };
  for (let k = 0; k < rows.length; k++) {
    const sigma = sigmas[k]!;
    const mass = axis.bounded ? fastMass(-centers[k]! / sigma, (1 - centers[k]!) / sigma) : 1;
    scale[k] = axis.quantized ? -Math.log(mass) : -Math.log(sigma * mass) - logSqrt2Pi;
  }
  return { centers, sigmas, scale };
}

/** One coordinate of every row. */
export function columnOf(rows: readonly Float64Array[], index: number): Float64Array {
  const column = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) column[k] = rows[k]![index]!;
  return column;
}

/** Index of a kernel drawn by weight; the number of kernels stands for the prior. */
export function drawKernel(mixture: Mixture, rng: Rng): number {
  const u = rng.next();
  const k = mixture.cumulative.findIndex((c) => u < c);
  return k < 0 ? mixture.kernels : k;
}

/** One coordinate drawn from kernel `k`. */
export function drawCoordinate(mixture: Mixture, k: number, axis: Axis, rng: Rng): number {
  const { centers, sigmas } = mixture.columns[axis.index]!;
  const center = centers[k];
  if (center === undefined || Number.isNaN(center)) return drawFromPrior(axis, rng);
  if (axis.kind === "categorical") {
    if (axis.options === 1 || rng.next() < mixture.keep[axis.index]!) return center;
    const other = rng.int(axis.options - 1);
    return other < center ? other : other + 1;
  }
  const sigma = sigmas[k]!;
  if (!axis.bounded) return center + sigma * rng.normal();
  for (let attempt = 0; attempt < 8; attempt++) {
    const x = center + sigma * rng.normal();
    if (x >= 0 && x <= 1) return x;
  }
  const [a, b] = [-center / sigma, (1 - center) / sigma];
  return Math.min(1, Math.max(0, center + sigma * truncatedNormalQuantile(rng.next(), a, b)));
}

/** Prepares the log density at a row (masses along quantised and categorical axes). */
export function createScorer(mixture: Mixture): (row: Float64Array) => number {
  const { axes, columns, kernels: n, logWeights, keep } = mixture;
  const terms = new Float64Array(n + 1);
  return (row) => {
    terms.set(logWeights);
    for (const axis of axes.list) {
      const x = row[axis.index]!;
      if (Number.isNaN(x)) continue;
      const column = columns[axis.index]!;
      if (axis.kind === "categorical")
        addCategorical(
          { options: axis.options, keep: keep[axis.index]! },
          x,
          column.centers,
          terms,
        );
      else addNumeric(axis, x, column, terms);
    }
    let largest = -Infinity;
    for (let k = 0; k <= n; k++) if (terms[k]! > largest) largest = terms[k]!;
    let sum = 0;
    for (let k = 0; k <= n; k++) sum += Math.exp(terms[k]! - largest);
    return largest + Math.log(sum);
  };
}

function addCategorical(
  { options, keep }: { readonly options: number; readonly keep: number },
  x: number,
  centers: Float64Array,
  terms: Float64Array,
): void {
  const prior = -Math.log(options);
  const same = Math.log(keep);
  const other = options > 1 ? Math.log((1 - keep) / (options - 1)) : 0;
  const n = centers.length;
  for (let k = 0; k < n; k++) {
    const c = centers[k]!;
    terms[k] = terms[k]! + (Number.isNaN(c) ? prior : c === x ? same : other);
  }
  terms[n] = terms[n]! + prior;
}

function addNumeric(axis: NumericAxis, x: number, column: Column, terms: Float64Array): void {
  const { centers, sigmas, scale } = column;
  const n = centers.length;
  const cell = cellAt(axis, x);
  const prior = logPrior(axis, x, cell);
  terms[n] = terms[n]! + prior;
  for (let k = 0; k < n; k++) {
    const c = centers[k]!;
    if (Number.isNaN(c)) terms[k] = terms[k]! + prior;
    else if (cell === null) {
      const z = (x - c) / sigmas[k]!;
      terms[k] = terms[k]! + scale[k]! - 0.5 * z * z;
    } else {
      const mass = fastMass((cell[0] - c) / sigmas[k]!, (cell[1] - c) / sigmas[k]!);
      terms[k] = terms[k]! + scale[k]! + Math.log(mass + 1e-300);
    }
  }
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

/** Normal mass of [a, b] with a relative error of about 1e-7 in the tails: plenty for a kernel, five times as fast. */
function fastMass(a: number, b: number): number {
  if (a > 0) return fastUpper(a) - fastUpper(b);
  if (b < 0) return fastUpper(-b) - fastUpper(-a);
  return 1 - fastUpper(-a) - fastUpper(b);
}

/** P(Z > x) for x >= 0 by the Chebyshev fit of Numerical Recipes, section 6.2. */
function fastUpper(x: number): number {
  if (x > 38) return 0;
  const z = x * Math.SQRT1_2;
  const t = 1 / (1 + 0.5 * z);
  let p = 0.17087277;
  p = -0.82215223 + t * p;
  p = 1.48851587 + t * p;
  p = -1.13520398 + t * p;
  p = 0.27886807 + t * p;
  p = -0.18628806 + t * p;
  p = 0.09678418 + t * p;
  p = 0.37409196 + t * p;
  p = 1.00002368 + t * p;
  return 0.5 * t * Math.exp(-z * z - 1.26551223 + t * p);
}
