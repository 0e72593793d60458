import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { openDevice } from "../../../src/engine/device.ts";
import type { Graph } from "../../../src/engine/model/graph.ts";
import { createReferenceEngine } from "../../../src/engine/reference/engine.ts";
import { createWebGpuEngine, type WebGpuOptions } from "../../../src/engine/webgpu/engine.ts";
import { oracleMean, oracleStd } from "../oracle-cases.ts";
import { pseudoImages, pseudoState, violations, type EngineFactory } from "../oracle-run.ts";
import { describeGraph, randomGraph } from "../random-graph.ts";
import { compareStep, precisions, type StepProblem } from "../whole-step.ts";
import { testDevice } from "./kernel-harness.ts";

/** `RANDOM_GRAPHS=100 npx vitest run --project engine test/engine/webgpu/random-graphs.test.ts` tries the whole hundred. */
const count = Number(process.env["RANDOM_GRAPHS"] ?? 10);

const device = await testDevice();
const cpu = await openDevice({ backend: "cpu" });
const reference: EngineFactory = (graph, options) => createReferenceEngine(cpu, graph, options);

interface Variant {
  readonly name: string;
  readonly options: WebGpuOptions;
}
/** By turns, so that every graph costs one engine. */
const variants: readonly Variant[] = [
  { name: "chosen kernels", options: {} },
  { name: "workgroup tiles", options: { family: { kind: "workgroup" } } },
  { name: "register tiles", options: { family: { kind: "register", lanes: 8 } } },
  ...(device.halfPrecision
    ? [{ name: "half precision", options: { precision: "f16" } } as const]
    : []),
];

const problemOf = (graph: Graph, seed: number): StepProblem => {
  const rng = createRng("step problem", seed);
  const batchSize = 1 + rng.int(4);
  return {
    graph,
    options: {
      batchSize,
      optimizer: { name: "SGD", momentum: 0.9, nesterov: false, weightDecay: 0 },
      labelSmoothing: rng.int(2) ? 0 : 0.1,
      augment: {
        cropPadding: rng.int(5),
        flip: rng.int(2) === 0,
        cutout: rng.int(2) * rng.int(12),
      },
      mean: oracleMean,
      std: oracleStd,
      seed,
    },
    state: pseudoState(graph, seed),
    images: pseudoImages(seed, batchSize),
    learningRate: 0.1,
  };
};

describe("random graphs: a whole step agrees with automatic differentiation", () => {
  test.each(Array.from({ length: count }, (_, i) => i + 1))("graph %i", async (seed) => {
    const { name, options } = variants[seed % variants.length]!;
    // In half precision one value in a thousand changes sides of a kink, and one of a few hundred values is a few per cent.
    const kinks = options.precision !== "f16";
    const graph = randomGraph(createRng("random graph", seed), `random ${seed}`, { kinks });
    const deviations = await compareStep(
      problemOf(graph, seed),
      reference,
      (g, network) => createWebGpuEngine(device, g, network, options),
      precisions[options.precision ?? "f32"],
      createRng("shaken", seed),
    );
    const wrong = violations(deviations);
    if (wrong.length > 0) console.log(`seed ${seed}, ${name}\n${describeGraph(graph)}`);
    expect(wrong).toEqual([]);
  });
});
