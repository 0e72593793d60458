import { normalCdf } from "../math/normal.ts";
import type { SearchSpace } from "../search-space/types.ts";
import type { Trial } from "../trial.ts";
import { fewestTrials, type Importance } from "./importance.ts";
import { observe, type ObservationOptions } from "./observations.ts";

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
  const shares = new Array<number>(cells).fill(1 / cells);
  for (const value of values) {
    const cdf = (x: number): number => normalCdf((x - value) / width);
    const inside = cdf(1) - cdf(0);
    for (let i = 0; i < cells; i++)
      shares[i] = shares[i]! + (cdf((i + 1) / cells) - cdf(i / cells)) / inside;
  }
  return shares.map((share) => share / (n + 1));
}
