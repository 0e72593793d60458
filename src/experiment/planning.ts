import { countTrials, elapsedMs, isBetter, isFinished, isScored } from "../core/journal/index.ts";
import type { CheckpointRef } from "../core/journal/events.ts";
import type { ExperimentState, TrialState } from "../core/journal/state.ts";
import type { OptimizeMode } from "../core/tuners/tuner.ts";

/** Finished or not: WAITING and RUNNING trials still want a slot. */
export function isOpen(trial: TrialState): boolean {
  return !isFinished(trial.status);
}

/** NNI's limits stop the creation of trials; running ones finish. */
export function mayCreate(state: ExperimentState, now: number): boolean {
  if (countTrials(state).submitted >= state.maxTrialNumber) return false;
  return state.maxDurationMs === null || elapsedMs(state, now) < state.maxDurationMs;
}

function ranked(state: ExperimentState, mode: OptimizeMode): TrialState[] {
  return state.trials
    .filter((trial) => trial.status === "SUCCEEDED")
    .filter(isScored)
    .sort((a, b) =>
      a.final === b.final ? a.number - b.number : isBetter(a.final, b.final, mode) ? -1 : 1,
    );
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
