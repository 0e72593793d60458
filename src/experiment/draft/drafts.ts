import { findTuner, createTuner, type TunerDefinition } from "../../core/tuners/index.ts";
import { createAssessor } from "../../core/assessors/index.ts";
import { AppError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { createRng } from "../../core/math/rng.ts";
import { parseSearchSpace } from "../../core/search-space/index.ts";
import type { TrainingSettings } from "../../core/config/types.ts";
import type { Parameters, SearchSpace } from "../../core/search-space/types.ts";
import { datasetOf } from "../../data/sets/registry.ts";
import {
  checkConfigurations,
  checkListed,
  checkSpaceForTraining,
} from "../../engine/training/check-space.ts";
import { listedBy, trainingImages } from "./cost.ts";
import { plannedTuner } from "../run/planned-tuner.ts";
import type { CostEstimate, DraftNote, ExperimentDraft } from "../api.ts";

export interface CheckedDraft {
  readonly space: SearchSpace;
  readonly notes: readonly DraftNote[];
}

/** Everything that can be known to be wrong before the first trial.
 *  @throws AppError "search-space-invalid", "parameter-invalid", "config-invalid", "dataset-unknown", "tuner-unsupported",
 *  "tuner-argument-invalid", "assessor-argument-invalid", with path and remedy */
export function checkDraft(draft: ExperimentDraft): CheckedDraft {
  const { config } = draft;
  const { training } = config;
  datasetOf(training.dataset);
  const space = parseSearchSpace(draft.searchSpace, { reading: config.reading });
  const definition = findTuner(config.tuner.name);
  // Its first suggestion, for whatever it cannot do with this space.
  const { name, classArgs } = plannedTuner(config, space);
  const suggested = createTuner(name, classArgs).suggest(space, [], createRng(draft.seed));
  if (config.assessor) createAssessor(config.assessor.name, config.assessor.classArgs);
  if (training.validationImages === 0 && training.metric !== "test")
    throw new AppError(
      "config-invalid",
      'validationImages: 0 leaves nothing to judge trials by. Choose some, or the metric "test".',
      { path: "tabtune.validationImages" },
    );
  refuseTooMany(training);
  if (training.trainImages !== null && training.trainImages <= training.validationImages)
    throw new AppError(
      "config-invalid",
      `trainImages: ${training.trainImages} images minus ${training.validationImages} for validation leave nothing to train on.`,
      { path: "tabtune.trainImages" },
    );
  const images = imagesToTrainOn(training);
  const listed = listedBy(config.tuner.name, space);
  const notes: DraftNote[] = [];
  if (listed) checkListed(listed, training, images);
  else
    notes.push(
      ...checkSpaceForTraining(space, training, {
        trainingImages: images,
        budgetsBy: definition && setsBudgets(definition, classArgs) ? definition.name : null,
      }),
    );
  const startup = suggested.kind === "trial" ? (suggested.provenance.startup?.needed ?? 0) : 0;
  if (startup >= config.maxTrialNumber)
    notes.push({
      code: "all-random",
      path: "tuner",
      message: `All ${config.maxTrialNumber} trials will be random: ${name} tries ${startup} at random before it chooses.`,
    });
  if (training.metric === "test")
    notes.push({
      code: "metric-test",
      path: "tabtune.metric",
      message:
        "Trials are compared on the test images, so the winner's result is too good to be true.",
    });
  for (const unused of config.notUsedHere)
    notes.push({
      code: `not-used-${unused.reason}`,
      path: unused.path,
      message: `${unused.path}: ${unused.value} is not used here.`,
    });
  return { space, notes };
}

/** What is left of the data set's training images after the split. */
const imagesToTrainOn = (training: TrainingSettings): number =>
  trainingImages(training, datasetOf(training.dataset).counts.train);

/** Holds a trial that a person adds against what training can do with it.
 *  @throws AppError "parameter-invalid" */
export function checkTrial(parameters: Parameters, training: TrainingSettings): void {
  checkConfigurations([parameters], training, imagesToTrainOn(training));
}

/** @throws AppError "config-invalid" for more images than the data set has */
function refuseTooMany(training: TrainingSettings): void {
  const { train, test } = datasetOf(training.dataset).counts;
  const most = { trainImages: train, testImages: test, validationImages: train - 1 };
  for (const name of ["trainImages", "testImages", "validationImages"] as const)
    if ((training[name] ?? 0) > most[name])
      throw new AppError(
        "config-invalid",
        `${name}: ${training[name]} images, but ${training.dataset} has ${train} for training and ${test} for the test. ` +
          `Use at most ${most[name]}.`,
        { path: `tabtune.${name}` },
      );
}

/** Auto sets budgets only when it knows the epochs of a full training. */
function setsBudgets({ name, multiFidelity }: TunerDefinition, classArgs: JsonObject): boolean {
  return multiFidelity && (name !== "Auto" || (classArgs["max_epochs"] ?? null) !== null);
}

/** @throws AppError "network-too-large" naming the largest batch size that would fit */
export function refuseMisfits(misfits: CostEstimate["misfits"]): void {
  const worst = misfits.at(-1);
  if (!worst) return;
  const { batchSize, largestBatchSize } = worst;
  throw new AppError(
    "network-too-large",
    largestBatchSize > 0
      ? `batch_size ${batchSize} does not fit this device; the largest that does is ${largestBatchSize}.`
      : `The network does not fit this device with any batch_size; use a smaller width.`,
    { batchSize, largestBatchSize },
  );
}
