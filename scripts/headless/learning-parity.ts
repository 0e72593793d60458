import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readArguments } from "../command-line.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { createEngine, engineChoices } from "../../src/engine/create-engine.ts";
import { buildNetwork } from "../../src/engine/networks/index.ts";
import { initialState } from "../../src/engine/model/weights.ts";
import { augmentationOf } from "../../src/engine/training/augment.ts";
import { resolveHyperparameters } from "../../src/engine/training/parameters/hyperparameters.ts";
import { engineOptions } from "../../src/engine/training/run-trial.ts";
import { encodeSafetensors } from "../../src/engine/training/safetensors.ts";
import { epochOrder, selectImages, stratifiedSplit } from "../../src/engine/training/split.ts";
import { defaultTrainingSettings } from "../../src/core/config/types.ts";
import { datasetOf } from "../../src/data/sets/registry.ts";
import { openNodeDevice } from "./lib/node-device.ts";
import { readImages } from "./lib/read-images.ts";

const settings = { width: 8, batch_size: 64, optimizer: "SGD", lr: 0.05, epochs: 6 } as const;
const defaultFolder = resolve(import.meta.dirname, "../../../shared/cifar10");

const usage = `node scripts/run-headless.mjs learning-parity --out DIR [--data FOLDER] [--seeds 0,1,2] [--engine webgpu|webgpu-f16|reference] [--epochs 6] [--lr 0.05]
    [--test FILE]
  Trains as check:learning does and writes for each seed DIR/SEED/initial.safetensors, batches.u16 (image, cropX, cropY, flip of every
  image of every step), ENGINE.json (loss of every step, accuracy) and ENGINE.safetensors (the trained network). Then: python3 test/fixtures/pytorch/learning_parity.py DIR FOLDER
  trains PyTorch from the same weights on the same batches and compares.`;

/** Our half of the comparison with PyTorch: the run of `check:learning`, written down step by step. */
export async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = readArguments(usage, {
    args: [...args],
    options: {
      out: text,
      data: text,
      seeds: text,
      engine: text,
      epochs: text,
      lr: text,
      test: text,
    },
  });
  if (!values.out) {
    console.log(usage);
    return 2;
  }
  const folder = values.data ?? process.env["CIFAR10_FOLDER"] ?? defaultFolder;
  const testFile = values.test ?? join(folder, "subset_test_1000.bin");
  const images = await readImages(
    datasetOf(defaultTrainingSettings.dataset),
    [join(folder, "subset_train_5000.bin")],
    [testFile],
  );
  const choice = engineChoices.find((name) => name === values.engine) ?? "webgpu";
  const hyperparameters = resolveHyperparameters({
    ...settings,
    epochs: Number(values.epochs ?? settings.epochs),
    lr: Number(values.lr ?? settings.lr),
  });
  const { batchSize, learningRate, augment, epochs } = hyperparameters;
  const device = await openNodeDevice();
  for (const seed of (values.seeds ?? "0").split(",").map(Number)) {
    const start = performance.now();
    const { shape } = images.train;
    const graph = buildNetwork(hyperparameters.network, shape);
    const split = stratifiedSplit(images.train.labels, 500, null, seed);
    const train = selectImages(images.train, split.train);
    const initial = initialState(graph, createRng(seed, "initialisation"));
    const steps = Math.floor(train.labels.length / batchSize);
    const options = engineOptions({ hyperparameters, seed }, shape);
    const engine = await createEngine(device, graph, options, { choice });
    await engine.setTrainingSet(train);
    await engine.restore(initial);
    const losses: number[] = [];
    const batches: number[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = epochOrder(train.labels.length, seed, epoch);
      engine.beginEpoch(epoch, order);
      for (const image of order.subarray(0, steps * batchSize)) {
        const { cropX, cropY, flip } = augmentationOf(augment, { seed, epoch, image }, shape);
        batches.push(split.train[image]!, cropX, cropY, flip ? 1 : 0);
      }
      for (let step = 0; step < steps; step++) {
        await engine.step(step, learningRate);
        losses.push((await engine.readTotals()).lossSum / batchSize);
      }
    }
    const { accuracy, images: tested } = await engine.evaluate(images.test);
    const trained = await engine.snapshot();
    engine.dispose();
    const target = join(values.out, String(seed));
    mkdirSync(target, { recursive: true });
    for (const [name, { tensors }] of [
      ["initial", initial],
      [choice, trained],
    ] as const)
      writeFileSync(
        join(target, `${name}.safetensors`),
        encodeSafetensors({ tensors, metadata: {} }),
      );
    writeFileSync(join(target, "batches.u16"), Uint16Array.from(batches));
    writeFileSync(
      join(target, `${choice}.json`),
      JSON.stringify({ learningRate, accuracy, tested, losses }),
    );
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(
      `seed ${seed}: ${choice} ${(100 * accuracy).toFixed(2)} % of ${tested} after ${seconds} s (${device.adapter})`,
    );
  }
  device.dispose();
  return 0;
}
