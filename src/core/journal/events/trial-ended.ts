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
import type { ModelReport, SamplePredictions } from "../records.ts";
import { by, duration, error, longText, trial } from "./fields.ts";
import { isFinished, isReporting, onTrial, type EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const samples: Decoder<SamplePredictions> = object({
  indices: list(integer(0), 1_000),
  labels: list(integer(0, 10_000), 1_000),
  probabilities: list(list(number(0, 1), 10_000), 1_000),
});

const model: Decoder<ModelReport> = object({
  parameters: integer(0),
  macs: integer(0),
  bytes: integer(0),
  layers: integer(0),
});

const fields = {
  trial,
  status: oneOf(["SUCCEEDED", "FAILED", "EARLY_STOPPED", "USER_CANCELED"]),
  final: nullable(measurement),
  /** Of the epochs that count. */
  durationMs: duration,
  /** Measured time of all its epochs, those trained anew after a restart twice; without pauses. Absent before version 3. */
  activeMs: optional(duration),
  /** One sentence in English (the assessor's reason). */
  reason: nullable(longText),
  /** The same for any language; absent in older journals. */
  facts: optional(facts),
  error: optional(error),
  /** Predictions of the network on the first validation images, for the page. */
  samples: optional(samples),
  model: optional(model),
  by: optional(by),
};

/** A trial ends once, and nothing is reported of it afterwards. */
export const trialEnded: EventKind<"trial-ended", typeof fields> = {
  type: "trial-ended",
  fields,
  strict: true,
  inLog: true,
  apply: onTrial((trial, event, refuse) => {
    if (isFinished(trial.status))
      refuse(word("trial-already", { trial: event.trial, status: trial.status }));
    const reported = event.status === "SUCCEEDED" || event.status === "EARLY_STOPPED";
    if (reported && !isReporting(trial))
      refuse(
        word("trial-cannot-become", {
          ...{ trial: event.trial, status: trial.status, next: event.status },
        }),
      );
    trial.error = event.error ?? (event.status === "FAILED" ? trial.error : null);
    trial.status = event.status;
    trial.final = event.final;
    trial.durationMs = event.durationMs;
    trial.activeMs = event.activeMs ?? trial.activeMs;
    trial.endedAt = event.at;
    trial.reason = event.reason;
    trial.facts = event.facts ?? [];
    trial.samples = event.samples ?? null;
    trial.model = event.model ?? null;
    trial.by = event.by ?? trial.by;
  }),
};
