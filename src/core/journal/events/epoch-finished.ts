import { integer, measurement, object, type Decoder } from "../../decode.ts";
import type { TrialDraft } from "../draft.ts";
import type { EpochReport } from "../records.ts";
import { duration, journalLimits, trial } from "./fields.ts";
import { isReporting, onTrial, type EventKind, type Refuse } from "./kind.ts";
import { word } from "../../words/index.ts";

const report: Decoder<EpochReport> = object({
  epoch: integer(1, journalLimits.epochs),
  trainLoss: measurement,
  trainAccuracy: measurement,
  validationLoss: measurement,
  validationAccuracy: measurement,
  metric: measurement,
  learningRate: measurement,
  imagesPerSecond: measurement,
  durationMs: duration,
});

const fields = { trial, report };

/** Too many for the log that people read; curves show them. */
export const epochFinished: EventKind<"epoch-finished", typeof fields> = {
  type: "epoch-finished",
  fields,
  strict: false,
  inLog: false,
  apply: onTrial((trial, event, refuse) => {
    if (!isReporting(trial))
      refuse(word("trial-status", { trial: event.trial, status: trial.status }));
    addReport(trial, event.report, refuse);
  }),
};

/** Appends a report. After a restart from an earlier checkpoint epochs are trained anew: the reports from there on are
 *  replaced. A trial that continues another may begin with any epoch. */
function addReport(trial: TrialDraft, report: EpochReport, refuse: Refuse): void {
  const first = trial.reports[0]?.epoch ?? (trial.continueFrom === undefined ? 1 : report.epoch);
  const index = Math.max(0, report.epoch - first);
  if (index > trial.reports.length)
    refuse(
      word("epoch-order", {
        trial: trial.number,
        epoch: report.epoch,
        before: first + trial.reports.length - 1,
      }),
    );
  for (let i = index; i < trial.reports.length; i++)
    trial.durationMs -= trial.reports[i]!.durationMs;
  trial.reports.length = index;
  trial.intermediates.length = index;
  trial.reports.push(report);
  trial.intermediates.push(report.metric);
  trial.activeMs += report.durationMs;
  trial.durationMs += report.durationMs;
}
