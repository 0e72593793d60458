import type { JsonObject } from "../json.ts";
import { formatDuration } from "./duration.ts";
import type { ExperimentConfig } from "./types.ts";

/** Our own JSON of a configuration: NNI's v2 form with our settings under `tabtune`. `parseExperimentConfig` reads it
 *  as the same configuration, less `notUsedHere`. */
export function serializeConfig(config: ExperimentConfig): JsonObject {
  const { name, classArgs } = config.tuner;
  const { training } = config;
  return {
    experimentName: config.name,
    trialConcurrency: config.trialConcurrency,
    maxTrialNumber: config.maxTrialNumber,
    ...(config.maxDurationMs === null
      ? {}
      : { maxExperimentDuration: formatDuration(config.maxDurationMs) }),
    ...(config.searchSpace === null ? {} : { searchSpace: config.searchSpace }),
    tuner: { name, classArgs },
    ...(config.assessor === null
      ? {}
      : { assessor: { name: config.assessor.name, classArgs: config.assessor.classArgs } }),
    tabtune: {
      reading: config.reading,
      dataset: training.dataset,
      trainImages: training.trainImages,
      validationImages: training.validationImages,
      testImages: training.testImages,
      metric: training.metric,
      finalMetric: training.finalMetric,
      ...(training.whenStorageIsFull ? { whenStorageIsFull: training.whenStorageIsFull } : {}),
      // Absent it means f32, unlike in a file.
      precision: training.precision ?? "f32",
      defaults: training.defaults,
      overrides: training.overrides,
      inertKeys: training.inertKeys,
    },
  };
}
