/** Where a curve stands among others after as many reports. Larger is better; all curves are finite. */
export interface Standing {
  /** Curves compared with: those that are at most one report behind. */
  readonly rivals: number;
  /** How many of them are better; equal ones count half. */
  readonly better: number;
  /** The same after half as many reports. */
  readonly betterBefore: number;
  /** Logarithm of its range over the median range of the others. */
  readonly liveliness: number;
}

/** @param window reports whose median stands for the level at a point
 *  @param tiny a difference that does not count, in the metric's units; above 0 */
export function standing(
  curve: readonly number[],
  others: readonly (readonly number[])[],
  window: number,
  tiny: number,
): Standing {
  const steps = curve.length;
  const rivals = others.filter((other) => other.length >= steps - 1 && other.length > 0);
  const betterAt = (at: number): number => {
    const own = level(curve, at, window);
    return rivals.reduce((sum, other) => {
      const theirs = level(other, at, window);
      return sum + (theirs > own ? 1 : theirs === own ? 0.5 : 0);
    }, 0);
  };
  const ranges = rivals.map((other) => rangeOf(other.slice(0, steps))).sort((a, b) => a - b);
  const usual = ranges[ranges.length >> 1] ?? 0;
  return {
    rivals: rivals.length,
    better: betterAt(steps),
    betterBefore: betterAt(Math.max(1, Math.round(steps / 2))),
    liveliness: Math.log((rangeOf(curve) + tiny) / (usual + tiny)),
  };
}

/** Median of the last reports up to report `at`. */
function level(curve: readonly number[], at: number, window: number): number {
  const end = Math.min(at, curve.length);
  const last = curve.slice(Math.max(0, end - window), end).sort((a, b) => a - b);
  return last[last.length >> 1]!;
}

function rangeOf(curve: readonly number[]): number {
  return Math.max(...curve) - Math.min(...curve);
}
