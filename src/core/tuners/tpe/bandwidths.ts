import type { Axes } from "./axes.ts";
import { columnOf } from "./mixture.ts";

/** How narrow a kernel may get, whatever the gaps. */
export type FloorRule = (axisCount: number) => number;

/** Good kernels: n^(-1.5/∛axes) over n ranked trials. It shrinks so that the search can close in for ever, and slower in
 *  more dimensions, where a collapse of one axis stops progress along the others. */
export function goodFloor(n: number): FloorRule {
  return (axisCount) => Math.pow(n, -1.5 / Math.cbrt(axisCount));
}

/** Bad kernels: a third of their mean distance on a line; what they must resolve is the gap beside the best. */
export function badFloor(kernels: number): FloorRule {
  return () => 0.3 / Math.min(100, 1 + kernels);
}

/** Per axis and kernel the larger of the two gaps to its neighbours on that axis, between the floor and the whole range.
 *  The ends of the range are neighbours of a lone kernel only: beside several they would keep the outermost ones – with
 *  a handful of good trials most of them – as wide as what lies outside, however closely the trials agree.
 *  @param rows one per kernel */
export function gapBandwidths(
  axes: Axes,
  rows: readonly Float64Array[],
  floorRule: FloorRule,
): Float64Array[] {
  const floor = floorRule(axes.list.length);
  return axes.list.map((axis) => {
    const sigmas = new Float64Array(rows.length).fill(1);
    if (axis.kind === "categorical") return sigmas;
    const at = columnOf(rows, axis.index);
    const order: number[] = [];
    for (let k = 0; k < at.length; k++) if (!Number.isNaN(at[k]!)) order.push(k);
    order.sort((i, j) => at[i]! - at[j]!);
    // an unbounded prior ends, for this purpose, at about three and a half standard deviations
    const low = axis.bounded ? 0 : -1;
    const first = order.length === 1 ? low : Infinity;
    const last = order.length === 1 ? 1 : -Infinity;
    for (let i = 0; i < order.length; i++) {
      const x = at[order[i]!]!;
      const left = x - (i > 0 ? at[order[i - 1]!]! : first);
      const right = (i < order.length - 1 ? at[order[i + 1]!]! : last) - x;
      sigmas[order[i]!] = Math.min(1, Math.max(floor, left, right));
    }
    return sigmas;
  });
}
