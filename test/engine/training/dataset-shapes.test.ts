import { expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { openDevice } from "../../../src/engine/device.ts";
import type { DatasetShape } from "../../../src/engine/dataset-shape.ts";
import { GraphBuilder } from "../../../src/engine/model/builder.ts";
import type { Graph } from "../../../src/engine/model/graph.ts";
import type { EngineOptions } from "../../../src/engine/network-engine.ts";
import { createReferenceEngine } from "../../../src/engine/reference/engine.ts";
import { createWebGpuEngine } from "../../../src/engine/webgpu/engine.ts";
import { pseudoImages, pseudoState, relativeL2, violations } from "../oracle-run.ts";
import type { EngineFactory } from "../oracle-run.ts";
import { testDevice } from "../webgpu/kernel-harness.ts";
import { compareStep, precisions } from "../whole-step.ts";

const device = await testDevice();
const cpu = await openDevice({ backend: "cpu" });
const reference: EngineFactory = (graph, options) => createReferenceEngine(cpu, graph, options);
const ours: EngineFactory = (graph, options) => createWebGpuEngine(device, graph, options);

const shapeOf = (
  [height, width, channels]: readonly [number, number, number],
  classes: number,
): DatasetShape => ({
  ...{ height, width, channels },
  classes: Array.from({ length: classes }, (_, label) => `class ${label}`),
  mean: [0.1, 0.3, 0.5].slice(0, channels),
  std: [0.3, 0.2, 0.4].slice(0, channels),
});

/** Images of 28x28x1 fill whole words, those of 5x7x1 and 9x6x3 do not. */
const shapes: readonly DatasetShape[] = [
  shapeOf([28, 28, 1], 10),
  shapeOf([64, 64, 3], 10),
  shapeOf([12, 20, 3], 100),
  shapeOf([5, 7, 1], 3),
  shapeOf([9, 6, 3], 256),
  shapeOf([8, 10, 2], 2),
];
const cases = shapes.map((shape) => {
  const { height, width, channels, classes } = shape;
  return [`${height}x${width}x${channels}, ${classes.length} classes`, shape] as const;
});

function networkFor({ classes, ...input }: DatasetShape): Graph {
  const { height, width, channels } = input;
  const net = new GraphBuilder("small", { height, width, channels }, classes.length);
  const a = net.relu(net.batchNorm(net.conv(0, "conv1", 6), "bn1"), "relu1");
  const b = net.relu(net.batchNorm(net.conv(a, "conv2", 8, { stride: 2 }), "bn2"), "relu2");
  net.dense(net.globalAveragePool(b, "pool"), "linear", classes.length);
  return net.build();
}

const optionsFor = ({ mean, std }: DatasetShape): EngineOptions => ({
  batchSize: 5,
  optimizer: { name: "SGD", momentum: 0.9, nesterov: false, weightDecay: 0 },
  labelSmoothing: 0.1,
  augment: { cropPadding: 2, flip: true, cutout: 3 },
  ...{ mean, std, seed: 4 },
});

test.each(cases)("a step on %s is the same on both engines", async (_, shape) => {
  const graph = networkFor(shape);
  const problem = {
    ...{ graph, options: optionsFor(shape), state: pseudoState(graph, 3) },
    ...{ images: pseudoImages(2, 5, shape), learningRate: 0.1 },
  };
  const deviations = await compareStep(problem, reference, ours, precisions.f32, createRng(1));
  expect(violations(deviations)).toEqual([]);
});

test.each(cases)("three steps, an evaluation and predictions on %s agree", async (_, shape) => {
  const graph = networkFor(shape);
  const images = pseudoImages(7, 17, shape);
  const results = [];
  for (const create of [reference, ours]) {
    const engine = await create(graph, optionsFor(shape));
    await engine.setTrainingSet(images);
    await engine.restore(pseudoState(graph, 5));
    engine.beginEpoch(
      1,
      Uint32Array.from({ length: 17 }, (_, i) => 16 - i),
    );
    for (let step = 0; step < 3; step++) await engine.step(step, 0.05);
    const { lossSum } = await engine.readTotals();
    const { loss } = await engine.evaluate(images);
    const probabilities = await engine.predict(images.images);
    engine.dispose();
    results.push({ losses: [lossSum, loss], probabilities });
  }
  const [expected, observed] = [results[0]!, results[1]!];
  expect(expected.probabilities).toHaveLength(17 * shape.classes.length);
  expect(relativeL2(observed.losses, expected.losses)).toBeLessThan(1e-4);
  expect(relativeL2(observed.probabilities, expected.probabilities)).toBeLessThan(1e-3);
});

test("images of another shape than the network's are refused by both engines", async () => {
  const [small, large] = [shapes[0]!, shapes[1]!];
  for (const create of [reference, ours]) {
    const engine = await create(networkFor(small), optionsFor(small));
    const wrong = pseudoImages(1, 3, large);
    await expect(engine.setTrainingSet(wrong)).rejects.toThrow("expected 28x28x1");
    await expect(engine.evaluate(wrong)).rejects.toThrow("got 64x64x3");
    engine.dispose();
  }
});
