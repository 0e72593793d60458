import type { Axes } from "./axes.ts";
import { columnOf } from "./mixture.ts";

/** How narrow a kernel may get, whatever the gaps. */
export type FloorRule = (axisCount: number) => number;

/** Good kernels: 1/n with many parameters, n^-1.5 with one, over n ranked trials. It shrinks so that the search can
 *  close in for ever, and slower in more dimensions, where a collapse of one axis stops progress along the others. */
export function goodFloor(n: number): FloorRule {
  return (axisCount) => Math.pow(n, -1 - 0.5 / axisCount);
}

/** Bad kernels: a hundredth of their mean distance on a line; what they must resolve is the gap beside the best. */
export function badFloor(kernels: number): FloorRule {
  return () => Math.max(0.001, 0.03 / Math.min(100, 1 + kernels));
}

/** Per axis and kernel the larger of the two gaps to its neighbours on that axis – the ends of the range count as
 *  neighbours –, between the floor and the whole range.
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
    for (let i = 0; i < order.length; i++) {
      const x = at[order[i]!]!;
      const left = x - (i > 0 ? at[order[i - 1]!]! : low);
      const right = (i < order.length - 1 ? at[order[i + 1]!]! : 1) - x;
      sigmas[order[i]!] = Math.min(1, Math.max(floor, left, right));
    }
    return sigmas;
  });
}
