import type { TrainingSettings } from "../../core/config/types.ts";
import { datasetOf, parameterSettings } from "../../data/sets/registry.ts";
import { modelReport } from "../../engine/model/report.ts";
import { buildNetwork } from "../../engine/networks/index.ts";
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
    modelOf(parameters) {
      const { network } = resolveHyperparameters(parameters, settings);
      return modelReport(buildNetwork(network, datasetOf(training.dataset).shape));
    },
  };
}
