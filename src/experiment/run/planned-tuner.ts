import type { AlgorithmConfig, ExperimentConfig } from "../../core/config/types.ts";
import type { SearchSpace } from "../../core/search-space/types.ts";
import { findTuner } from "../../core/tuners/index.ts";
import { resolveHyperparameters } from "../../engine/training/hyperparameters.ts";

/** The tuner with what it can know of the experiment: Auto plans with the limits its arguments leave open. They are those
 *  the experiment began with, so that a limit raised later does not change what has been planned. */
export function plannedTuner(
  { tuner, maxTrialNumber, training }: ExperimentConfig,
  space: SearchSpace,
): AlgorithmConfig {
  if (findTuner(tuner.name)?.name !== "Auto") return tuner;
  const searched = space.parameters.some(({ name }) => name === "epochs");
  const epochs = searched ? null : resolveHyperparameters({}, training).epochs;
  const known = { max_trials: maxTrialNumber, max_epochs: epochs };
  return { ...tuner, classArgs: { ...known, ...tuner.classArgs } };
}
