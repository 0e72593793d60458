import { normalCdf } from "../math/normal.ts";
import type { SearchSpace } from "../search-space/types.ts";
import type { Trial } from "../trial.ts";
import type { Importance } from "./importance.ts";
import { fewestTrials, observe, type ObservationOptions } from "./observations.ts";

const cells = 50;

/** Parameter importance by PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023): how differently the best trials are
 *  distributed along a parameter than all trials, as Pearson divergence of Parzen estimates. Answers what separates the
 *  good from the rest, where fANOVA answers what moves the metric anywhere; takes no forest and no random numbers.
 *  Shares sum to 1. Empty with fewer than 8 scored trials.
 *  @param quantile share of the trials that count as best, in (0, 1) */
export function pedAnovaImportance(
  space: SearchSpace,
  trials: readonly Trial[],
  options: ObservationOptions,
  quantile = 0.2,
): Importance[] {
  const { specs, categories, rows } = observe(space, trials, options);
  if (rows.length < fewestTrials) return [];
  const sorted = rows.toSorted((a, b) => b.score - a.score);
  const best = sorted.slice(0, Math.max(2, Math.round(quantile * rows.length)));
  const divergences = specs.map((_, k) => {
    const density = (list: typeof rows): number[] =>
      categories[k]! > 0
        ? categoryShares(
            list.map((row) => row.x[k]!),
            categories[k]!,
          )
        : cellShares(list.map((row) => row.x[k]!));
    const [p, q] = [density(best), density(rows)];
    return p.reduce((sum, pi, i) => sum + q[i]! * (pi / q[i]! - 1) ** 2, 0);
  });
  const total = divergences.reduce((a, b) => a + b, 0);
  return specs
    .map((spec, k) => ({
      path: spec.path,
      share: total > 0 ? divergences[k]! / total : 0,
      spread: 0,
    }))
    .sort((a, b) => b.share - a.share);
}

/** Shares of the categories with one imaginary trial spread over all of them. */
function categoryShares(values: readonly number[], count: number): number[] {
  const shares = new Array<number>(count).fill(1 / count);
  for (const value of values) shares[value] = (shares[value] ?? 0) + 1;
  return shares.map((share) => share / (values.length + 1));
}

/** Shares of equal cells of [0, 1] under a Parzen estimate: Scott's bandwidth, kernels cut at the ends, and one imaginary
 *  trial spread over all. */
function cellShares(values: readonly number[]): number[] {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
  const width = Math.max(0.5 / cells, 1.06 * sd * n ** -0.2);
  const shares = new Float64Array(cells).fill(1 / cells);
  const below = new Float64Array(cells + 1);
  for (const value of values) {
    for (let i = 0; i <= cells; i++) below[i] = tabulatedCdf((i / cells - value) / width);
    const inside = below[cells]! - below[0]!;
    for (let i = 0; i < cells; i++) shares[i]! += (below[i + 1]! - below[i]!) / inside;
  }
  return Array.from(shares, (share) => share / (n + 1));
}

const tableEnd = 8;
const tableStep = 1 / 256;
let cdfTable: Float64Array | null = null;

/** The normal distribution function between the entries of a table, to 1e-6: a thousand trials of ten parameters ask for
 *  it 600,000 times, and the page does not wait for the exact one. */
function tabulatedCdf(z: number): number {
  cdfTable ??= Float64Array.from({ length: (2 * tableEnd) / tableStep + 1 }, (_, i) =>
    normalCdf(i * tableStep - tableEnd),
  );
  const at = (z + tableEnd) / tableStep;
  if (!(at > 0)) return 0;
  if (at >= cdfTable.length - 1) return 1;
  const entry = Math.floor(at);
  const [left, right] = [cdfTable[entry]!, cdfTable[entry + 1]!];
  return left + (at - entry) * (right - left);
}
