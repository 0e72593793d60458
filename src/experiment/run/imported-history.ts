import type { EventBody, ExperimentState, TrialState } from "../../core/journal/index.ts";

/** The trials of a foreign experiment as history of a new one: same numbers, curves and results, no weights. What was
 *  not finished there counts as cancelled. */
export function importedHistory(state: ExperimentState): EventBody[] {
  return state.trials.flatMap((trial) => bodiesOf(trial));
}

function bodiesOf(trial: TrialState): EventBody[] {
  const { number, parameters, provenance, epochs, budget, continueFrom, tunerState } = trial;
  const status = trial.status;
  return [
    {
      type: "trial-added",
      trial: number,
      parameters,
      origin: "imported",
      provenance,
      epochs,
      ...(budget === undefined ? {} : { budget }),
      ...(continueFrom === undefined ? {} : { continueFrom }),
      ...(tunerState === undefined ? {} : { tunerState }),
    },
    ...trial.reports.map((report): EventBody => ({
      type: "epoch-finished",
      trial: number,
      report,
    })),
    {
      type: "trial-ended",
      trial: number,
      status: status === "WAITING" || status === "RUNNING" ? "USER_CANCELED" : status,
      final: trial.final ?? null,
      durationMs: trial.durationMs,
      reason: trial.reason,
      ...(trial.facts.length > 0 ? { facts: trial.facts } : {}),
      ...(trial.error ? { error: trial.error } : {}),
    },
    ...(trial.test ? [testOf(number, trial.test)] : []),
  ];
}

const testOf = (trial: number, test: NonNullable<TrialState["test"]>): EventBody => ({
  type: "test-finished",
  trial,
  testAccuracy: test.accuracy,
  testLoss: test.loss,
  testImages: test.images,
});
