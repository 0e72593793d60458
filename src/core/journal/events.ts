import type { ExperimentConfig, Precision } from "../config/types.ts";
import type { ErrorRecord } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Parameters } from "../search-space/types.ts";
import type { Provenance } from "../tuners/contract/tuner.ts";

/** The whole definition of an experiment: with the same definition and order of events, the same suggestions follow. */
export interface ExperimentDefinition {
  readonly id: string;
  readonly config: ExperimentConfig;
  /** NNI search-space JSON exactly as the user gave it. */
  readonly searchSpace: JsonObject;
  readonly seed: number;
  /** Key of the preset it came from, if any. */
  readonly preset: string | null;
}

/** One epoch of one trial. Metrics are fractions; `metric` is what tuner and assessor see. */
export interface EpochReport {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly metric: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  readonly durationMs: number;
}

/** Where the weights of a trial lie; the event that names them makes them real. */
export interface CheckpointRef {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Finished epochs and steps within the running one. */
  readonly epoch: number;
  readonly step: number;
}

export type TrialOrigin = "tuner" | "user" | "imported" | "longer";

/** Everything that matters to an experiment, in the order it happened. `seq` counts from 0 without gaps; `at` is ms since 1970. */
export type JournalEvent = { readonly seq: number; readonly at: number } & EventBody;

export type EventBody =
  | { readonly type: "experiment-created"; readonly definition: ExperimentDefinition }
  | { readonly type: "experiment-renamed"; readonly name: string }
  | {
      readonly type: "status-changed";
      readonly status: ExperimentStatus;
      /** Message key, e.g. `user`, `limits-reached`, `exhausted`, `error`. */
      readonly reason: string;
      readonly error?: ErrorRecord;
    }
  | {
      readonly type: "limits-changed";
      readonly trialConcurrency?: number;
      readonly maxTrialNumber?: number;
      readonly maxDurationMs?: number | null;
    }
  | {
      readonly type: "trial-added";
      readonly trial: number;
      readonly parameters: Parameters;
      readonly origin: TrialOrigin;
      readonly provenance: Provenance | null;
      /** Epochs to train in all. */
      readonly epochs: number;
      readonly budget?: number;
      readonly continueFrom?: number;
      readonly tunerState?: JsonObject;
    }
  /** Written before the attempt starts, so that a crash counts as an attempt. */
  | {
      readonly type: "attempt-started";
      readonly trial: number;
      readonly attempt: number;
      /** What it computes with; absent in older journals (f32) and when no worker could be made. */
      readonly precision?: Precision;
    }
  | {
      readonly type: "attempt-failed";
      readonly trial: number;
      readonly attempt: number;
      readonly error: ErrorRecord;
    }
  | { readonly type: "epoch-finished"; readonly trial: number; readonly report: EpochReport }
  | {
      readonly type: "checkpoint-saved";
      readonly trial: number;
      readonly checkpoint: CheckpointRef;
    }
  | {
      readonly type: "trial-ended";
      readonly trial: number;
      readonly status: "SUCCEEDED" | "FAILED" | "EARLY_STOPPED" | "USER_CANCELED";
      readonly final: number | null;
      readonly durationMs: number;
      /** One sentence for the log (assessor's reason, the user's act). */
      readonly reason: string | null;
      readonly error?: ErrorRecord;
      /** Predictions of the network on the first validation images, for the page. */
      readonly samples?: SamplePredictions;
    }
  | {
      readonly type: "test-finished";
      readonly trial: number;
      readonly testAccuracy: number;
      readonly testLoss: number;
      readonly testImages: number;
    }
  | { readonly type: "note"; readonly code: string; readonly details: JsonObject };

export type EventType = EventBody["type"];

/** Class predictions of a trained network on a few fixed images. */
export interface SamplePredictions {
  /** Indices into the test or validation images. */
  readonly indices: readonly number[];
  readonly labels: readonly number[];
  /** [image][class] probabilities, rounded to 1e-4. */
  readonly probabilities: readonly (readonly number[])[];
}

/** Mirrors `data-state` of the page. */
export type ExperimentStatus = "idle" | "preparing" | "running" | "paused" | "done" | "failed";
