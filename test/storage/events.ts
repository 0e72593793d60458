import { defaultTrainingSettings, type ExperimentConfig } from "../../src/core/config/types.ts";
import type { EventBody, JournalEvent } from "../../src/core/journal/events.ts";

const config = (name: string): ExperimentConfig => ({
  name,
  trialConcurrency: 1,
  maxTrialNumber: 4,
  maxDurationMs: null,
  tuner: { name: "TPE", classArgs: {} },
  assessor: null,
  reading: "3.0",
  searchSpace: null,
  training: defaultTrainingSettings,
  notUsedHere: [],
});

export const created = (id: string, at: number): JournalEvent => ({
  seq: 0,
  at,
  type: "experiment-created",
  definition: {
    id,
    config: config(`experiment ${id}`),
    searchSpace: { lr: { _type: "loguniform", _value: [0.001, 1] } },
    seed: 7,
    preset: null,
  },
});

export const note = (seq: number, code = "remark"): JournalEvent => ({
  seq,
  at: 100 + seq,
  type: "note",
  code,
  details: { seq },
});

/** A creation followed by notes, `count` events in all. */
export const journal = (id: string, count: number): JournalEvent[] => [
  created(id, 0),
  ...Array.from({ length: count - 1 }, (_, i) => note(i + 1)),
];

export const checkpointSaved = (seq: number, trial: number, path: string): JournalEvent => ({
  seq,
  at: 100 + seq,
  type: "checkpoint-saved",
  trial,
  checkpoint: { path, sha256: "00", sizeBytes: 3, epoch: 1, step: 0 },
});

export const report = (seq: number, trainLoss: number): JournalEvent => ({
  seq,
  at: 100 + seq,
  type: "epoch-finished",
  trial: 0,
  report: {
    epoch: seq,
    trainLoss,
    trainAccuracy: 0.5,
    validationLoss: 1,
    validationAccuracy: 0.5,
    metric: 0.5,
    learningRate: 0.1,
    imagesPerSecond: 100,
    durationMs: 1000,
  },
});

/** A whole trial in five events, from `seq` on. */
export const finishedTrial = (seq: number, trial: number): JournalEvent[] => {
  const { report: epoch } = report(1, 0.5) as Extract<JournalEvent, { type: "epoch-finished" }>;
  const bodies: EventBody[] = [
    {
      type: "trial-added",
      ...{ trial, parameters: { lr: 0.1 }, origin: "tuner", provenance: null, epochs: 1 },
    },
    { type: "attempt-started", trial, attempt: 1 },
    { type: "epoch-finished", trial, report: epoch },
    { type: "note", code: "remark", details: { trial } },
    {
      type: "trial-ended",
      ...{ trial, status: "SUCCEEDED", final: 0.5, durationMs: 1000, reason: null },
    },
  ];
  return bodies.map((body, i) => ({ seq: seq + i, at: 100 + seq + i, ...body }));
};
