import type { ExperimentConfig } from "../config/types.ts";
import type { JsonObject } from "../json.ts";

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

/** Class predictions of a trained network on a few fixed images. */
export interface SamplePredictions {
  /** Indices into the test or validation images. */
  readonly indices: readonly number[];
  readonly labels: readonly number[];
  /** [image][class] probabilities, rounded to 1e-4. */
  readonly probabilities: readonly (readonly number[])[];
}

/** Who computed, and on what; what is not known is left out. */
export interface By {
  /** Of several computers in one experiment. */
  readonly member?: string;
  /** The adapter's name, e.g. `Apple M2`. */
  readonly device?: string;
  /** What the network ran on, e.g. `webgpu`. */
  readonly engine?: string;
}

/** The network a trial trained, in numbers. */
export interface ModelReport {
  /** Trainable ones. */
  readonly parameters: number;
  /** Multiply-accumulates of one image forwards. */
  readonly macs: number;
  /** Of the weights and running statistics, in the form they are kept in. */
  readonly bytes: number;
  /** Nodes of the graph that have weights. */
  readonly layers: number;
}

export type TrialOrigin = "tuner" | "user" | "imported" | "longer";

/** Mirrors `data-state` of the page. */
export type ExperimentStatus = "idle" | "preparing" | "running" | "paused" | "done" | "failed";
