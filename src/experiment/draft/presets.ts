import type { ExperimentConfig, TrainingSettings } from "../../core/config/types.ts";
import { defaultTrainingSettings } from "../../core/config/types.ts";
import { parseExperimentConfig } from "../../core/config/index.ts";
import { AppError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ExperimentDraft, PresetId } from "../api.ts";
import { fitToDevice } from "./fitted-size.ts";
import { parseConfigText, parseSearchSpaceText } from "./config-text.ts";
import { word } from "../../core/words/index.ts";

/** Random numbers are drawn anew for each experiment except where a preset is a test. */
const smokeSeed = 7;

/** What presets need of the page. */
export interface PresetSources {
  /** Reads a file shipped with the page, by its path below the page's folder. */
  readText(path: string): Promise<string>;
  /** What a draft would take on this device, in ms, Infinity for what it cannot hold; asked for presets that fit themselves to
   *  it. */
  durationOf(draft: ExperimentDraft): Promise<number>;
}

/** Gives the preset as a draft that can be started as it is. */
export async function loadPreset(
  id: PresetId,
  seed: number,
  sources: PresetSources,
): Promise<ExperimentDraft> {
  switch (id) {
    case "quick-look":
      return { ...quickLook, seed, preset: id };
    case "small-look":
      return { ...smallLook, seed, preset: id };
    case "smoke":
      return { ...smoke, seed: smokeSeed, preset: id };
    case "nni-cifar10": {
      const shipped = await shippedFiles("presets/nni-cifar10", sources);
      return fitToDevice({ ...shipped, seed, preset: id }, sources.durationOf);
    }
    case "nni-task-2.2":
    case "as-the-students-ran-it": {
      const shipped = await shippedFiles("presets/nni-task-2.2", sources);
      return {
        ...(id === "nni-task-2.2" ? shipped : asTheStudentsRanIt(shipped)),
        seed,
        preset: id,
      };
    }
    default:
      id satisfies never;
      throw new AppError("internal", word("no-preset", { preset: String(id) }));
  }
}

/** NNI's two files, unedited. */
async function shippedFiles(
  folder: string,
  { readText }: Pick<PresetSources, "readText">,
): Promise<Definition> {
  const [space, config] = await Promise.all([
    readText(`${folder}/search_space.json`),
    readText(`${folder}/config.yml`),
  ]);
  return {
    searchSpace: await parseSearchSpaceText(space),
    config: await parseConfigText(config),
  };
}

interface Definition {
  readonly config: ExperimentConfig;
  readonly searchSpace: JsonObject;
}

function definition(
  config: JsonObject,
  training: Partial<TrainingSettings>,
  searchSpace: JsonObject,
): Definition {
  const parsed = parseExperimentConfig(config);
  return {
    config: { ...parsed, training: { ...defaultTrainingSettings, ...training } },
    searchSpace,
  };
}

/** About a minute on a laptop's GPU: 12 trials of a ResNet-10 of width 16 on 4,096 drawn images. TPE leaves its random
 *  start-up after four trials, so that one sees it learn. */
const quickLook = definition(
  {
    experimentName: "Quick look",
    trialConcurrency: 2,
    maxTrialNumber: 12,
    tuner: { name: "TPE", classArgs: { optimize_mode: "maximize", n_startup_jobs: 4 } },
  },
  {
    dataset: "shapes10",
    trainImages: 5120,
    validationImages: 1024,
    testImages: 1024,
    defaults: { model: "resnet10", width: 16, epochs: 4 },
  },
  {
    lr: { _type: "loguniform", _value: [0.001, 0.5] },
    optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
    batch_size: { _type: "choice", _value: [32, 64, 128] },
    dropout_rate: { _type: "uniform", _value: [0, 0.5] },
  },
);

/** The quick look for devices that would take hours over it: networks of a sixteenth of the work on an eighth of the
 *  images, which still learn (four in ten images named right, where guessing names one). */
const smallLook = definition(
  {
    experimentName: "Quick look, small",
    trialConcurrency: 1,
    maxTrialNumber: 8,
    tuner: { name: "TPE", classArgs: { optimize_mode: "maximize", n_startup_jobs: 4 } },
  },
  {
    dataset: "shapes10",
    trainImages: 640,
    validationImages: 128,
    testImages: 256,
    defaults: { model: "resnet10", width: 4, epochs: 6 },
  },
  {
    lr: { _type: "loguniform", _value: [0.001, 0.2] },
    optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
    batch_size: { _type: "choice", _value: [16, 32] },
  },
);

/** As small as real training gets: it has to finish on a software GPU. */
const smoke = definition(
  {
    experimentName: "Smoke",
    trialConcurrency: 1,
    maxTrialNumber: 3,
    tuner: { name: "TPE", classArgs: { optimize_mode: "maximize", n_startup_jobs: 2 } },
  },
  {
    dataset: "shapes10",
    trainImages: 320,
    validationImages: 64,
    testImages: 64,
    defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 2 },
  },
  {
    lr: { _type: "loguniform", _value: [0.003, 0.1] },
    optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
  },
);

/** The same files as the original program understood them: four keys read by no code, 12 epochs from the command line,
 *  all training images, and the best test accuracy of all epochs as the metric. */
function asTheStudentsRanIt({ config, searchSpace }: Definition): Definition {
  return {
    searchSpace,
    config: {
      ...config,
      name: `${config.name} (as the students ran it)`,
      training: {
        ...config.training,
        metric: "test",
        finalMetric: "best",
        validationImages: 0,
        overrides: { ...config.training.overrides, epochs: 12 },
        inertKeys: ["epochs", "dropout_rate", "conv_size", "hidden_size"],
      },
    },
  };
}
