import type { TrialState } from "../../../core/journal/state.ts";
import { isJsonObject, type JsonObject } from "../../../core/json.ts";
import type { TrialStatus } from "../../../core/trial.ts";
import { parameterValue } from "../../format.ts";
import type { ParallelView } from "../../views/parallel.ts";

/** Which trials all charts and the table show. Ranges are positions on an axis, 0 to 1. */
export interface TrialFilter {
  readonly hiddenStatuses: ReadonlySet<TrialStatus>;
  /** By axis path; the metric's axis included. */
  readonly ranges: ReadonlyMap<string, readonly [low: number, high: number]>;
  /** Words, all of which are found in a trial's number, status or parameters. */
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
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return trials.filter((trial, index) => {
    if (filter.hiddenStatuses.has(trial.status)) return false;
    if (view && !withinRanges(filter, view, index)) return false;
    const facts = words.length > 0 ? factsOf(trial) : [];
    return words.every((word) => facts.some((fact) => tells(fact, word)));
  });
}

type Fact = readonly [name: string, value: string];

/** What can be found, as it is shown: the number, the status, and the parameters. */
function factsOf(trial: TrialState): readonly Fact[] {
  const parameters = Object.entries(flattened(trial.parameters)).map(([name, value]): Fact => [
    name.toLowerCase(),
    parameterValue(value).toLowerCase(),
  ]);
  return [["", `#${trial.number}`], ["", trial.status.toLowerCase()], ...parameters];
}

/** Keys of nested choices beside the others. */
function flattened(parameters: JsonObject): JsonObject {
  const inner = Object.values(parameters).filter(isJsonObject).map(flattened);
  const own = Object.entries(parameters).filter(([name]) => name !== "_name");
  return Object.assign({}, ...inner, Object.fromEntries(own)) as JsonObject;
}

/** `64` and `0.0` find numbers that begin so, other words texts that contain them; `name=value` one parameter's. */
function tells([name, value]: Fact, word: string): boolean {
  const [key, wanted] = word.includes("=") ? word.split("=", 2) : [name, word];
  if (key !== name || !wanted) return false;
  return /^[\d.-]/.test(value) || value.startsWith("#")
    ? value.startsWith(wanted)
    : value.includes(wanted);
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
