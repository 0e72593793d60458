import type { ExperimentState } from "../../../../core/journal/state.ts";

/** Where the tuner stands while it still explores at random; null once its model chooses, or where it has no start-up. */
export function startupProgress(
  state: ExperimentState,
): { readonly done: number; readonly needed: number } | null {
  const newest = state.trials.findLast((trial) => trial.provenance !== null);
  const startup = newest?.provenance?.startup;
  return newest?.provenance?.source === "startup" && startup ? startup : null;
}
