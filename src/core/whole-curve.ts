import type { Trial } from "./trial.ts";

/** A trial's reports from epoch 1 on: report `i` is epoch `i + 1`, also where the trial continues others. Empty while it
 *  has none of its own; NaN for epochs that nobody reported.
 *  @param byNumber at least the trials it continues */
export function wholeCurve(trial: Trial, byNumber: ReadonlyMap<number, Trial>): readonly number[] {
  const own = trial.intermediates;
  if (trial.continueFrom === undefined || own.length === 0) return own;
  const parent = byNumber.get(trial.continueFrom);
  // A parent is an older trial: a foreign history may claim a circle.
  const before = parent && parent.number < trial.number ? wholeCurve(parent, byNumber) : [];
  const first = trial.firstEpoch ?? guessedFirst(trial, before.length);
  return [...Array.from({ length: first - 1 }, (_, i) => before[i] ?? NaN), ...own];
}

/** With as many reports as it was to be trained for it began anew. */
function guessedFirst({ intermediates, budget, epochs }: Trial, before: number): number {
  return intermediates.length >= (budget ?? epochs ?? Infinity) ? 1 : before + 1;
}
