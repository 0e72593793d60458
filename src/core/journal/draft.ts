import type { ExperimentState, TrialState } from "./state.ts";
import type { EpochReport, JournalEvent } from "./events.ts";

/** Entries of `ExperimentState.log`; older ones are in the journal only. */
export const logLength = 500;

/** A trial under construction: same fields, with arrays that may grow. */
export type TrialDraft = {
  -readonly [K in keyof TrialState]: TrialState[K];
} & { reports: EpochReport[]; intermediates: number[] };

/** A state under construction. Trials in `owned` belong to the draft; the others are shared with the state it came
 *  from and are copied before their first change. */
export interface Draft extends Omit<
  { -readonly [K in keyof ExperimentState]: ExperimentState[K] },
  "trials" | "log"
> {
  trials: TrialState[];
  log: JournalEvent[];
  readonly owned: Set<TrialDraft>;
}

/** A draft that shares the trials of a state. */
export function toDraft(state: ExperimentState): Draft {
  return { ...state, trials: [...state.trials], log: [...state.log], owned: new Set() };
}

/** The trial, made the draft's own. */
export function ownTrial(draft: Draft, number: number): TrialDraft | undefined {
  const trial = draft.trials[number];
  if (trial === undefined || draft.owned.has(trial as TrialDraft)) return trial as TrialDraft;
  const copy: TrialDraft = {
    ...trial,
    reports: [...trial.reports],
    intermediates: [...trial.intermediates],
  };
  draft.trials[number] = copy;
  draft.owned.add(copy);
  return copy;
}
