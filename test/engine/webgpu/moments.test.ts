import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "../../../src/core/math/rng.ts";
import { convVariants } from "../../../src/engine/webgpu/conv/conv-calls.ts";
import type { ConvShape, Real } from "../../../src/engine/webgpu/conv/conv-shape.ts";
import type { ConvVariant } from "../../../src/engine/webgpu/conv/conv-variant.ts";
import { mergeMoments } from "../../../src/engine/webgpu/kernels/norm-statistics.ts";
import { normals, shapeOf } from "./conv-shapes.ts";
import { emulateMatrices } from "./emulated-matrices.ts";
import { relativeError, runCall, storedAs, testDevice, valuesOf } from "./kernel-harness.ts";

const device = await testDevice();
const family = { kind: "workgroup", matrices: emulateMatrices(device) } as const;
const [eps, momentum] = [1e-5, 0.1];

/** Means of the channels: a thousand times what their values are apart by, and more. */
const largeMean = 1000;

/** Runs a convolution with its moments. @returns the result as it is stored, [rows, outputs], and the moments */
async function convolve(
  shape: ConvShape,
  variant: ConvVariant,
  real: Real,
  rng: Rng,
): Promise<{ readonly y: ArrayLike<number>; readonly moments: Float32Array }> {
  const { batch, height, width, inputs, outHeight, outWidth, outputs, kernel } = shape;
  const rows = batch * outHeight * outWidth;
  const tiles = Math.ceil(rows / variant.momentRows!);
  const stored = (values: Float32Array): Float32Array | Uint16Array => storedAs(values, real);
  const small = (values: Float32Array): Float32Array => values.map((value) => value / 10);
  const operands = {
    first: stored(small(normals(rng, batch * height * width * inputs))),
    second: stored(normals(rng, kernel[0] * kernel[1] * inputs * outputs)),
    bias: normals(rng, outputs).map((value) => largeMean * value),
    result: stored(new Float32Array(rows * outputs)),
    moments: new Float32Array(tiles * 2 * outputs).fill(NaN),
  };
  const [first, ...more] = variant.calls({ bias: true, moments: true });
  expect(more).toEqual([]);
  const { buffers, ...call } = first!;
  const names = buffers as readonly (keyof typeof operands)[];
  const given = names.map((name) => operands[name]);
  const arrays = await runCall(device.gpu, call, given);
  const bytes = (name: keyof typeof operands): ArrayBuffer => arrays[names.indexOf(name)]!;
  return {
    y: valuesOf(bytes("result"), real),
    moments: new Float32Array(bytes("moments")),
  };
}

/** Mean and sum of squared deviations of rows `from` to `to` of [rows, outputs] in float64, by channel. */
function momentsOf(
  y: ArrayLike<number>,
  outputs: number,
  from: number,
  to: number,
): { readonly mean: Float64Array; readonly squares: Float64Array } {
  const mean = new Float64Array(outputs);
  const squares = new Float64Array(outputs);
  for (let r = from; r < to; r++)
    for (let c = 0; c < outputs; c++) mean[c]! += y[r * outputs + c]! / (to - from);
  for (let r = from; r < to; r++)
    for (let c = 0; c < outputs; c++) squares[c]! += (y[r * outputs + c]! - mean[c]!) ** 2;
  return { mean, squares };
}

/** Largest error of squared deviations, each relative to itself and what rounding the mean makes of it. */
function squareError(
  actual: ArrayLike<number>,
  { mean, squares }: ReturnType<typeof momentsOf>,
  rows: number,
): number {
  return Math.max(
    ...Array.from(squares, (wanted, c) => {
      const rounding = rows * (mean[c]! * 2 ** -24) ** 2;
      return Math.abs(actual[c]! - wanted) / (wanted + rounding + 1e-30);
    }),
  );
}

/** Runs the merging kernel. @returns mean, 1/std, running mean and running variance by channel */
async function merge(
  moments: Float32Array,
  rows: number,
  tileRows: number,
  running: Float32Array,
): Promise<readonly Float32Array[]> {
  const outputs = running.length / 2;
  const c4 = outputs / 4;
  const params = { rows, tileRows, c4, pitch: c4, eps, momentum };
  const after = await runCall(device.gpu, { kernel: mergeMoments(), params, grid: [c4, 1, 1] }, [
    moments,
    new Float32Array(2 * outputs),
    running,
  ]);
  return [after[1]!, after[2]!].flatMap((bytes) => {
    const both = new Float32Array(bytes);
    return [both.subarray(0, outputs), both.subarray(outputs)];
  });
}

/** The whole chain against float64, from the values that the convolution stored. */
async function check(shape: ConvShape, variant: ConvVariant, real: Real, rng: Rng): Promise<void> {
  const { outputs } = shape;
  const tileRows = variant.momentRows!;
  const { y, moments } = await convolve(shape, variant, real, rng);
  const rows = y.length / outputs;
  const note = `${variant.name} ${JSON.stringify(shape)}`;
  for (let tile = 0; tile * tileRows < rows; tile++) {
    const [from, to] = [tile * tileRows, Math.min(rows, (tile + 1) * tileRows)];
    const expected = momentsOf(y, outputs, from, to);
    const [mean, squares] = [0, 1].map((i) =>
      moments.subarray((2 * tile + i) * outputs, (2 * tile + i + 1) * outputs),
    );
    expect(relativeError(mean!, expected.mean), note).toBeLessThan(1e-6);
    expect(squareError(squares!, expected, to - from), note).toBeLessThan(1e-4);
  }
  const before = normals(rng, 2 * outputs);
  const merged = await merge(moments, rows, tileRows, before);
  const { mean, squares } = momentsOf(y, outputs, 0, rows);
  const wanted = [
    mean,
    squares.map((sum) => 1 / Math.sqrt(sum / rows + eps)),
    mean.map((value, c) => (1 - momentum) * before[c]! + momentum * value),
    squares.map((sum, c) => {
      const unbiased = sum / Math.max(1, rows - 1);
      return (1 - momentum) * before[outputs + c]! + momentum * unbiased;
    }),
  ];
  wanted.forEach((values, i) => expect(relativeError(merged[i]!, values), note).toBeLessThan(1e-4));
}

const cases = (["f32", "f16"] as const).flatMap((real) =>
  Array.from({ length: 12 }, (_, i) => [real, i + 1] as const),
);

describe("the statistics that a convolution leaves for a batch norm", () => {
  test.for(cases)(
    "are those of what it stored, in %s on random shape %i",
    async ([real, seed], { skip }) => {
      skip(real === "f16" && !device.halfPrecision, "the adapter has no f16");
      const rng = createRng("moments", seed);
      const shape = shapeOf(seed, rng);
      const variants = convVariants("forward", shape, { family, real });
      const able = variants.filter(({ momentRows }) => momentRows !== undefined);
      expect(able.map(({ momentRows }) => momentRows).sort()).toEqual([32, 32, 64, 64]);
      for (const variant of able) await check(shape, variant, real, rng);
    },
  );

  const alone = (size: Partial<ConvShape>): ConvShape => ({
    ...{ batch: 1, height: 1, width: 1, inputs: 4, outHeight: 1, outWidth: 1, outputs: 8 },
    ...({ kernel: [1, 1], stride: [1, 1], padding: [0, 0] } as const),
    ...size,
  });
  const sizes = { height: 31, width: 53, outHeight: 31, outWidth: 53 };

  test.each([
    ["a single row", alone({})],
    ["more tiles than threads merge, the last with few rows", alone({ batch: 23, ...sizes })],
    ["the largest tiles, the last with few rows", alone({ batch: 6, ...sizes, outputs: 132 })],
  ])("are right for %s", async (_, shape) => {
    for (const variant of convVariants("forward", shape, { family, real: "f32" }))
      await check(shape, variant, "f32", createRng("moments", shape.batch));
  });
});
