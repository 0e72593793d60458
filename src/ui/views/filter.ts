import type { TrialState } from "../../core/journal/state.ts";
import type { TrialStatus } from "../../core/trial.ts";
import type { ParallelView } from "./parallel.ts";

/** Which trials all charts and the table show. Ranges are positions on an axis, 0 to 1. */
export interface TrialFilter {
  readonly hiddenStatuses: ReadonlySet<TrialStatus>;
  /** By axis path; the metric's axis included. */
  readonly ranges: ReadonlyMap<string, readonly [low: number, high: number]>;
  /** Found in a trial's number, status or parameters. */
  readonly text: string;
}

export const noFilter: TrialFilter = { hiddenStatuses: new Set(), ranges: new Map(), text: "" };

export function isFiltering(filter: TrialFilter): boolean {
  return filter.hiddenStatuses.size > 0 || filter.ranges.size > 0 || filter.text.trim() !== "";
}

/** @param view made from the same trials in the same order */
export function filterTrials(
  trials: readonly TrialState[],
  filter: TrialFilter,
  view: ParallelView | null,
): readonly TrialState[] {
  if (!isFiltering(filter)) return trials;
  const wanted = filter.text.trim().toLowerCase();
  return trials.filter((trial, index) => {
    if (filter.hiddenStatuses.has(trial.status)) return false;
    if (view && !withinRanges(filter, view, index)) return false;
    if (wanted === "") return true;
    return `#${trial.number} ${trial.status} ${JSON.stringify(trial.parameters)}`
      .toLowerCase()
      .includes(wanted);
  });
}

function withinRanges(filter: TrialFilter, view: ParallelView, index: number): boolean {
  for (const [path, [low, high]] of filter.ranges) {
    const axis = view.axes.findIndex((candidate) => candidate.path === path);
    if (axis < 0) continue;
    const position = view.rows[index]?.values[axis]?.position;
    if (position === undefined || position < low || position > high) return false;
  }
  return true;
}
