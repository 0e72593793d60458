import { activeParameters, allSpecs } from "../search-space/configuration.ts";
import type { ParameterSpec, SearchSpace } from "../search-space/types.ts";
import { toUnit } from "../search-space/unit-cube.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import type { Trial } from "../trial.ts";
import type { ForestData } from "../math/forest.ts";

/** Scored trials as numbers: one column per parameter of the space, larger scores are better. */
export interface Observations {
  readonly specs: readonly ParameterSpec[];
  /** By column: 0 for a number in [0, 1] (position under the prior), else the number of categories. */
  readonly categories: readonly number[];
  readonly rows: readonly {
    readonly trial: number;
    readonly x: Float64Array;
    readonly score: number;
  }[];
}

/** Which trials count, and which way is better. */
export interface ObservationOptions {
  readonly mode: OptimizeMode;
  /** Early-stopped trials count with their last report. */
  readonly includeStopped?: boolean;
}

/** Fewer observations say nothing about importance. */
export const fewestTrials = 8;
/** From as many on it is worth a verdict: of the one parameter that matters fANOVA says 0.9 then, 0.65 with half of them. */
export const enoughTrials = 20;

/** Collects what analyses learn from: trials of one budget, where a tuner gave budgets, so that the epochs trained do not
 *  pass for the parameters' effect. Where a nested parameter takes no part it is given the values of the trials in which
 *  it does, in turn: a value of its own would let it stand for the choice above it. */
export function observe(
  space: SearchSpace,
  trials: readonly Trial[],
  { mode, includeStopped = false }: ObservationOptions,
): Observations {
  const specs = allSpecs(space);
  const categories = specs.map((spec) => (spec.type === "choice" ? spec.options.length : 0));
  const sign = mode === "maximize" ? 1 : -1;
  const scored = trials.flatMap((trial) => {
    const value =
      trial.status === "SUCCEEDED"
        ? trial.final
        : trial.status === "EARLY_STOPPED" && includeStopped
          ? trial.intermediates.at(-1)
          : null;
    return typeof value === "number" && Number.isFinite(value) ? [{ trial, value }] : [];
  });
  const rows = ofOneBudget(scored, specs.length).map(({ trial, value }) => {
    const active = new Map(
      activeParameters(space, trial.parameters).map((a) => [a.spec.path, a.value]),
    );
    const x = Float64Array.from(specs, (spec) => {
      const own = active.get(spec.path);
      return own === undefined ? NaN : spec.type === "choice" ? own : toUnit(spec, own);
    });
    return { trial: trial.number, x, score: sign * value };
  });
  specs.forEach((spec, k) => {
    const known = rows.map((row) => row.x[k]!).filter((value) => !Number.isNaN(value));
    if (known.length === 0) known.push(spec.type === "choice" ? 0 : 0.5);
    let next = 0;
    for (const { x } of rows) if (Number.isNaN(x[k]!)) x[k] = known[next++ % known.length]!;
  });
  return { specs, categories, rows };
}

/** The trials of the largest budget that has enough of them, as BOHB chooses (no budget is the largest of all); without
 *  any such, of the one that has most. What someone trained longer counts as it was before. */
function ofOneBudget<T extends { readonly trial: Trial }>(scored: readonly T[], dims: number): T[] {
  const budgetOf = ({ trial }: T): number => trial.budget ?? Infinity;
  const budgets = [...new Set(scored.map(budgetOf))].sort((a, b) => b - a);
  const groups = budgets.map((budget) => scored.filter((one) => budgetOf(one) === budget));
  const enough = Math.max(enoughTrials, 2 * (dims + 1));
  const group =
    groups.find((list) => list.length >= enough) ??
    groups.reduce((most, list) => (list.length > most.length ? list : most), []);
  const numbers = new Set(group.map(({ trial }) => trial.number));
  return group.filter(({ trial: { continueFrom } }) => !numbers.has(continueFrom ?? -1));
}

/** The same as a table for the forest. */
export function toForestData({ specs, categories, rows }: Observations): ForestData {
  const x = new Float64Array(rows.length * specs.length);
  rows.forEach((row, i) => x.set(row.x, i * specs.length));
  return { x, y: Float64Array.from(rows, (row) => row.score), dims: specs.length, categories };
}
