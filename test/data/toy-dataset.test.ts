import { expect, test } from "vitest";
import { createMemoryShardStore } from "../../scripts/headless/lib/memory-shards.ts";
import { defaultTrainingSettings } from "../../src/core/config/types.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { DatasetService } from "../../src/data/dataset-service.ts";
import { defineDataset } from "../../src/data/definition.ts";
import { loadSplit } from "../../src/data/load.ts";
import { recordBytes } from "../../src/data/records.ts";
import { allDatasets, datasetOf, registerDataset } from "../../src/data/sets/registry.ts";
import { openDevice } from "../../src/engine/device.ts";
import { resolveHyperparameters } from "../../src/engine/training/parameters/hyperparameters.ts";
import { runTrial } from "../../src/engine/training/run-trial.ts";
import { checkDraft } from "../../src/experiment/draft/drafts.ts";
import { parseExperimentConfig } from "../../src/core/config/index.ts";
import type { DownloadStore } from "../../src/storage/download-store.ts";
import { augmentNames } from "../../src/engine/training/parameters/training-parameters.ts";

/** Dark and bright pictures, drawn. */
const toy = defineDataset({
  name: "toy",
  title: "Toy",
  credit: "",
  shape: { height: 6, width: 9, channels: 1, classes: ["dark", "bright"], mean: [0.5], std: [0.3] },
  augment: "none",
  counts: { train: 24, test: 8 },
  generated: {
    load: async () => (split, start, count) => {
      const records = new Uint8Array(count * recordBytes(toy.shape));
      for (let i = 0; i < count; i++) {
        const rng = createRng("toy", split, start + i);
        const label = (start + i) % 2;
        const record = records.subarray(i * recordBytes(toy.shape));
        for (let at = 1; at < recordBytes(toy.shape); at++) record[at] = 128 * label + rng.int(128);
        record[0] = label;
      }
      return records;
    },
  },
});
registerDataset(toy);

const noDownloads = { list: async () => [] } as unknown as DownloadStore;

test("a data set that is registered is prepared, checked, stored and trained on", async () => {
  const shards = createMemoryShardStore();
  const none = (): never => {
    throw new TypeError("not needed");
  };
  const service = new DatasetService({
    ...{ shards, downloads: noDownloads, fetch: none, readAsset: none },
    ...{ offline: () => false, baseUrl: "http://localhost/", now: () => 0 },
  });
  const request = { dataset: "toy", sourceId: "toy-generated", files: null };
  await service.prepare(new AbortController().signal, request, () => undefined);
  const cached = (await service.cached()).find(({ dataset }) => dataset === "toy");
  expect(cached).toMatchObject({ complete: true, trainImages: 24, testImages: 8, shards: 2 });

  const train = await loadSplit(shards, "toy", "train");
  expect(train.shape).toEqual(toy.shape);
  const device = await openDevice({ backend: "cpu" });
  const parameters = { model: "resnet10", width: 1, batch_size: 8, epochs: 1, augment: "none" };
  const { engine, reports } = await runTrial(new AbortController().signal, device, {
    hyperparameters: resolveHyperparameters(parameters),
    ...{ seed: 1, train, validation: await loadSplit(shards, "toy", "test") },
  });
  expect(engine.graph).toMatchObject({ input: { height: 6, width: 9, channels: 1 }, classes: 2 });
  expect(Number.isFinite(reports[0]!.trainLoss)).toBe(true);
  engine.dispose();
});

const draftOn = (dataset: string) => {
  const config = parseExperimentConfig({ tuner: { name: "Random" } });
  const training = { ...defaultTrainingSettings, dataset, validationImages: 8 };
  const searchSpace = { lr: { _type: "uniform", _value: [0.01, 0.1] }, batch_size: { _type: "choice", _value: [4] } };
  return { config: { ...config, training }, searchSpace, seed: 1, preset: null };
};

test("drafts take it, and refuse a set that nobody registered with those there are", () => {
  expect(checkDraft(draftOn("toy")).experiment.space).toBeDefined();
  expect(() => checkDraft(draftOn("imagenet"))).toThrow(
    expect.objectContaining({ code: "dataset-unknown", message: expect.stringMatching(/"imagenet".*cifar10.*toy/) }),
  );
});

test("names are not taken twice, and every set's augmentation is one that trials know", () => {
  expect(() => registerDataset(toy)).toThrow("toy is registered already");
  expect(datasetOf("toy")).toBe(toy);
  for (const { name, augment, counts, manifest, shape } of allDatasets()) {
    expect(augmentNames as readonly string[], name).toContain(augment);
    expect(shape.std, name).toHaveLength(shape.channels);
    for (const split of ["train", "test"] as const) {
      const listed = manifest?.shards.filter((shard) => shard.split === split);
      if (listed) expect(listed.reduce((sum, { count }) => sum + count, 0)).toBe(counts[split]);
    }
  }
});
