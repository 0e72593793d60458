import { findTuner, createTuner, type TunerDefinition } from "../../core/tuners/index.ts";
import { createAssessor } from "../../core/assessors/index.ts";
import { AppError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { createRng } from "../../core/math/rng.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import {
  checkConfigurations,
  checkListed,
  checkSpaceForTraining,
} from "../../engine/training/parameters/check-space.ts";
import { checkExperiment, type CheckedExperiment } from "./checked-experiment.ts";
import type { CostEstimate, DraftNote, ExperimentDraft } from "../api.ts";
import { inEnglish, word, type Word } from "../../core/words/index.ts";

export interface CheckedDraft {
  readonly experiment: CheckedExperiment;
  readonly notes: readonly DraftNote[];
}

/** Everything that can be known to be wrong before the first trial.
 *  @throws AppError "search-space-invalid", "parameter-invalid", "config-invalid", "dataset-unknown", "tuner-unsupported",
 *  "tuner-argument-invalid", "assessor-argument-invalid", with path and remedy */
export function checkDraft(draft: ExperimentDraft): CheckedDraft {
  const { config } = draft;
  const { training } = config;
  const experiment = checkExperiment(draft);
  const { space } = experiment;
  const definition = findTuner(config.tuner.name);
  // Its first suggestion, for whatever it cannot do with this space.
  const { name, classArgs } = experiment.tuner;
  const suggested = createTuner(name, classArgs).suggest(space, [], createRng(draft.seed));
  if (config.assessor) createAssessor(config.assessor.name, config.assessor.classArgs);
  if (training.validationImages === 0 && training.metric !== "test")
    throw new AppError("config-invalid", word("nothing-to-judge-by"), {
      path: "tabtune.validationImages",
    });
  refuseTooMany(experiment);
  if (training.trainImages !== null && training.trainImages <= training.validationImages)
    throw new AppError(
      "config-invalid",
      word("nothing-to-train-on", {
        images: training.trainImages,
        validation: training.validationImages,
      }),
      { path: "tabtune.trainImages" },
    );
  const images = experiment.trainingImages();
  const listed = experiment.listed();
  const notes: DraftNote[] = [];
  const note = (code: string, path: string, words: Word): void =>
    void notes.push({ code, path, message: inEnglish(words), words });
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
    note(
      "all-random",
      "tuner",
      word("all-random", { trials: config.maxTrialNumber, tuner: name, startup }),
    );
  if (training.metric === "test") note("metric-test", "tabtune.metric", word("compared-on-test"));
  for (const unused of config.notUsedHere)
    note(
      `not-used-${unused.reason}`,
      unused.path,
      word("not-used", { path: unused.path, value: unused.value }),
    );
  return { experiment, notes };
}

/** Holds a trial that a person adds against what training can do with it.
 *  @throws AppError "parameter-invalid" */
export function checkTrial(
  { definition, trainingImages }: CheckedExperiment,
  parameters: Parameters,
): void {
  checkConfigurations([parameters], definition.config.training, trainingImages());
}

/** @throws AppError "config-invalid" for more images than the data set has */
function refuseTooMany({ definition, dataset }: CheckedExperiment): void {
  const { training } = definition.config;
  const { train, test } = dataset.counts;
  const most = { trainImages: train, testImages: test, validationImages: train - 1 };
  for (const name of ["trainImages", "testImages", "validationImages"] as const)
    if ((training[name] ?? 0) > most[name])
      throw new AppError(
        "config-invalid",
        word("too-many-images", {
          ...{ setting: name, images: training[name]!, dataset: training.dataset },
          ...{ train, test, most: most[name] },
        }),
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
      ? word("batch-misfit", { batch: batchSize, largest: largestBatchSize })
      : word("network-misfit"),
    { batchSize, largestBatchSize },
  );
}
