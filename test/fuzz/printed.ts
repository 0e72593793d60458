import type { ExperimentState } from "../../src/core/journal/index.ts";

/** What the page prints of an experiment, to the digit, as one text. */
export function printedState(state: ExperimentState): string {
  const percent = (value: number | null | undefined): string =>
    value == null ? "–" : (100 * value).toFixed(1);
  const trials = state.trials.map((trial) => ({
    parameters: trial.parameters,
    status: trial.status,
    final: trial.final,
    test: trial.test,
    durationMs: trial.durationMs,
    error: trial.error?.code,
    provenance: trial.provenance,
    reason: trial.reason,
    facts: trial.facts,
    added: trial.addedAt - state.createdAt,
    ended: trial.endedAt === null ? null : trial.endedAt - state.createdAt,
    curve: trial.reports.map((report) => [
      report.epoch,
      percent(report.validationAccuracy),
      percent(report.trainAccuracy),
      percent(report.metric),
      report.validationLoss.toFixed(3),
      report.trainLoss.toFixed(3),
      report.learningRate,
      report.imagesPerSecond.toPrecision(3),
    ]),
  }));
  const { searchSpace, seed } = state.definition;
  return JSON.stringify({ name: state.name, status: state.status, searchSpace, seed, trials });
}
