import type { CheckpointRef } from "../core/journal/events.ts";
import type { ExperimentState, TrialState } from "../core/journal/state.ts";
import type { OptimizeMode } from "../core/tuners/tuner.ts";

/** Finished or not: WAITING and RUNNING trials still want a slot. */
export function isOpen(trial: TrialState): boolean {
  return trial.status === "WAITING" || trial.status === "RUNNING";
}

/** Trials that count against `maxTrialNumber`: all submitted ones, as in NNI; neither imported history nor "train longer". */
export function submittedCount(state: ExperimentState): number {
  return state.trials.filter((t) => t.origin !== "imported" && t.origin !== "longer").length;
}

/** Time spent running up to `now`. */
export function elapsedMs(state: ExperimentState, now: number): number {
  return (
    state.elapsedMs + (state.runningSince === null ? 0 : Math.max(0, now - state.runningSince))
  );
}

/** NNI's limits stop the creation of trials; running ones finish. */
export function mayCreate(state: ExperimentState, now: number): boolean {
  if (submittedCount(state) >= state.maxTrialNumber) return false;
  return state.maxDurationMs === null || elapsedMs(state, now) < state.maxDurationMs;
}

/** The trial that won: best final metric among the succeeded ones, the earlier one among equals. */
export function bestTrial(state: ExperimentState, mode: OptimizeMode): TrialState | null {
  return ranked(state, mode)[0] ?? null;
}

function ranked(state: ExperimentState, mode: OptimizeMode): TrialState[] {
  const sign = mode === "maximize" ? -1 : 1;
  return state.trials
    .filter((t) => t.status === "SUCCEEDED" && Number.isFinite(t.final ?? NaN))
    .sort((a, b) => sign * ((a.final ?? 0) - (b.final ?? 0)) || a.number - b.number);
}

/** Weights worth keeping: of open trials, of the parents they continue, and of the best finished ones as far as
 *  `budgetBytes` goes – of the very best always. */
export function checkpointsToKeep(
  state: ExperimentState,
  mode: OptimizeMode,
  budgetBytes: number,
): readonly CheckpointRef[] {
  const keep = new Map<string, CheckpointRef>();
  const add = (trial: TrialState | undefined): void => {
    if (trial?.checkpoint) keep.set(trial.checkpoint.path, trial.checkpoint);
  };
  for (const trial of state.trials.filter(isOpen)) {
    add(trial);
    if (trial.continueFrom !== undefined) add(state.trials[trial.continueFrom]);
  }
  let used = 0;
  for (const [rank, trial] of ranked(state, mode).entries()) {
    used += trial.checkpoint?.sizeBytes ?? 0;
    if (rank > 0 && used > budgetBytes) break;
    add(trial);
  }
  return [...keep.values()];
}
