import { epochReached } from "../../core/journal/index.ts";
import type { TrialState } from "../../core/journal/state.ts";
import { shownMetric } from "../../core/journal/trial-metric.ts";
import { parameterValue } from "../format.ts";
import { statusOrder } from "./trials.ts";

export { csv } from "../../core/csv.ts";

/** `trial`, `status`, `metric`, `duration`, `epochs` or `parameter:<name>`. */
export interface TableSort {
  readonly column: string;
  readonly descending: boolean;
}

/** Sorts a copy; trials without a value come last either way. */
export function sortTrials(trials: readonly TrialState[], sort: TableSort): readonly TrialState[] {
  const sign = sort.descending ? -1 : 1;
  return [...trials].sort((a, b) => {
    const [x, y] = [sortKey(a, sort.column, trials), sortKey(b, sort.column, trials)];
    if (x === null || y === null) return x === y ? a.number - b.number : x === null ? 1 : -1;
    const order =
      typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return order === 0 ? a.number - b.number : sign * order;
  });
}

function sortKey(
  trial: TrialState,
  column: string,
  trials: readonly TrialState[],
): number | string | null {
  if (column === "trial") return trial.number;
  if (column === "status") return statusOrder.indexOf(trial.status);
  if (column === "metric") return shownMetric(trial);
  if (column === "duration") return trial.durationMs;
  if (column === "epochs") return epochReached(trial, trials);
  const value = trial.parameters[column.replace(/^parameter:/, "")];
  if (value === undefined || value === null) return null;
  return typeof value === "number" ? value : parameterValue(value);
}

/** Parameters that differ between trials, in the space's order: those worth a column. */
export function varyingParameters(
  trials: readonly TrialState[],
  order: readonly string[],
): readonly string[] {
  const names = new Set(order);
  for (const trial of trials) for (const name of Object.keys(trial.parameters)) names.add(name);
  if (trials.length < 2) return [...names];
  return [...names].filter(
    (name) => new Set(trials.map((t) => JSON.stringify(t.parameters[name] ?? null))).size > 1,
  );
}
