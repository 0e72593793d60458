import { integer, optional } from "../../decode.ts";
import { by, error, trial } from "./fields.ts";
import { onTrial, type EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const fields = { trial, attempt: integer(1), error, by: optional(by) };

/** The trial waits for another attempt, or for its end. */
export const attemptFailed: EventKind<"attempt-failed", typeof fields> = {
  type: "attempt-failed",
  fields,
  strict: false,
  inLog: true,
  apply: onTrial((trial, event, refuse) => {
    if (trial.status !== "RUNNING")
      refuse(word("trial-status", { trial: event.trial, status: trial.status }));
    if (event.attempt !== trial.attempt)
      refuse(word("attempt-running", { running: trial.attempt, got: event.attempt }));
    trial.status = "WAITING";
    trial.error = event.error;
  }),
};
