import { expect, test } from "vitest";
import { countCommands } from "../../../scripts/headless/lib/training/count-commands.ts";
import { resnet } from "../networks/resnet.ts";
import { chooseFamily } from "../../../src/engine/webgpu/choose-family.ts";
import { chooseKernels, kernelAdapter } from "../../../src/engine/webgpu/choice/choose-kernels.ts";
import { measureProblem } from "../../../src/engine/webgpu/choice/measure-problem.ts";
import { problemsOf, type ConvProblem } from "../../../src/engine/webgpu/choice/problems.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { problemKey } from "../../../src/engine/webgpu/conv/conv-problem.ts";
import { convVariants } from "../../../src/engine/webgpu/conv/conv-calls.ts";
import { convFlops, type ConvShape } from "../../../src/engine/webgpu/conv/conv-shape.ts";
import type { ConvDirection, ConvVariant } from "../../../src/engine/webgpu/conv/conv-variant.ts";
import { testDevice } from "./kernel-harness.ts";

const device = await testDevice();
const { gpu } = device;
const counts = countCommands();
const context = { family: chooseFamily(device), real: "f32" } as const;
const shape: ConvShape = {
  ...{ batch: 4, height: 8, width: 8, inputs: 16, outHeight: 8, outWidth: 8, outputs: 32 },
  ...({ kernel: [3, 3], stride: [1, 1], padding: [1, 1] } as const),
};
const codesOf = (variants: readonly ConvVariant[]): Set<string> =>
  new Set(variants.flatMap((variant) => variant.calls({}).map(({ kernel }) => kernel.code)));
const [usual, ...others] = convVariants("forward", shape, context);
const problem = {
  key: problemKey("forward", shape, "f32"),
  direction: "forward",
  shape,
  flops: convFlops(shape),
} as const;

/** A device without pipelines yet. */
async function freshDevice(): Promise<GPUDevice> {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const requiredFeatures = [...gpu.features] as GPUFeatureName[];
  return adapter.requestDevice({ requiredFeatures });
}

const busy = `var spin = p.rows; for (var i = 0u; i < 300000u; i++) { spin = spin * 1664525u + 1013904223u; }
if (spin == 1u) { return; }`;

/** Measures on a device where the kernels `codes` begin with some more code. */
async function measuredWith(codes: ReadonlySet<string>, code: string): Promise<string> {
  const own = await freshDevice();
  const make = own.createShaderModule;
  own.createShaderModule = (descriptor) =>
    make.call(own, {
      ...descriptor,
      code: codes.has(descriptor.code)
        ? descriptor.code.replace(/(fn main[^{]*\{)/, `$1 ${code}\n`)
        : descriptor.code,
    });
  try {
    return await measureProblem(own, problem, context, Infinity);
  } finally {
    own.destroy();
  }
}

test("a variant that is faster than the default is chosen", async () => {
  expect(await measuredWith(codesOf([usual!]), busy)).not.toBe(usual!.name);
});

test.each([
  ["computes nothing, very fast,", "if (p.rows > 0u) { return; }"],
  ["does not compile", "nothing();"],
])("a variant that %s is not chosen", async (_, code) => {
  const codes = codesOf(others);
  for (const own of codesOf([usual!])) codes.delete(own);
  expect(codes.size).toBeGreaterThan(0);
  expect(await measuredWith(codes, code)).toBe(usual!.name);
});

const question = { batch: 4, real: "f32" } as const;

test("every convolution of a network is chosen for, and what is known stays", async () => {
  const graph = resnet({ depth: 10, width: 8 });
  const bytes = counts.bytes;
  const signal = new AbortController().signal;
  const chosen = await chooseKernels(signal, device, graph, { ...question, known: {} });
  const directions = (direction: ConvDirection): number =>
    Object.keys(chosen).filter((key) => key.startsWith(direction)).length;
  // Distinct ones: the stem, 3x3 of four sizes of which three also halve the image, three 1x1, the dense layer.
  expect(directions("forward")).toBe(12);
  expect(directions("filter-gradient")).toBe(12);
  expect(directions("input-gradient")).toBe(11);
  expect(counts.bytes).toBe(bytes);
  const { submits } = counts;
  expect(await chooseKernels(signal, device, graph, { ...question, known: chosen })).toEqual(
    chosen,
  );
  expect(counts.submits).toBe(submits);
  expect(kernelAdapter(device)).toContain(device.gpu.adapterInfo.vendor);
});

test("what there is no time to measure gets what was chosen for the most similar problem", async () => {
  const family = chooseFamily(device);
  const graph = resnet({ depth: 10, width: 8 });
  const signal = new AbortController().signal;
  const defaults = await chooseKernels(signal, device, graph, {
    ...question,
    known: {},
    budgetMs: 0,
  });
  const problems = problemsOf(graph, {
    ...{ batch: 4, optimizer: defaultOptimizers.SGD, labelSmoothing: 0, family, real: "f32" },
    ...{ maxBindingBytes: 2 ** 27, maxBuffers: 10 },
  });
  const names = (problem: ConvProblem): readonly string[] =>
    convVariants(problem.direction, problem.shape, context).map(({ name }) => name);
  expect(defaults).toEqual(Object.fromEntries(problems.map((p) => [p.key, names(p)[0]!])));

  const of = (side: number, inputs: number, stride = 1): ConvProblem =>
    problems.find(
      ({ direction, shape: s }) =>
        direction === "forward" &&
        s.kernel[0] === 3 &&
        s.stride[0] === stride &&
        s.height === side &&
        s.inputs === inputs,
    )!;
  // 32, 16, 8 and 4 pixels wide, of 8, 16, 32 and 64 channels.
  const [wide, similar, far, stem] = [of(32, 8), of(16, 16), of(4, 64), of(32, 4)];
  const other = names(wide).at(-1)!;
  expect(names(similar)).toContain(other);
  expect(other).not.toBe(names(similar)[0]);
  const known = { [wide.key]: other };
  const chosen = await chooseKernels(signal, device, graph, { ...question, known, budgetMs: 0 });
  expect(chosen[wide.key]).toBe(other);
  expect(chosen[similar.key]).toBe(other);
  expect(chosen[stem.key]).toBe(names(stem).includes(other) ? other : names(stem)[0]);
  for (const untouched of [far, of(32, 8, 2)])
    expect(chosen[untouched.key]).toBe(names(untouched)[0]);
  const changed = problems.filter(({ key }) => chosen[key] !== defaults[key]);
  expect(changed.every(({ direction }) => direction === "forward")).toBe(true);
});
