export interface ParallelPath {
  readonly d: string;
  /** Where the line ends, for a mark; null for a trial with nothing to draw. */
  readonly end: { readonly x: number; readonly y: number } | null;
}

/** A trial's line through all axes where it has a value; an inactive parameter is skipped, not bridged.
 *  @param positions per axis, null where the trial has nothing */
export function parallelPath(
  positions: readonly (number | null)[],
  x: (axis: number) => number,
  y: (position: number) => number,
): ParallelPath {
  let d = "";
  let end: ParallelPath["end"] = null;
  let drawing = false;
  for (const [axis, position] of positions.entries()) {
    if (position === null) {
      drawing = false;
      continue;
    }
    end = { x: x(axis), y: y(position) };
    d += `${drawing ? "L" : "M"}${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
    drawing = true;
  }
  return { d, end };
}
