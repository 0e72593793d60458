import type { TrialState } from "./state.ts";

/** The final metric of a finished trial; what is still running has none. */
export function finalMetric(trial: TrialState): number | null {
  return typeof trial.final === "number" && Number.isFinite(trial.final) ? trial.final : null;
}

/** What people are shown: the final metric, or the latest report of a running trial. A failed or cancelled one has none:
 *  what it reported before is in its curves, and no result. */
export function shownMetric(trial: TrialState): number | null {
  const final = finalMetric(trial);
  if (final !== null || trial.status === "FAILED" || trial.status === "USER_CANCELED") return final;
  const latest = trial.reports.at(-1)?.metric ?? null;
  return latest !== null && Number.isFinite(latest) ? latest : null;
}
