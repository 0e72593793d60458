/** One round of successive halving: how many configurations are trained to which total budget. */
export interface Rung {
  readonly size: number;
  /** Epochs in total, those of earlier rungs included. */
  readonly budget: number;
}

/** Guards the floors and ceilings against rounding errors of the logarithm, as NNI does. */
const epsilon = 1e-6;

/** The brackets of Hyperband in the order they run, most aggressive first; afterwards they repeat.
 *  n = ⌈(s_max+1)·eta^s/(s+1)⌉ configurations start bracket s; rung i keeps ⌊n/eta^i⌋ at ⌊R/eta^(s−i)⌋ epochs.
 *  @param smallest budget below which no rung starts (1 for Hyperband, min_budget for BOHB)
 *  @see Li et al. 2018 and NNI's hyperband_advisor.py, whose numbers these are */
export function hyperbandBrackets(
  largest: number,
  eta: number,
  smallest = 1,
): readonly (readonly Rung[])[] {
  const sMax = Math.floor(Math.log(largest / smallest) / Math.log(eta) + epsilon);
  return Array.from({ length: sMax + 1 }, (_, index) => {
    const s = sMax - index;
    const n = Math.ceil(((sMax + 1) * eta ** s) / (s + 1) - epsilon);
    const r = largest / eta ** s;
    return Array.from({ length: s + 1 }, (_, i) => ({
      size: Math.floor(n / eta ** i + epsilon),
      budget: Math.max(1, Math.floor(r * eta ** i + epsilon)),
    }));
  });
}
