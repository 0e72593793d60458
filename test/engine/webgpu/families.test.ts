import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { openDevice } from "../../../src/engine/device.ts";
import type { KernelTable } from "../../../src/engine/kernel-table.ts";
import type { Graph } from "../../../src/engine/model/graph.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { createReferenceEngine } from "../../../src/engine/reference/engine.ts";
import { kernelAdapter } from "../../../src/engine/webgpu/choice/choose-kernels.ts";
import { problemsOf } from "../../../src/engine/webgpu/choice/problems.ts";
import { convVariants } from "../../../src/engine/webgpu/conv/conv-calls.ts";
import { chooseFamily } from "../../../src/engine/webgpu/choose-family.ts";
import type { KernelFamily } from "../../../src/engine/webgpu/conv/conv-shape.ts";
import { createWebGpuEngine, type WebGpuOptions } from "../../../src/engine/webgpu/engine.ts";
import {
  f32Tolerance,
  optionsOf,
  pseudoImages,
  pseudoState,
  readExpected,
  runOracleCase,
  violations,
} from "../engine-oracle.ts";
import { oracleCases } from "../oracle-cases.ts";
import { compareStep, precisions } from "../whole-step.ts";
import { emulateMatrices } from "./emulated-matrices.ts";
import { testDevice } from "./kernel-harness.ts";

const device = await testDevice();
const cpu = await openDevice({ backend: "cpu" });
const expected = readExpected().cases;

const variants: readonly { readonly name: string; readonly options: WebGpuOptions }[] = [
  { name: "workgroup tiles", options: { family: { kind: "workgroup" } } },
  { name: "register tiles", options: { family: { kind: "register", lanes: 8 } } },
];

const cases = [
  "conv 3x3 of stride 2",
  "crop, flip and cutout",
  "convs of unequal sides and strides",
];
const indexOf = (name: string): number => oracleCases.findIndex((entry) => entry.name === name);

describe.each(variants)("whole steps with $name", ({ options }) => {
  test.each([...cases, "ResNet-18"])("%s agrees with PyTorch float64", async (name) => {
    const index = indexOf(name);
    const deviations = await runOracleCase(
      oracleCases[index]!,
      expected[index]!,
      (graph, network) => createWebGpuEngine(device, graph, network, options),
      f32Tolerance,
    );
    expect(violations(deviations)).toEqual([]);
  });
});

const withUnits: KernelFamily = { kind: "workgroup", matrices: emulateMatrices(device) };

/** Chooses matrix units for every convolution of a network in half precision. */
function matrixKernels(graph: Graph, batch: number): KernelTable {
  const context = { family: withUnits, real: "f16" } as const;
  const problems = problemsOf(graph, {
    ...{ batch, optimizer: defaultOptimizers.SGD, labelSmoothing: 0, ...context },
    ...{ maxBindingBytes: 2 ** 27, maxBuffers: 8 },
  });
  const chosen = problems.map(({ key, direction, shape }) => {
    const variants = convVariants(direction, shape, context);
    return [key, variants.find(({ name }) => name.startsWith("matrix"))!.name] as const;
  });
  return { adapter: kernelAdapter(device), variants: Object.fromEntries(chosen) };
}

/** ReLU and max pooling jump: of a few hundred values one in a thousand, rounded to eleven bits, lands on the other side of zero or
 *  of its neighbour, and the gradient is then several per cent off (3 to 13 % in these cases), as the reference's is when its weights
 *  are rounded so. With SiLU and average pooling in their place the error is below 0.2 %, and a mistake shows. */
const smooth = (graph: Graph): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => {
    if (node.op === "relu") return { ...node, op: "silu" };
    return node.op === "max-pool" ? { ...node, op: "average-pool", countPadding: true } : node;
  }),
});

// Nothing to test on adapters without 16-bit floats.
describe.skipIf(!device.halfPrecision)("whole steps in half precision, without kinks", () => {
  const kinds: readonly { readonly kernels: string; readonly family: KernelFamily }[] = [
    { kernels: "the device's own", family: chooseFamily(device) },
    { kernels: "workgroup", family: { kind: "workgroup" } },
    { kernels: "matrix", family: withUnits },
  ];
  const halfCases = kinds.flatMap((kind) => cases.map((name) => ({ name, ...kind })));
  test.each(halfCases)(
    "$name agrees with automatic differentiation within a hundredth, with $kernels kernels",
    async ({ name, family }) => {
      const oracle = oracleCases[indexOf(name)]!;
      const graph = smooth(oracle.graph);
      const kernels = family === withUnits ? matrixKernels(graph, oracle.batchSize) : undefined;
      const deviations = await compareStep(
        {
          graph,
          options: {
            ...optionsOf(oracle),
            optimizer: { name: "SGD", momentum: 0.9, nesterov: false, weightDecay: 0 },
          },
          state: pseudoState(graph, oracle.seed),
          images: pseudoImages(oracle.seed, oracle.batchSize),
          learningRate: 0.1,
        },
        (g, network) => createReferenceEngine(cpu, g, network),
        (g, network) =>
          createWebGpuEngine(device, g, network, { precision: "f16", family, kernels }),
        precisions.f16,
        createRng("shaken", name),
      );
      expect(violations(deviations)).toEqual([]);
      expect(Math.max(...deviations.map(({ limit }) => limit))).toBe(precisions.f16.tolerance);
    },
  );
});
