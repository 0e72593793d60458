import type { FoldedState, TrialState } from "./folded.ts";
import type { EpochReport } from "./records.ts";

/** A trial under construction: same fields, with arrays that may grow. */
export type TrialDraft = {
  -readonly [K in keyof TrialState]: TrialState[K];
} & { reports: EpochReport[]; intermediates: number[] };

/** A state under construction. Trials in `owned` belong to the draft; the others are shared with the state it came
 *  from and are copied before their first change. */
export interface Draft extends Omit<
  { -readonly [K in keyof FoldedState]: FoldedState[K] },
  "trials"
> {
  trials: TrialState[];
  readonly owned: Set<TrialDraft>;
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
