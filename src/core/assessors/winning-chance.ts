import { normalQuantile } from "../math/normal.ts";

/** What is known of a running trial among the others, free of the metric's scale. */
export interface Evidence {
  /** Share of a whole training that it has behind it, in (0, 1]. */
  readonly done: number;
  /** Other trials with as many reports, at least one. */
  readonly rivals: number;
  /** How many of them were better by then; equal ones count half. */
  readonly better: number;
  /** The same after half as many reports. */
  readonly betterBefore: number;
  /** Distance of its forecast end below the leader's, in standard deviations of the difference. */
  readonly shortfall: number;
  /** Logarithm of its range so far over the usual range of the others: far below 0 while it has not begun to learn. */
  readonly liveliness: number;
}

/** What a logistic regression weighs: a constant, places, the forecast, and both later in the training. */
export function evidenceTerms(evidence: Evidence): readonly number[] {
  const { done, rivals } = evidence;
  const place = normalScore(evidence.better, rivals);
  const placeBefore = normalScore(evidence.betterBefore, rivals);
  const shortfall = Math.asinh(limit(evidence.shortfall, 8));
  const lateness = Math.log(done); // 0 at the end, negative before
  const liveliness = limit(evidence.liveliness, 4);
  return [
    1,
    place,
    lateness * place,
    placeBefore,
    place * place,
    shortfall,
    lateness * shortfall,
    Math.log(rivals),
    liveliness,
    Math.max(0, -liveliness) * shortfall,
  ];
}

const fittedWeights: readonly number[] = [
  0.331, 1.247, 0.184, 0.366, 0.281, -1.825, -0.397, -1.365, 0.134, -0.308,
];

/** How likely a running trial ends better than all others started so far.
 *
 *  Forecasts of a curve alone are far too sure of themselves: networks stay flat for a long time and then learn. Places
 *  among the others say as much as the curve does, and both say more later. A logistic regression weighs them; its
 *  coefficients were fitted to 120 experiments from each of eight sets of real curves (`test/bench/forecast-fit.ts` does it again
 *  and judges on sets left out; figures in docs/benchmarks-assessors.md).
 *  @param weights of the `evidenceTerms` */
export function winningChance(evidence: Evidence, weights = fittedWeights): number {
  const score = evidenceTerms(evidence).reduce((sum, term, i) => sum + weights[i]! * term, 0);
  return 1 / (1 + Math.exp(-score));
}

/** Standard normal quantile of a place: positive for the better half. */
function normalScore(better: number, rivals: number): number {
  return normalQuantile((rivals - better + 0.5) / (rivals + 1));
}

function limit(x: number, size: number): number {
  return Math.min(size, Math.max(-size, x));
}
