import type { AlgorithmConfig } from "../../core/config/types.ts";
import type { ExperimentDefinition, ModelReport } from "../../core/journal/events.ts";
import { listedConfigurations, parseSearchSpace } from "../../core/search-space/index.ts";
import type { Parameters, SearchSpace } from "../../core/search-space/types.ts";
import { findTuner } from "../../core/tuners/index.ts";
import type { DatasetDefinition } from "../../data/definition.ts";
import { datasetOf, parameterSettings } from "../../data/sets/registry.ts";
import { modelReport } from "../../engine/model/report.ts";
import { buildNetwork } from "../../engine/networks/index.ts";
import {
  effectiveParameters,
  resolveHyperparameters,
  type Hyperparameters,
} from "../../engine/training/parameters/hyperparameters.ts";

/** What an experiment is before it has an id, and with one. */
type Draft = Omit<ExperimentDefinition, "id">;

/** A definition that was read once, at the edge, with all that follows from it; whatever works on an experiment takes this and
 *  reads nothing again. What it does not say: that an experiment could be started with it (`checkDraft`). */
export interface CheckedExperiment<Definition extends Draft = Draft> {
  readonly definition: Definition;
  readonly dataset: DatasetDefinition;
  readonly space: SearchSpace;
  /** The tuner with what it can know of the experiment: Auto plans with the limits its arguments leave open. They are those
   *  the experiment began with, so that a limit raised later does not change what has been planned.
   *  @throws AppError "parameter-invalid" when they cannot be known, because the settings' defaults are wrong */
  readonly tuner: AlgorithmConfig;
  readonly assessor: AlgorithmConfig | null;
  /** The configurations a tuner takes from the space as they are listed there; null for tuners that choose.
   *  @throws AppError "search-space-invalid" */
  listed(): readonly Parameters[] | null;
  /** What a trial trains with. @throws AppError "parameter-invalid" */
  resolve(parameters: Parameters): Hyperparameters;
  /** Epochs the parameters ask for, defaults and overrides applied. @throws AppError "parameter-invalid" */
  epochsOf(parameters: Parameters): number;
  /** Equal strings exactly where two configurations train the same network the same way.
   *  @throws AppError "parameter-invalid" */
  effectiveKey(parameters: Parameters): string;
  /** The network they make, in numbers. @throws AppError "parameter-invalid" */
  modelOf(parameters: Parameters): ModelReport;
  /** Images left to train on after the split.
   *  @param all that there are */
  trainingImages(all?: number): number;
}

/** @throws AppError "dataset-unknown", "search-space-invalid" */
export function checkExperiment<Definition extends Draft>(
  definition: Definition,
): CheckedExperiment<Definition> {
  const { config, searchSpace } = definition;
  const { training } = config;
  const dataset = datasetOf(training.dataset);
  const space = parseSearchSpace(searchSpace, { reading: config.reading });
  const settings = parameterSettings(training);
  const tunerName = findTuner(config.tuner.name)?.name;
  const resolve = (parameters: Parameters): Hyperparameters =>
    resolveHyperparameters(parameters, settings);
  return {
    definition,
    dataset,
    space,
    get tuner() {
      if (tunerName !== "Auto") return config.tuner;
      const searched = space.parameters.some(({ name }) => name === "epochs");
      const known = {
        max_trials: config.maxTrialNumber,
        max_epochs: searched ? null : resolve({}).epochs,
      };
      return { ...config.tuner, classArgs: { ...known, ...config.tuner.classArgs } };
    },
    assessor: config.assessor,
    listed: () => (tunerName === "BatchTuner" ? listedConfigurations(space) : null),
    resolve,
    epochsOf: (parameters) => resolve(parameters).epochs,
    effectiveKey: (parameters) => JSON.stringify(effectiveParameters(parameters, settings)),
    modelOf: (parameters) => modelReport(buildNetwork(resolve(parameters).network, dataset.shape)),
    trainingImages: (all = dataset.counts.train) =>
      Math.max(0, Math.min(training.trainImages ?? all, all) - training.validationImages),
  };
}
