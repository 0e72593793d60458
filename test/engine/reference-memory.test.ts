import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { openDevice } from "../../src/engine/device.ts";
import { resnet } from "./networks/resnet.ts";
import { createReferenceEngine } from "../../src/engine/reference/engine.ts";
import { defaultOptimizers } from "../../src/engine/training/optimizer-config.ts";
import { oracleCases } from "./oracle-cases.ts";
import { optionsOf, pseudoImages, pseudoState } from "./engine-oracle.ts";

test("the reference engine holds as many tensors after ten steps as after one, and none when disposed", async () => {
  const device = await openDevice({ backend: "cpu" });
  const before = tf.memory().numTensors;
  const graph = resnet({ depth: 10, width: 1, dropoutRate: 0.5 });
  const options = {
    ...optionsOf(oracleCases[0]!),
    batchSize: 2,
    optimizer: defaultOptimizers.Adadelta,
  };
  const engine = await createReferenceEngine(device, graph, options);
  const images = pseudoImages(1, 2);
  await engine.setTrainingSet(images);
  await engine.restore(pseudoState(graph, 1));
  engine.beginEpoch(0, Uint32Array.of(0, 1));
  await engine.step(0, 0.1);
  const after = tf.memory().numTensors;
  for (let i = 0; i < 9; i++) await engine.step(0, 0.1);
  await engine.readTotals();
  await engine.evaluate(images);
  await engine.predict(images.images);
  await engine.snapshot();
  expect(tf.memory().numTensors).toBe(after);
  engine.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
