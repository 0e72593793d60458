import { configLimits, decodeExperimentConfig } from "../config/check.ts";
import {
  decode,
  integer,
  jsonObject,
  list,
  measurement,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
  type Decoder,
} from "../decode.ts";
import { errorCodes, type ErrorDetails, type ErrorRecord } from "../errors.ts";
import type { Provenance } from "../tuners/contract/tuner.ts";
import type {
  CheckpointRef,
  EpochReport,
  EventBody,
  EventType,
  ExperimentDefinition,
  JournalEvent,
  SamplePredictions,
} from "./events.ts";

/** Published limits of a journal. */
export const journalLimits = {
  trials: 100_000,
  epochs: 100_000,
  events: 10_000_000,
  textLength: 10_000,
} as const;

const trial = integer(0, journalLimits.trials - 1);
const duration = number(0, Number.MAX_SAFE_INTEGER);
const longText = text(journalLimits.textLength);

const details: Decoder<ErrorDetails> = record((value, path) => {
  if (value === null || typeof value === "boolean") return value;
  return typeof value === "number" ? value : longText(value, path);
}, 100);

const error: Decoder<ErrorRecord> = object({
  code: oneOf(errorCodes),
  message: longText,
  details,
});

const provenance: Decoder<Provenance> = object({
  source: oneOf(["startup", "model", "random", "fallback", "grid", "user", "initial"]),
  startup: optional(object({ done: integer(0), needed: integer(0) })),
  details: optional(jsonObject(1_000_000)),
});

const definition: Decoder<ExperimentDefinition> = object({
  id: text(200),
  config: decodeExperimentConfig,
  searchSpace: jsonObject(configLimits.searchSpaceLength),
  seed: number(),
  preset: nullable(text(200)),
});

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

const checkpoint: Decoder<CheckpointRef> = object({
  path: text(500),
  sha256: text(100),
  sizeBytes: integer(0),
  epoch: integer(0, journalLimits.epochs),
  step: integer(0),
});

const samples: Decoder<SamplePredictions> = object({
  indices: list(integer(0), 1_000),
  labels: list(integer(0, 10_000), 1_000),
  probabilities: list(list(number(0, 1), 10_000), 1_000),
});

const status = oneOf(["idle", "preparing", "running", "paused", "done", "failed"]);

/** The fields of every event but `type`, `seq` and `at`. */
const bodies = {
  "experiment-created": object({ definition }),
  "experiment-renamed": object({ name: text(configLimits.nameLength) }),
  "status-changed": object({ status, reason: text(200), error: optional(error) }),
  "limits-changed": object({
    trialConcurrency: optional(integer(1, configLimits.trialConcurrency)),
    maxTrialNumber: optional(integer(1, configLimits.maxTrialNumber)),
    maxDurationMs: optional(nullable(number(0, configLimits.maxDurationMs))),
  }),
  "trial-added": object({
    trial,
    parameters: jsonObject(configLimits.parametersLength),
    origin: oneOf(["tuner", "user", "imported", "longer"]),
    provenance: nullable(provenance),
    epochs: integer(1, journalLimits.epochs),
    budget: optional(number(0, journalLimits.epochs)),
    continueFrom: optional(trial),
    tunerState: optional(jsonObject(1_000_000)),
  }),
  "attempt-started": object({
    trial,
    attempt: integer(1),
    precision: optional(oneOf(["f32", "f16"])),
  }),
  "attempt-failed": object({ trial, attempt: integer(1), error }),
  "epoch-finished": object({ trial, report }),
  "checkpoint-saved": object({ trial, checkpoint }),
  "trial-ended": object({
    trial,
    status: oneOf(["SUCCEEDED", "FAILED", "EARLY_STOPPED", "USER_CANCELED"]),
    final: nullable(measurement),
    durationMs: duration,
    reason: nullable(longText),
    error: optional(error),
    samples: optional(samples),
  }),
  "test-finished": object({
    trial,
    testAccuracy: measurement,
    testLoss: measurement,
    testImages: integer(0),
  }),
  note: object({ code: text(200), details: jsonObject(100_000) }),
} satisfies {
  [T in EventType]: Decoder<Omit<Extract<EventBody, { type: T }>, "type">>;
};

const head = object({ seq: integer(0, journalLimits.events), at: number() });
const eventType = object({ type: oneOf(Object.keys(bodies) as EventType[]) });

/** Parses one foreign event (from a file, a link, a database, a room) field by field into a new object.
 *  What is checked is the event by itself; whether it may follow the others is `reduce`'s matter.
 *  @throws AppError "journal-invalid" with the path of the offending field */
export function checkEvent(value: unknown, path = "event"): JournalEvent {
  const { type } = decode(eventType, value, "journal-invalid", path);
  const start = decode(head, value, "journal-invalid", path);
  const body: Decoder<object> = bodies[type];
  // `bodies` is checked against the union of events type by type, which TypeScript cannot follow through the lookup.
  return { ...start, type, ...decode(body, value, "journal-invalid", path) } as JournalEvent;
}

/** Parses a foreign journal. @throws AppError "journal-invalid" */
export function checkJournal(value: unknown): JournalEvent[] {
  const events = decode(
    (v, path) => list((event, at) => checkEvent(event, at), journalLimits.events)(v, path),
    value,
    "journal-invalid",
    "events",
  );
  return [...events];
}
