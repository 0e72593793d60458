import {
  countTrials,
  elapsedMs,
  isBetter,
  isFinished,
  isScored,
} from "../../core/journal/index.ts";
import type { CheckpointRef } from "../../core/journal/events.ts";
import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import type { OptimizeMode } from "../../core/tuners/contract/tuner.ts";
import type { LimitsChange } from "../api.ts";

/** Finished or not: WAITING and RUNNING trials still want a slot. */
export function isOpen(trial: TrialState): boolean {
  return !isFinished(trial.status);
}

/** NNI's limits stop the creation of trials; running ones finish. */
export function mayCreate(state: ExperimentState, now: number): boolean {
  if (countTrials(state).submitted >= state.maxTrialNumber) return false;
  return state.maxDurationMs === null || elapsedMs(state, now) < state.maxDurationMs;
}

/** True when changed limits set an ended experiment going again: one of them was raised, and now trials may be created. */
export function goesOnWith(limits: LimitsChange, state: ExperimentState, now: number): boolean {
  const after = { ...state, ...limits };
  const raised =
    after.maxTrialNumber > state.maxTrialNumber ||
    (after.maxDurationMs ?? Infinity) > (state.maxDurationMs ?? Infinity);
  return state.status === "done" && raised && mayCreate(after, now);
}

/** The weights a trial's last report was measured with; null when they could not be saved then and only older ones are. */
export function finalWeights({ checkpoint, reports }: TrialState): CheckpointRef | null {
  const last = reports.at(-1)?.epoch;
  return checkpoint && checkpoint.step === 0 && checkpoint.epoch === last ? checkpoint : null;
}

function ranked(state: ExperimentState, mode: OptimizeMode): TrialState[] {
  return state.trials
    .filter((trial) => trial.status === "SUCCEEDED")
    .filter(isScored)
    .sort((a, b) =>
      a.final === b.final ? a.number - b.number : isBetter(a.final, b.final, mode) ? -1 : 1,
    );
}

/** What is kept first: the best result; trials with a budget, which their tuner may promote or copy – those that nobody has
 *  continued yet before those somebody has, the newest of them first –; then the other results, best first. */
function byWorth(state: ExperimentState, mode: OptimizeMode): TrialState[] {
  const [best, ...others] = ranked(state, mode);
  if (!best) return [];
  const continued = new Set(state.trials.map((trial) => trial.continueFrom));
  const promotable = others.filter(({ budget }) => budget !== undefined);
  return [
    best,
    ...promotable.filter(({ number }) => !continued.has(number)),
    ...promotable.filter(({ number }) => continued.has(number)).sort((a, b) => b.number - a.number),
    ...others.filter(({ budget }) => budget === undefined),
  ];
}

/** Weights worth keeping: of open trials, of the parents they continue, and of finished ones as far as `budgetBytes`
 *  goes – of the very best always. */
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
  for (const [rank, trial] of byWorth(state, mode).entries()) {
    used += trial.checkpoint?.sizeBytes ?? 0;
    if (rank > 0 && used > budgetBytes) break;
    add(trial);
  }
  return [...keep.values()];
}
