import { isScored } from "../journal/views.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import type { Trial } from "../trial.ts";

/** A trial with a final metric among all that have one. */
export interface RankedTrial {
  readonly trial: number;
  readonly final: number;
  /** 1 for the best; equals share the mean of their places. */
  readonly rank: number;
  /** 1 + how many are better: equals share the best of their places. */
  readonly place: number;
}

/** Scored trials with their places, best first. */
export function rankTrials(trials: readonly Trial[], mode: OptimizeMode): RankedTrial[] {
  const sign = mode === "maximize" ? -1 : 1;
  const sorted = trials.filter(isScored).sort((a, b) => sign * (a.final - b.final));
  const [first, last] = [new Map<number, number>(), new Map<number, number>()];
  sorted.forEach(({ final }, i) => {
    if (!first.has(final)) first.set(final, i);
    last.set(final, i);
  });
  return sorted.map(({ number, final }) => ({
    trial: number,
    final,
    rank: (first.get(final)! + last.get(final)!) / 2 + 1,
    place: first.get(final)! + 1,
  }));
}

/** Empirical distribution of the final metrics: [metric, share of the scored trials at most that], ascending. */
export function empiricalDistribution(trials: readonly Trial[]): [number, number][] {
  const finals = trials
    .filter(isScored)
    .map((trial) => trial.final)
    .sort((a, b) => a - b);
  return finals.map((final, i) => [final, (i + 1) / finals.length]);
}

/** Simple regret after each scored trial, in the order given: distance of the best so far from a known optimum. */
export function simpleRegret(
  trials: readonly Trial[],
  optimum: number,
  mode: OptimizeMode,
): number[] {
  let best = Infinity;
  return trials.filter(isScored).map(({ final }) => {
    best = Math.min(best, mode === "maximize" ? optimum - final : final - optimum);
    return best;
  });
}
