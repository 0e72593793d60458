import type { OptimizeMode } from "../../../core/tuners/contract/tuner.ts";
import { metricAxisId, type ParallelView } from "../../views/parallel.ts";

/** The range of the metric's axis that holds the best `share` of all trials with a metric, at least one; null for none.
 *  @returns positions on the axis */
export function topRange(
  view: ParallelView,
  share: number,
  mode: OptimizeMode,
): readonly [low: number, high: number] | null {
  const axis = view.axes.findIndex(({ path }) => path === metricAxisId);
  const positions = view.rows.flatMap((row) => row.values[axis]?.position ?? []);
  if (positions.length === 0) return null;
  const sorted = positions.sort((a, b) => (mode === "maximize" ? b - a : a - b));
  const edge = sorted[Math.max(1, Math.round(sorted.length * share)) - 1]!;
  return mode === "maximize" ? [edge, 1] : [0, edge];
}
