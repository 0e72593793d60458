import type { TrainingSettings } from "../../core/config/types.ts";
import { parameterSettings } from "../../data/sets/registry.ts";
import {
  effectiveParameters,
  resolveHyperparameters,
} from "../../engine/training/hyperparameters.ts";
import type { TrainingKnowledge } from "./state.ts";

/** What the trainer makes of parameters under these settings. */
export function knowledgeOf(training: TrainingSettings): TrainingKnowledge {
  const settings = parameterSettings(training);
  return {
    epochsOf: (parameters) => resolveHyperparameters(parameters, settings).epochs,
    effectiveKey: (parameters) => JSON.stringify(effectiveParameters(parameters, settings)),
  };
}
