import { ownTrial, type Draft, type TrialDraft } from "./draft.ts";
import type { EpochReport, EventBody, JournalEvent } from "./events.ts";

type TrialEvent = JournalEvent & Extract<EventBody, { trial: number }>;
type Added = JournalEvent & Extract<EventBody, { type: "trial-added" }>;

/** True for a trial that is over. */
export function isFinished(status: TrialDraft["status"]): boolean {
  return status !== "WAITING" && status !== "RUNNING";
}

/** Folds an event about one trial into the draft; `refuse` throws. */
export function applyTrialEvent(
  draft: Draft,
  event: TrialEvent,
  refuse: (problem: string) => never,
): void {
  if (event.type === "trial-added") return addTrial(draft, event, refuse);
  const trial = ownTrial(draft, event.trial);
  if (trial === undefined) return refuse(`there is no trial ${event.trial}`);
  // An imported trial brings its curve and its end with it; it is never attempted here.
  const reporting =
    trial.status === "RUNNING" || (trial.status === "WAITING" && trial.origin === "imported");
  switch (event.type) {
    case "attempt-started":
      if (isFinished(trial.status)) refuse(`trial ${event.trial} is already ${trial.status}`);
      if (event.attempt !== trial.attempt + 1)
        refuse(`expected attempt ${trial.attempt + 1}, got ${event.attempt}`);
      trial.attempt = event.attempt;
      trial.precision = event.precision ?? trial.precision;
      trial.status = "RUNNING";
      trial.startedAt ??= event.at;
      return;
    case "attempt-failed":
      if (trial.status !== "RUNNING") refuse(`trial ${event.trial} is ${trial.status}`);
      if (event.attempt !== trial.attempt)
        refuse(`attempt ${trial.attempt} is running, not ${event.attempt}`);
      trial.status = "WAITING";
      trial.error = event.error;
      return;
    case "epoch-finished":
      if (!reporting) refuse(`trial ${event.trial} is ${trial.status}`);
      addReport(trial, event.report, refuse);
      return;
    case "checkpoint-saved":
      if (trial.attempt === 0 && trial.origin !== "imported")
        refuse(`trial ${event.trial} was never started`);
      trial.checkpoint = event.checkpoint;
      return;
    case "trial-ended":
      if (isFinished(trial.status)) refuse(`trial ${event.trial} is already ${trial.status}`);
      if ((event.status === "SUCCEEDED" || event.status === "EARLY_STOPPED") && !reporting)
        refuse(`trial ${event.trial} is ${trial.status} and cannot become ${event.status}`);
      trial.status = event.status;
      trial.final = event.final;
      trial.durationMs = event.durationMs;
      trial.endedAt = event.at;
      trial.reason = event.reason;
      trial.error = event.error ?? (event.status === "FAILED" ? trial.error : null);
      trial.samples = event.samples ?? null;
      return;
    case "test-finished":
      if (!isFinished(trial.status)) refuse(`trial ${event.trial} is still ${trial.status}`);
      trial.test = {
        accuracy: event.testAccuracy,
        loss: event.testLoss,
        images: event.testImages,
      };
      return;
    default:
      event satisfies never;
  }
}

function addTrial(draft: Draft, event: Added, refuse: (problem: string) => never): void {
  if (event.trial !== draft.trials.length)
    refuse(`expected trial ${draft.trials.length}, got ${event.trial}`);
  if (event.continueFrom !== undefined && draft.trials[event.continueFrom] === undefined)
    refuse(`there is no trial ${event.continueFrom} to continue from`);
  const trial: TrialDraft = {
    number: event.trial,
    parameters: event.parameters,
    status: "WAITING",
    intermediates: [],
    final: null,
    ...(event.budget === undefined ? {} : { budget: event.budget }),
    ...(event.continueFrom === undefined ? {} : { continueFrom: event.continueFrom }),
    ...(event.tunerState === undefined ? {} : { tunerState: event.tunerState }),
    ...(event.origin === "tuner" ? {} : { custom: true }),
    origin: event.origin,
    provenance: event.provenance,
    epochs: event.epochs,
    reports: [],
    attempt: 0,
    precision: null,
    addedAt: event.at,
    startedAt: null,
    endedAt: null,
    durationMs: 0,
    reason: null,
    error: null,
    checkpoint: null,
    samples: null,
    test: null,
  };
  draft.trials.push(trial);
  draft.owned.add(trial);
}

/** Appends a report. After a restart from an earlier checkpoint epochs are trained anew: the reports from there on are
 *  replaced. A trial that continues another may begin with any epoch. */
function addReport(
  trial: TrialDraft,
  report: EpochReport,
  refuse: (problem: string) => never,
): void {
  const first = trial.reports[0]?.epoch ?? (trial.continueFrom === undefined ? 1 : report.epoch);
  const index = Math.max(0, report.epoch - first);
  if (index > trial.reports.length)
    refuse(
      `trial ${trial.number}: epoch ${report.epoch} after epoch ${first + trial.reports.length - 1}`,
    );
  for (let i = index; i < trial.reports.length; i++)
    trial.durationMs -= trial.reports[i]!.durationMs;
  trial.reports.length = index;
  trial.intermediates.length = index;
  trial.reports.push(report);
  trial.intermediates.push(report.metric);
  trial.durationMs += report.durationMs;
}
