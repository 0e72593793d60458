import { beforeAll, describe, expect, it } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import {
  convVariants,
  type ConvDirection,
  type ConvVariant,
} from "../../../src/engine/webgpu/conv/conv-calls.ts";
import type {
  ConvShape,
  KernelFamily,
  MatrixUnits,
  Real,
} from "../../../src/engine/webgpu/conv/conv-shape.ts";
import { resnet } from "../networks/resnet.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { problemsOf } from "../../../src/engine/webgpu/choice/problems.ts";
import { convReference } from "./conv-reference.ts";
import { normals, shapeOf } from "./conv-shapes.ts";
import { emulateMatrices } from "./emulated-matrices.ts";
import { relativeError, runVariant, storedAs, testDevice, valuesOf } from "./kernel-harness.ts";
import { siluActivation } from "../../../src/engine/ops/silu.ts";

const shapesPerFamily = 12;
const families = ["workgroup", "matrix", "subgroup", "register"] as const;
type Kind = (typeof families)[number];

let device: GPUDevice;
let lanes = 0;
let matrices: MatrixUnits = {};
beforeAll(async () => {
  const opened = await testDevice();
  device = opened.gpu;
  lanes = device.adapterInfo.subgroupMinSize;
  matrices = emulateMatrices(opened);
});

const cases: readonly (readonly [Kind, Real])[] = families.flatMap((kind) => [
  [kind, "f32"] as const,
  [kind, "f16"] as const,
]);
const planOptions = {
  ...{ batch: 8, optimizer: defaultOptimizers.SGD, labelSmoothing: 0 },
  ...{ maxBindingBytes: 2 ** 27, maxBuffers: 10 },
};
const shapesOf = (real: Real): number => (real === "f32" ? shapesPerFamily : 9);
function familyOf(kind: Kind, lanes: number): KernelFamily {
  if (kind === "matrix") return { kind: "workgroup", matrices };
  return kind === "workgroup" ? { kind } : { kind, lanes: kind === "subgroup" ? lanes : 8 };
}
/** Matrix units come with the workgroup family's other kernels, which have tests of their own. */
const variantsOf = (
  kind: Kind,
  lanes: number,
  direction: ConvDirection,
  shape: ConvShape,
  real: Real,
): readonly ConvVariant[] =>
  convVariants(direction, shape, { family: familyOf(kind, lanes), real }).filter(
    ({ name }) => kind !== "matrix" || name.startsWith("matrix"),
  );
/** Winograd's transforms lose a digit. */
const tolerance = (name: string, real: Real): number =>
  real === "f16" ? 1e-2 : name.startsWith("winograd") ? 5e-5 : 1e-5;

/** Computes a convolution and its gradients with every variant that `takes` and compares with float64. */
async function check(
  kind: Kind,
  real: Real,
  shape: ConvShape,
  seed: number,
  takes: (name: string) => boolean = () => true,
): Promise<void> {
  const rng = createRng("conv-values", kind, seed);
  const { batch, height, width, inputs, outHeight, outWidth, outputs, kernel } = shape;
  const x = normals(rng, batch * height * width * inputs);
  const w = normals(rng, kernel[0] * kernel[1] * inputs * outputs);
  const dy = normals(rng, batch * outHeight * outWidth * outputs);
  const bias = normals(rng, outputs);
  const start = normals(rng, x.length);
  const expected = convReference(shape, x, w, dy);
  const note = JSON.stringify({ seed, ...shape });
  const stored = (values: Float32Array): Float32Array | Uint16Array => storedAs(values, real);
  const read = (bytes: ArrayBuffer): ArrayLike<number> => valuesOf(bytes, real);
  const agrees = (name: string, actual: ArrayLike<number>, wanted: Float64Array): void =>
    expect(relativeError(actual, wanted), `${name} ${note}`).toBeLessThan(tolerance(name, real));
  const each = (direction: ConvDirection): readonly ConvVariant[] =>
    variantsOf(kind, lanes, direction, shape, real).filter(({ name }) => takes(name));

  const y = stored(new Float32Array(dy.length));
  const biased = expected.y.map((value, i) => value + bias[i % outputs]!);
  for (const variant of each("forward")) {
    const operands = { first: stored(x), second: stored(w), bias, result: y };
    const result = await runVariant(device, variant, operands, { bias: true });
    agrees(variant.name, read(result), biased);
    if (!variant.takesEnding) continue;
    const ending = { addend: true, activation: siluActivation } as const;
    const more = { ...operands, addend: stored(dy) };
    const ended = await runVariant(device, variant, more, { bias: true, ending });
    const sums = biased.map((value, i) => value + dy[i]!);
    agrees(
      `${variant.name} with an ending`,
      read(ended),
      sums.map((sum) => sum / (1 + Math.exp(-sum))),
    );
  }

  const added = expected.dx.map((value, i) => value + start[i]!);
  for (const variant of each("input-gradient")) {
    const operands = { first: stored(dy), second: stored(w), result: stored(start) };
    const result = await runVariant(device, variant, operands, { accumulate: true });
    agrees(variant.name, read(result), added);
  }

  for (const variant of each("filter-gradient"))
    for (const parts of new Set([variant.parts, 1])) {
      const result = new Float32Array(parts * w.length).fill(7);
      const operands = { first: stored(x), second: stored(dy), result };
      const options = { parts, partFloats: w.length };
      const copies = new Float32Array(await runVariant(device, variant, operands, options));
      const sums = new Float64Array(w.length);
      for (let i = 0; i < parts * w.length; i++) sums[i % w.length]! += copies[i]!;
      agrees(`${variant.name}, ${parts} parts`, sums, expected.dw);
    }
}

describe.each(cases)("the %s family in %s", (kind, real) => {
  const count = shapesOf(real);
  for (let seed = 1; seed <= count; seed++)
    it(`convolves and differentiates like float64 on random shape ${seed}`, async ({ skip }) => {
      skip(real === "f16" && !device.features.has("shader-f16"), "the adapter has no f16");
      await check(kind, real, shapeOf(seed, createRng("conv", kind, seed)), seed);
    });
});

/** Work for many of the largest tiles, with few reduced values. */
const manyTiles: ConvShape = {
  ...{ batch: 33, height: 15, width: 17, inputs: 4, outHeight: 15, outWidth: 17, outputs: 132 },
  ...({ kernel: [3, 3], stride: [1, 1], padding: [1, 1] } as const),
};

it.for([
  ["f32", "forward", manyTiles],
  ["f16", "forward", manyTiles],
  ["f32", "input-gradient", { ...manyTiles, inputs: 132, outputs: 4 }],
  ["f16", "input-gradient", { ...manyTiles, inputs: 132, outputs: 4 }],
] as const)(
  "the largest tiles agree with float64 in %s, %s",
  async ([real, direction, shape], { skip }) => {
    skip(real === "f16" && !device.features.has("shader-f16"), "the adapter has no f16");
    const largest = (name: string): boolean => name.endsWith("128x128");
    const names = variantsOf("workgroup", lanes, direction, shape, real).map(({ name }) => name);
    expect(names.filter(largest)).toEqual(["tile-128x128"]);
    await check("workgroup", real, shape, 1, largest);
  },
);

it.each(cases)(
  "the random shapes of the %s family in %s are computed by every variant that a ResNet-18 may get",
  (kind, real) => {
    const context = { family: familyOf(kind, 8), real };
    const named = (direction: ConvDirection, shape: ConvShape): string[] =>
      variantsOf(kind, 8, direction, shape, real).map(({ name }) => `${direction} ${name}`);
    const directions = ["forward", "input-gradient", "filter-gradient"] as const;
    const tested = new Set<string>();
    for (let seed = 1; seed <= shapesOf(real); seed++)
      for (const direction of directions)
        for (const name of named(direction, shapeOf(seed, createRng("conv", kind, seed))))
          tested.add(name);
    const needed = [8, 16, 64].flatMap((width) =>
      problemsOf(resnet({ width }), { ...planOptions, ...context }).flatMap(
        ({ direction, shape }) => named(direction, shape),
      ),
    );
    expect(needed.length).toBeGreaterThan(0);
    expect([...new Set(needed)].filter((name) => !tested.has(name))).toEqual([]);
  },
);

it.each(families)("the %s family takes a single tap that begins inside the image", async (kind) => {
  const rng = createRng("tap", kind);
  const shape: ConvShape = {
    ...{ batch: 2, height: 7, width: 6, inputs: 8, outHeight: 5, outWidth: 4, outputs: 12 },
    ...({ kernel: [1, 1], stride: [1, 1], padding: [-2, -1] } as const),
  };
  const x = normals(rng, 2 * 7 * 6 * 8);
  const dy = normals(rng, 2 * 5 * 4 * 12);
  const { dw } = convReference(shape, x, new Float32Array(96), dy);
  const variant = variantsOf(kind, lanes, "filter-gradient", shape, "f32")[0]!;
  const operands = { first: x, second: dy, result: new Float32Array(96) };
  const result = await runVariant(device, variant, operands, { parts: 1, partFloats: 96 });
  expect(relativeError(new Float32Array(result), dw)).toBeLessThan(tolerance("", "f32"));
});
