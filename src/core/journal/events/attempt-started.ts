import { integer, oneOf, optional } from "../../decode.ts";
import { by, trial } from "./fields.ts";
import { isFinished, onTrial, type EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const fields = {
  trial,
  attempt: integer(1),
  /** What it computes with; absent in older journals (f32) and when no worker could be made. */
  precision: optional(oneOf(["f32", "f16"])),
  /** Absent in journals before version 3, and where it is not known. */
  by: optional(by),
};

/** Written before the attempt starts, so that a crash counts as an attempt. */
export const attemptStarted: EventKind<"attempt-started", typeof fields> = {
  type: "attempt-started",
  fields,
  strict: false,
  inLog: true,
  apply: onTrial((trial, event, refuse) => {
    if (isFinished(trial.status))
      refuse(word("trial-already", { trial: event.trial, status: trial.status }));
    if (event.attempt !== trial.attempt + 1)
      refuse(word("expected-attempt", { expected: trial.attempt + 1, got: event.attempt }));
    trial.attempt = event.attempt;
    trial.precision = event.precision ?? trial.precision;
    trial.by = event.by ?? null;
    trial.status = "RUNNING";
    trial.startedAt ??= event.at;
  }),
};
