import { parallelCoordinates, type ParallelAxis } from "../../core/journal/index.ts";
import type { TrialState } from "../../core/journal/state.ts";
import type { SearchSpace } from "../../core/search-space/types.ts";
import type { TrialStatus } from "../../core/trial.ts";
import { percent } from "../format.ts";
import { shownMetric } from "../../core/journal/trial-metric.ts";

/** Id of the axis that shows the metric; the others are parameter paths, none of which is empty. */
export const metricAxisId = "";

export interface ParallelView {
  /** Parameters in the space's order, the metric last. */
  readonly axes: readonly ParallelAxis[];
  readonly rows: readonly ParallelLine[];
  /** Metrics at the ends of the last axis. */
  readonly metricRange: readonly [low: number, high: number];
}

export interface ParallelLine {
  readonly trial: number;
  readonly status: TrialStatus;
  readonly metric: number | null;
  /** Per axis a position from 0 (bottom) to 1 and its text; null where the trial has nothing there. */
  readonly values: readonly ({ readonly position: number; readonly label: string } | null)[];
}

/** The chart's axes and lines for all trials, whatever their status; a trial without a metric ends before the last axis. */
export function parallelView(space: SearchSpace, trials: readonly TrialState[]): ParallelView {
  const { axes, rows } = parallelCoordinates(space, trials);
  const metrics = trials.map(shownMetric).filter((metric) => metric !== null);
  const [low, high] = spread(metrics);
  const position = (metric: number): number => (metric - low) / (high - low);
  const marks = [low, (low + high) / 2, high].map((metric) => ({
    position: position(metric),
    label: percent(metric),
  }));
  const lines = rows.map((row, index): ParallelLine => {
    const metric = shownMetric(trials[index]!);
    const last = metric === null ? null : { position: position(metric), label: percent(metric) };
    return { trial: row.trial, status: row.status, metric, values: [...row.values, last] };
  });
  return {
    axes: [...axes, { path: metricAxisId, kind: "linear", marks }],
    rows: lines,
    metricRange: [low, high],
  };
}

function spread(values: readonly number[]): [low: number, high: number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 0.05, high + 0.05] : [low, high];
}
