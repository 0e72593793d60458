import type { JsonObject } from "../json.ts";
import type { NniReading, Parameters } from "../search-space/types.ts";

/** An algorithm by NNI's name with NNI's classArgs. */
export interface AlgorithmConfig {
  readonly name: string;
  readonly classArgs: JsonObject;
}

/** What one experiment is: parsed from NNI's v1 or v2 configuration or from our own JSON. JSON-safe. */
export interface ExperimentConfig {
  readonly name: string;
  /** Upper bound; the device may run fewer at once. */
  readonly trialConcurrency: number;
  /** Counts submitted trials, as NNI does. */
  readonly maxTrialNumber: number;
  /** Stops creating trials, as NNI does; null = no limit. */
  readonly maxDurationMs: number | null;
  readonly tuner: AlgorithmConfig;
  readonly assessor: AlgorithmConfig | null;
  readonly reading: NniReading;
  /** Inline search space (v2 `searchSpace` or our own); null when it comes as its own file. */
  readonly searchSpace: JsonObject | null;
  readonly training: TrainingSettings;
  /** Fields that were understood and mean nothing in a browser: listed for the user, never silently dropped. */
  readonly notUsedHere: readonly NotUsed[];
}

/** A field that was understood and means nothing here. */
export interface NotUsed {
  /** Path in the file as the user wrote it, e.g. `trial.gpuNum`. */
  readonly path: string;
  readonly value: string;
  /** Message key of the reason, e.g. `no-servers`, `no-processes`, `assessor-missing`. */
  readonly reason: string;
}

/** Of the form `datasetNameForm`; whether there is one of that name is known to whoever has the data sets. */
export type DatasetName = string;
/** What a data set's name may look like, known or not. */
export const datasetNameForm = /^[a-z0-9-]{1,40}$/;

/** Numbers a trial computes with. f16: activations and working weights in 16 bits, sums and master weights in 32, a loss
 *  scale that adapts. */
export type Precision = "f32" | "f16";
/** "auto": what the device was measured to train clearly faster with. */
export type PrecisionSetting = "auto" | Precision;

/** Our own settings (key `tabtune` of a configuration file). */
export interface TrainingSettings {
  readonly dataset: DatasetName;
  /** Images of the training set to use, before the split; null = all. */
  readonly trainImages: number | null;
  /** Taken out of the training images, stratified and seeded; 0 only with metric "test". */
  readonly validationImages: number;
  /** Test images to use; null = all. */
  readonly testImages: number | null;
  /** What the tuner sees. "test" is NNI's habit and the page warns of it. */
  readonly metric: "validation" | "test";
  /** Final metric of a trial: its last epoch's or its best epoch's (NNI's habit). */
  readonly finalMetric: "last" | "best";
  /** What happens when a checkpoint finds no space although older weights have gone; absent in older experiments, which
   *  train on without saving. */
  readonly whenStorageIsFull?: "continue" | "pause";
  /** Absent in older experiments, which train in f32. */
  readonly precision?: PrecisionSetting;
  /** Parameters every trial gets unless the search space sets them, e.g. { width: 8, epochs: 3 }. */
  readonly defaults: Parameters;
  /** Parameters that win over the search space, e.g. { epochs: 12 } for "as the students ran it". */
  readonly overrides: Parameters;
  /** Search-space keys that are deliberately without effect. */
  readonly inertKeys: readonly string[];
}

/** What a configuration gets that says nothing of training. */
export const defaultTrainingSettings: TrainingSettings = {
  dataset: "cifar10",
  trainImages: null,
  validationImages: 5000,
  testImages: null,
  metric: "validation",
  finalMetric: "last",
  whenStorageIsFull: "continue",
  precision: "auto",
  defaults: {},
  overrides: {},
  inertKeys: [],
};
