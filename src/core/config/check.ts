import {
  integer,
  jsonObject,
  list,
  matching,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  type Decoder,
} from "../decode.ts";
import { word } from "../words/index.ts";
import {
  datasetNameForm,
  type AlgorithmConfig,
  type ExperimentConfig,
  type TrainingSettings,
} from "./types.ts";

/** Published limits of a configuration. */
export const configLimits = {
  nameLength: 200,
  trialConcurrency: 99_999,
  maxTrialNumber: 99_999,
  /** 1000 days, one above NNI's default of 999. */
  maxDurationMs: 1_000 * 24 * 3_600_000,
  classArgsLength: 100_000,
  searchSpaceLength: 1_000_000,
  parametersLength: 20_000,
  images: 10_000_000,
} as const;

const algorithm: Decoder<AlgorithmConfig> = object({
  name: text(100),
  classArgs: jsonObject(configLimits.classArgsLength),
});

/** Training settings as they are stored. */
export const decodeTrainingSettings: Decoder<TrainingSettings> = object({
  dataset: matching(datasetNameForm, word("dataset-name")),
  trainImages: nullable(integer(1, configLimits.images)),
  validationImages: integer(0, configLimits.images),
  testImages: nullable(integer(1, configLimits.images)),
  metric: oneOf(["validation", "test"]),
  finalMetric: oneOf(["last", "best"]),
  whenStorageIsFull: optional(oneOf(["continue", "pause"])),
  precision: optional(oneOf(["auto", "f32", "f16"])),
  defaults: jsonObject(configLimits.parametersLength),
  overrides: jsonObject(configLimits.parametersLength),
  inertKeys: list(text(100), 200),
});

/** A configuration as the journal stores it, which is already parsed; for files use `parseExperimentConfig`. */
export const decodeExperimentConfig: Decoder<ExperimentConfig> = object({
  name: text(configLimits.nameLength),
  trialConcurrency: integer(1, configLimits.trialConcurrency),
  maxTrialNumber: integer(1, configLimits.maxTrialNumber),
  maxDurationMs: nullable(number(0, configLimits.maxDurationMs)),
  tuner: algorithm,
  assessor: nullable(algorithm),
  reading: oneOf(["2.1", "3.0"]),
  searchSpace: nullable(jsonObject(configLimits.searchSpaceLength)),
  training: decodeTrainingSettings,
  notUsedHere: list(object({ path: text(500), value: text(2_000), reason: text(100) }), 500),
});
