import type { TrainingSettings } from "../../src/core/config/types.ts";
import { AppError } from "../../src/core/errors.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { loadSplit } from "../../src/data/load.ts";
import type { ImageSet } from "../../src/engine/network-engine.ts";
import { selectImages, stratifiedSplit } from "../../src/engine/training/split.ts";
import type { ShardStore } from "../../src/storage/shard-store.ts";
import { word } from "../../src/core/words/index.ts";

/** What one trial trains and is judged on. Train, validation and test are disjoint. */
export interface TrialData {
  readonly train: ImageSet;
  readonly validation: ImageSet;
  /** Where the tuner's metric is not validation accuracy. */
  readonly metricSet: ImageSet | null;
  /** Where validation image i lies in the data set; in the test split when there are no validation images. */
  readonly validationIndices: readonly number[];
}

/** Reads and verifies images once per worker and gives the same objects to every trial, so that they stay on the device. */
export class TrialDataSource {
  readonly #shards: ShardStore;
  #key = "";
  #data: Promise<TrialData> | null = null;

  constructor(shards: ShardStore) {
    this.#shards = shards;
  }

  /** @throws AppError "dataset-unavailable", "dataset-corrupt", "config-invalid" */
  trial(settings: TrainingSettings, seed: number): Promise<TrialData> {
    const { dataset, trainImages, validationImages, testImages, metric } = settings;
    const key = JSON.stringify([dataset, trainImages, validationImages, testImages, metric, seed]);
    if (key !== this.#key || !this.#data) {
      this.#key = key;
      this.#data = this.#load(settings, seed);
      // A failed reading is tried again by the next trial.
      this.#data.catch(() => (this.#data = null));
    }
    return this.#data;
  }

  /** The test images, or the seeded part of them that the settings ask for. */
  async test(settings: TrainingSettings, seed: number): Promise<ImageSet> {
    const all = await loadSplit(this.#shards, settings.dataset, "test");
    return (await this.#part(all, settings.testImages, seed)).set;
  }

  async #load(settings: TrainingSettings, seed: number): Promise<TrialData> {
    const { dataset, trainImages, validationImages, metric } = settings;
    const all = await loadSplit(this.#shards, dataset, "train");
    const used = Math.min(trainImages ?? all.labels.length, all.labels.length);
    if (validationImages >= used)
      throw new AppError(
        "config-invalid",
        word("all-validation", { validation: validationImages, used }),
        { validationImages, used },
      );
    const split = stratifiedSplit(all.labels, validationImages, trainImages, splitSeed(seed));
    const train = selectImages(all, split.train);
    if (validationImages > 0) {
      const validation = selectImages(all, split.validation);
      const metricSet = metric === "test" ? await this.test(settings, seed) : null;
      return { train, validation, metricSet, validationIndices: [...split.validation] };
    }
    const testImages = await loadSplit(this.#shards, dataset, "test");
    const { set, indices } = await this.#part(testImages, settings.testImages, seed);
    return { train, validation: set, metricSet: null, validationIndices: indices };
  }

  async #part(
    all: ImageSet,
    limit: number | null,
    seed: number,
  ): Promise<{ readonly set: ImageSet; readonly indices: readonly number[] }> {
    const { train: indices } = stratifiedSplit(all.labels, 0, limit, splitSeed(seed));
    return { set: selectImages(all, indices), indices: [...indices] };
  }
}

/** All trials of an experiment share one split. */
const splitSeed = (seed: number): number => createRng(seed, "split").uint32();
