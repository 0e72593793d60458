import {
  integer,
  list,
  measurement,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Decoder,
} from "../../decode.ts";
import { facts } from "../check-facts.ts";
import type { SamplePredictions } from "../records.ts";
import { duration, error, longText, trial } from "./fields.ts";
import { isFinished, isReporting, onTrial, type EventKind } from "./kind.ts";

const samples: Decoder<SamplePredictions> = object({
  indices: list(integer(0), 1_000),
  labels: list(integer(0, 10_000), 1_000),
  probabilities: list(list(number(0, 1), 10_000), 1_000),
});

const fields = {
  trial,
  status: oneOf(["SUCCEEDED", "FAILED", "EARLY_STOPPED", "USER_CANCELED"]),
  final: nullable(measurement),
  durationMs: duration,
  /** One sentence in English (the assessor's reason). */
  reason: nullable(longText),
  /** The same for any language; absent in older journals. */
  facts: optional(facts),
  error: optional(error),
  /** Predictions of the network on the first validation images, for the page. */
  samples: optional(samples),
};

/** A trial ends once, and nothing is reported of it afterwards. */
export const trialEnded: EventKind<"trial-ended", typeof fields> = {
  type: "trial-ended",
  fields,
  strict: true,
  inLog: true,
  apply: onTrial((trial, event, refuse) => {
    if (isFinished(trial.status)) refuse(`trial ${event.trial} is already ${trial.status}`);
    const reported = event.status === "SUCCEEDED" || event.status === "EARLY_STOPPED";
    if (reported && !isReporting(trial))
      refuse(`trial ${event.trial} is ${trial.status} and cannot become ${event.status}`);
    trial.error = event.error ?? (event.status === "FAILED" ? trial.error : null);
    trial.status = event.status;
    trial.final = event.final;
    trial.durationMs = event.durationMs;
    trial.endedAt = event.at;
    trial.reason = event.reason;
    trial.facts = event.facts ?? [];
    trial.samples = event.samples ?? null;
  }),
};
