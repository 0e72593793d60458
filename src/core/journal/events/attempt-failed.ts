import { integer, optional } from "../../decode.ts";
import { by, error, trial } from "./fields.ts";
import { onTrial, type EventKind } from "./kind.ts";

const fields = { trial, attempt: integer(1), error, by: optional(by) };

/** The trial waits for another attempt, or for its end. */
export const attemptFailed: EventKind<"attempt-failed", typeof fields> = {
  type: "attempt-failed",
  fields,
  strict: false,
  inLog: true,
  apply: onTrial((trial, event, refuse) => {
    if (trial.status !== "RUNNING") refuse(`trial ${event.trial} is ${trial.status}`);
    if (event.attempt !== trial.attempt)
      refuse(`attempt ${trial.attempt} is running, not ${event.attempt}`);
    trial.status = "WAITING";
    trial.error = event.error;
  }),
};
