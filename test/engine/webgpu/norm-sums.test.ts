import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { normGradientSums } from "../../../src/engine/webgpu/kernels/norm-gradient.ts";
import { normStatistics } from "../../../src/engine/webgpu/kernels/norm-statistics.ts";
import { planNetwork } from "../../../src/engine/webgpu/plan/network-plan.ts";
import { resnet } from "../networks/resnet.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { normals } from "./conv-shapes.ts";
import { relativeError, runCall, testDevice } from "./kernel-harness.ts";
import { reluActivation } from "../../../src/engine/ops/relu.ts";

const { gpu } = await testDevice();
const { subgroupMinSize: least, subgroupMaxSize: most } = gpu.adapterInfo;

const layouts = [
  { threads: 256, columns: 4, subgroup: false },
  { threads: 256, columns: 2, subgroup: false },
  { threads: 64, columns: 1, subgroup: false },
  ...(gpu.features.has("subgroups") && least === most
    ? [{ threads: least, columns: 1, subgroup: true }]
    : []),
];
// Groups of four channels that no workgroup's columns divide, and rows that no chunk divides.
const [rows, chunks, c4] = [1031, 3, 7];
const channels = 4 * c4;
const rowsPerChunk = Math.ceil(rows / chunks);

/** Sums over rows of [rows, channels] in float64. */
function sumOver(value: (row: number, channel: number) => number): Float64Array {
  const sums = new Float64Array(channels);
  for (let r = 0; r < rows; r++) for (let c = 0; c < channels; c++) sums[c]! += value(r, c);
  return sums;
}

/** Adds the chunks of [chunks, count, channels]. */
const total = (chunked: Float32Array, count: number, which: number): Float64Array =>
  Float64Array.from({ length: channels }, (_, c) =>
    Array.from({ length: chunked.length / count / channels }).reduce<number>(
      (sum, _unused, chunk) => sum + chunked[(chunk * count + which) * channels + c]!,
      0,
    ),
  );

describe.each(layouts)(
  "$threads threads with $columns columns, one subgroup: $subgroup",
  (layout) => {
    const grid = (parts: number): readonly [number, number, number] => [
      Math.ceil(c4 / layout.columns),
      parts,
      1,
    ];
    const rng = createRng("norm-sums", layout.columns);
    const x = normals(rng, rows * channels);
    const at = (array: Float32Array, r: number, c: number): number => array[r * channels + c]!;

    test("sum a batch norm's statistics in chunks", async () => {
      const kernel = normStatistics("f32", false, layout);
      const params = { rows, rowsPerChunk, c4, pitch: c4, eps: 1e-5, momentum: 0.1 };
      const result = new Float32Array(chunks * 2 * channels).fill(NaN);
      const after = await runCall(gpu, { kernel, params, grid: grid(chunks) }, [x, result]);
      const sums = new Float32Array(after[1]!);
      const first = x.subarray(0, channels);
      const sum = sumOver((r, c) => at(x, r, c) - first[c]!);
      const squares = sumOver((r, c) => (at(x, r, c) - first[c]!) ** 2);
      expect(relativeError(total(sums, 2, 0), sum)).toBeLessThan(1e-5);
      expect(relativeError(total(sums, 2, 1), squares)).toBeLessThan(1e-5);
    });

    test("finish a batch norm's statistics at once", async () => {
      const kernel = normStatistics("f32", true, layout);
      const params = { rows, rowsPerChunk: rows, c4, pitch: c4, eps: 1e-5, momentum: 0.1 };
      const arrays = [x, new Float32Array(2 * channels), new Float32Array(2 * channels)];
      const after = await runCall(gpu, { kernel, params, grid: grid(1) }, arrays);
      const statistics = new Float32Array(after[1]!);
      const mean = sumOver((r, c) => at(x, r, c) / rows);
      const variance = sumOver((r, c) => (at(x, r, c) - mean[c]!) ** 2 / rows);
      expect(relativeError(statistics.subarray(0, channels), mean)).toBeLessThan(1e-5);
      const inverse = variance.map((value) => 1 / Math.sqrt(value + 1e-5));
      expect(relativeError(statistics.subarray(channels), inverse)).toBeLessThan(1e-5);
    });

    test.each([
      { addend: "value", final: false },
      { addend: "value", final: true },
      { addend: "none", final: false },
      { addend: "none", final: true },
    ] as const)("sum its gradient behind a ReLU: %o", async ({ addend, final }) => {
      const parts = final ? 1 : chunks;
      const kernel = normGradientSums({ activation: reluActivation, addend }, "f32", final, layout);
      const [g, y] = [normals(rng, x.length), normals(rng, x.length)];
      const [statistics, scale] = [normals(rng, 2 * channels), normals(rng, 2 * channels)];
      const params = { rows, rowsPerChunk: Math.ceil(rows / parts), c4, beta: c4, betaB: 0 };
      const result = new Float32Array(parts * 2 * channels).fill(NaN);
      const scaleGradient = new Float32Array(2 * channels);
      // With an added value the saved output tells where the ReLU let through, else the norm's input does.
      const stored = addend === "value";
      const inputs = stored ? [g, y, x, statistics] : [g, x, statistics, scale];
      const arrays = [...inputs, result, ...(final ? [scaleGradient] : [])];
      const after = await runCall(gpu, { kernel, params, grid: grid(parts) }, arrays);
      const hat = (r: number, c: number): number =>
        (at(x, r, c) - statistics[c]!) * statistics[channels + c]!;
      const output = (r: number, c: number): number =>
        stored ? at(y, r, c) : hat(r, c) * scale[c]! + scale[channels + c]!;
      const masked = (r: number, c: number): number => (output(r, c) > 0 ? at(g, r, c) : 0);
      const sums = new Float32Array(after[4]!);
      const plain = sumOver(masked);
      const weighted = sumOver((r, c) => masked(r, c) * hat(r, c));
      expect(relativeError(total(sums, 2, 0), plain)).toBeLessThan(1e-5);
      expect(relativeError(total(sums, 2, 1), weighted)).toBeLessThan(1e-5);
      const kept = g.map((value, i) =>
        stored ? masked(Math.floor(i / channels), i % channels) : value,
      );
      expect(relativeError(new Float32Array(after[0]!), kept)).toBe(0);
      if (!final) return;
      const scaled = new Float32Array(after[5]!);
      expect(relativeError(scaled.subarray(0, channels), weighted)).toBeLessThan(1e-5);
      expect(relativeError(scaled.subarray(channels), plain)).toBeLessThan(1e-5);
    });
  },
);

test("GPUs read whole pieces of memory wherever a batch norm has many rows", () => {
  const { training } = planNetwork(resnet({ width: 64 }), {
    ...{ batch: 128, optimizer: defaultOptimizers.SGD, labelSmoothing: 0, real: "f16" },
    ...{ family: { kind: "workgroup" }, maxBindingBytes: 2 ** 27, maxBuffers: 10 },
  });
  const sums = training.filter(({ kernel }) => kernel.name.startsWith("norm-gradient-sums"));
  const columns = sums.map(({ kernel }) => Number(/-256-(\d)/.exec(kernel.name)![1]));
  // Backwards: five norms of 512 channels, five of 256, five of 128, five of 64.
  expect(new Set(columns.slice(0, 4))).toEqual(new Set([2]));
  expect(new Set(columns.slice(-8))).toEqual(new Set([4]));
  for (const { grid } of sums) expect(grid[0] * grid[1]).toBeGreaterThanOrEqual(64);
});
