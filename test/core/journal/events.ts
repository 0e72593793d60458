import { defaultTrainingSettings, type ExperimentConfig } from "../../../src/core/config/index.ts";
import type {
  EpochReport,
  EventBody,
  ExperimentDefinition,
  JournalEvent,
} from "../../../src/core/journal/index.ts";

export const config: ExperimentConfig = {
  name: "test",
  trialConcurrency: 2,
  maxTrialNumber: 10,
  maxDurationMs: null,
  tuner: { name: "TPE", classArgs: {} },
  assessor: null,
  reading: "2.1",
  searchSpace: null,
  training: defaultTrainingSettings,
  notUsedHere: [],
};

export const definition: ExperimentDefinition = {
  id: "e1",
  config,
  searchSpace: { lr: { _type: "loguniform", _value: [0.001, 0.1] } },
  seed: 7,
  preset: null,
};

export const report = (epoch: number, metric: number, durationMs = 1_000): EpochReport => ({
  epoch,
  trainLoss: 1,
  trainAccuracy: 0.5,
  validationLoss: 1,
  validationAccuracy: metric,
  metric,
  learningRate: 0.1,
  imagesPerSecond: 100,
  durationMs,
});

export const added = (trial: number, more: object = {}): EventBody => ({
  type: "trial-added",
  trial,
  parameters: { lr: 0.01 },
  origin: "tuner",
  provenance: null,
  epochs: 3,
  ...more,
});

export const ended = (
  trial: number,
  status: "SUCCEEDED" | "FAILED" | "EARLY_STOPPED" | "USER_CANCELED",
  final: number | null,
): EventBody => ({ type: "trial-ended", trial, status, final, durationMs: 3_000, reason: null });

export const epoch = (trial: number, number: number, metric: number): EventBody => ({
  type: "epoch-finished",
  trial,
  report: report(number, metric),
});

export const attempt = (trial: number, number = 1): EventBody => ({
  type: "attempt-started",
  trial,
  attempt: number,
});

/** Numbers events from 0, one second apart, after the experiment's creation. */
export function journal(
  bodies: readonly EventBody[],
  created: ExperimentDefinition = definition,
): JournalEvent[] {
  const all: EventBody[] = [{ type: "experiment-created", definition: created }, ...bodies];
  return all.map((body, seq) => ({ seq, at: seq * 1_000, ...body }));
}

/** A trial from start to end with the given metrics. */
export function run(
  trial: number,
  metrics: readonly number[],
  status: "SUCCEEDED" | "FAILED" | "EARLY_STOPPED" = "SUCCEEDED",
  final: number | null = metrics.at(-1) ?? null,
): EventBody[] {
  return [
    added(trial),
    attempt(trial),
    ...metrics.map((metric, i) => epoch(trial, i + 1, metric)),
    ended(trial, status, final),
  ];
}
