import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  estimateGpuBytes,
  largestBatchThatFits,
  type MemoryQuestion,
} from "../../../src/engine/gpu-memory.ts";
import { hwioToOihw, oihwToHwio, permute } from "../../../src/engine/layout.ts";
import { findNetwork, networkNames } from "../../../src/engine/networks/index.ts";
import { resnet } from "../networks/resnet.ts";
import { augmentationOf } from "../../../src/engine/training/augment.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { planMemory } from "../../../src/engine/webgpu/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/engine/training/safetensors.ts";
import { epochOrder, stratifiedSplit } from "../../../src/engine/training/split.ts";

const seed = 20240;

describe("the split", () => {
  test("training and validation are disjoint, sized as asked and keep every class's share", () => {
    const labels = fc.uint8Array({ minLength: 20, maxLength: 400, max: 9 });
    fc.assert(
      fc.property(labels, fc.nat(100), fc.nat(100), fc.nat(), (all, a, b, splitSeed) => {
        const limit = 2 + Math.floor(((all.length - 2) * a) / 100);
        const held = Math.floor(((limit - 1) * b) / 100);
        const { train, validation } = stratifiedSplit(all, held, limit, splitSeed);
        expect(validation).toHaveLength(held);
        expect(train).toHaveLength(limit - held);
        expect(new Set([...train, ...validation]).size).toBe(limit);
        for (let label = 0; label < 10; label++) {
          const count = (indices: Uint32Array) => indices.filter((i) => all[i] === label).length;
          const used = count(train) + count(validation);
          expect(Math.abs(count(validation) - (used * held) / limit)).toBeLessThanOrEqual(1);
        }
      }),
      { seed, numRuns: 100 },
    );
  });

  test("the same seed gives the same split, another seed another", () => {
    const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 10);
    expect(stratifiedSplit(labels, 50, null, 1)).toEqual(stratifiedSplit(labels, 50, null, 1));
    expect(stratifiedSplit(labels, 50, null, 1)).not.toEqual(stratifiedSplit(labels, 50, null, 2));
    expect(() => stratifiedSplit(labels, 200, null, 1)).toThrow(/0..199/);
  });

  test("an epoch's order is a permutation of its own", () => {
    const order = epochOrder(100, 3, 1);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order).not.toEqual(epochOrder(100, 3, 2));
  });
});

describe("augmentation", () => {
  test("shifts are even over all nine offsets and flips over both sides", () => {
    const options = { cropPadding: 4, flip: true, cutout: 0 };
    const draws = Array.from({ length: 9000 }, (_, image) =>
      augmentationOf(options, { seed: 5, epoch: 2, image }, { height: 32, width: 32 }),
    );
    for (let offset = 0; offset <= 8; offset++) {
      expect(draws.filter(({ cropX }) => cropX === offset).length).toBeGreaterThan(900);
      expect(draws.filter(({ cropY }) => cropY === offset).length).toBeGreaterThan(900);
    }
    expect(Math.abs(draws.filter(({ flip }) => flip).length - 4500)).toBeLessThan(150);
  });
});

describe("tensor files", () => {
  test("what is written is read back, names, shapes, values and metadata", () => {
    const tensors = new Map([
      ["a.weight", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, NaN) }],
      ["b", { shape: [], data: Float32Array.of(7) }],
      ["empty", { shape: [0], data: new Float32Array(0) }],
    ]);
    const file = { tensors, metadata: { note: "ß" } };
    // At an odd offset, as a file inside another buffer may lie.
    const bytes = encodeSafetensors(file);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSafetensors(shifted.subarray(3))).toEqual(file);
  });

  test("random damage to the header is refused or changes nothing but names", () => {
    const tensors = new Map([["w", { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]);
    const good = encodeSafetensors({ tensors, metadata: {} });
    fc.assert(
      fc.property(fc.nat(good.length - 17), fc.nat(255), (position, byte) => {
        const bad = good.slice();
        bad[position] = byte;
        try {
          for (const { data, shape } of decodeSafetensors(bad).tensors.values())
            expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
        } catch (error) {
          expect(error).toMatchObject({ code: "checkpoint-corrupt" });
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});

test("filters go to TensorFlow's layout and back", () => {
  const shape = [4, 3, 2, 5];
  const data = Float32Array.from({ length: 120 }, (_, i) => i);
  const hwio = oihwToHwio(data, shape);
  // out 3, in 2, row 1, column 4 -> [1, 4, 2, 3]
  expect(hwio[((1 * 5 + 4) * 3 + 2) * 4 + 3]).toBe(((3 * 3 + 2) * 2 + 1) * 5 + 4);
  expect(hwioToOihw(hwio, shape)).toEqual(data);
  expect(permute(data, [120], [0])).toEqual(data);
});

describe("the memory estimate", () => {
  test.each(networkNames())("is not below the plan of %s, nor far above it", (name) => {
    const graph = findNetwork(name).build(
      { width: 32 },
      { height: 32, width: 32, channels: 3 },
      10,
    );
    const { Adam: optimizer } = defaultOptimizers;
    const planned = planMemory(graph, { batch: 64, optimizer, precision: "f32" });
    const estimated = estimateGpuBytes({ graph, optimizer, kind: "webgpu", precision: "f32" }, 64);
    expect(estimated / planned.totalBytes).toBeGreaterThan(1);
    expect(estimated / planned.totalBytes).toBeLessThan(2.5);
  });

  const question: MemoryQuestion = {
    ...{ graph: resnet(), optimizer: defaultOptimizers.Adam },
    ...{ kind: "webgpu", precision: "f32" },
  };

  test.each([
    [{}, 128, "f32"],
    [{}, 512, "f16"],
    [{ width: 16 }, 64, "f32"],
    [{ width: 16 }, 64, "f16"],
    [{ depth: 34 }, 32, "f32"],
    [{ width: 8, depth: 10, hiddenSize: 512 }, 32, "f32"],
    [{ width: 85 }, 1, "f32"],
    [{ width: 32 }, 16, "f32"],
  ] as const)(
    "is not below the plan of our kernels nor far above it: %o, batch %i, %s",
    (network, batch, precision) => {
      const graph = resnet(network);
      const families = [{ kind: "workgroup" }, { kind: "subgroup", lanes: 8 }] as const;
      const plans = families.flatMap((family) =>
        // Whatever is chosen for this device, its workspaces count.
        [undefined, "winograd-2x2", "winograd-4x4"].map(
          (name) =>
            planMemory(graph, {
              ...{ batch, optimizer: question.optimizer, precision, family },
              choice: () => name,
            }).totalBytes,
        ),
      );
      const estimate = estimateGpuBytes({ ...question, graph, precision }, batch);
      expect(estimate).toBeGreaterThanOrEqual(Math.max(...plans));
      expect(estimate).toBeLessThan(1.25 * Math.max(...plans) + 40e6);
    },
  );

  test("the largest batch fits and one more does not", () => {
    const limits = { maxBufferBytes: 0, budgetBytes: 1e9 };
    const batch = largestBatchThatFits(question, limits);
    expect(estimateGpuBytes(question, batch)).toBeLessThanOrEqual(1e9);
    expect(estimateGpuBytes(question, batch + 1)).toBeGreaterThan(1e9);
    expect(largestBatchThatFits(question, { ...limits, budgetBytes: 1e7 })).toBe(0);
  });

  test("a buffer limit of 128 MiB holds the widest activation of 512 images", () => {
    const limits = { maxBufferBytes: 128 * 2 ** 20, budgetBytes: 1e12 };
    expect(largestBatchThatFits(question, limits)).toBe(512);
  });
});
