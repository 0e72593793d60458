import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openNodeDevice } from "../../../scripts/headless/lib/node-device.ts";
import { readImages } from "../../../scripts/headless/lib/read-images.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseRecords } from "../../../src/data/records.ts";
import { generateShapes } from "../../../src/data/sets/shapes10/generate.ts";
import { datasetOf } from "../../../src/data/sets/registry.ts";
import { createEngine } from "../../../src/engine/create-engine.ts";
import type { EngineDevice } from "../../../src/engine/device.ts";
import { initialState } from "../../../src/engine/model/weights.ts";
import type { ImageSet } from "../../../src/engine/network-engine.ts";
import { buildNetwork } from "../../../src/engine/networks/index.ts";
import { resolveHyperparameters } from "../../../src/engine/training/parameters/hyperparameters.ts";
import { engineOptions } from "../../../src/engine/training/run-trial.ts";
import { epochOrder } from "../../../src/engine/training/split.ts";

const folder =
  process.env["CIFAR10_FOLDER"] ?? resolve(import.meta.dirname, "../../../../shared/cifar10");
const file = join(folder, "subset_train_5000.bin");
if (!existsSync(file)) console.warn(`trained on drawn shapes, for there is no ${file}`);

let device: EngineDevice;
let images: ImageSet;
beforeAll(async () => {
  device = await openNodeDevice();
  images = existsSync(file)
    ? (await readImages(datasetOf("cifar10"), [file], [file])).train
    : parseRecords(generateShapes(1, "train", 0, 1000), datasetOf("shapes10").shape);
});
afterAll(() => device.dispose());

/** The networks of NNI's CIFAR-10 example; MobileNet's first layers are too narrow to learn much so soon at width 8. */
const widths = {
  vgg: 8,
  resnet18: 8,
  googlenet: 8,
  densenet121: 8,
  mobilenet: 16,
  dpn92: 4,
  senet18: 8,
};

/** Steps on one batch, which is seen as it is in each: the loss falls by 1.5 and more. */
const [steps, batchSize, leastFall] = [12, 16, 0.5];

test.each(Object.entries(widths))(
  "%s of width %i learns a batch by heart within twelve steps",
  async (model, width) => {
    const parameters = { model, width, batch_size: batchSize, optimizer: "Adam", augment: "none" };
    const hyperparameters = resolveHyperparameters(parameters);
    const graph = buildNetwork(hyperparameters.network, images.shape);
    const options = engineOptions({ hyperparameters, seed: 5 }, images.shape);
    const engine = await createEngine(device, graph, options, { choice: "webgpu" });
    try {
      await engine.setTrainingSet(images);
      await engine.restore(initialState(graph, createRng(model)));
      const batch = epochOrder(images.labels.length, 5, 0).subarray(0, batchSize);
      const losses: number[] = [];
      for (let step = 0; step < steps; step++) {
        engine.beginEpoch(step, batch);
        await engine.step(0, 0.005);
        const totals = await engine.readTotals();
        losses.push(totals.lossSum / totals.images);
      }
      console.log(`${model}: loss of each step ${losses.map((loss) => loss.toFixed(2)).join(" ")}`);
      expect(losses.at(-1)).toBeLessThan(losses[0]! - leastFall);
    } finally {
      engine.dispose();
    }
  },
  300_000,
);
