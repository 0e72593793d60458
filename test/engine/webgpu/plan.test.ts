import { describe, expect, test } from "vitest";
import { resnet } from "../networks/resnet.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { optimizerUpdate } from "../../../src/engine/webgpu/kernels/optimizer.ts";
import { placeRegions } from "../../../src/engine/webgpu/plan/memory-plan.ts";
import { planNetwork } from "../../../src/engine/webgpu/plan/network-plan.ts";
import type { NetworkPlan, PlanOptions } from "../../../src/engine/webgpu/plan/plan-context.ts";
import { planMemory, requireFit } from "../../../src/engine/webgpu/plan/plan-memory.ts";

const options: PlanOptions = {
  batch: 128,
  optimizer: defaultOptimizers.Adam,
  labelSmoothing: 0,
  family: { kind: "workgroup" },
  real: "f32",
  maxBindingBytes: 2 ** 27,
  maxBuffers: 10,
};

const winogradCount = ({ training }: NetworkPlan): number =>
  training.filter(({ kernel }) => /^winograd-(filter-)?output/.test(kernel.name)).length;

describe("the plan of ResNet-18", () => {
  test.each([{ kind: "workgroup" }, { kind: "subgroup", lanes: 8 }] as const)(
    "has at most 165 dispatches with $kind kernels, the gathering of the batch included",
    (family) => {
      const plan = planNetwork(resnet(), { ...options, family });
      expect(plan.training.length + 1).toBeLessThanOrEqual(165);
      expect(plan.training.length).toBeGreaterThan(80);
    },
  );

  test("has a single dispatch for a batch norm's statistics, over what the convolution before it left", () => {
    for (const [width, dispatches] of [
      [64, 148],
      [16, 156],
    ] as const) {
      const { training } = planNetwork(resnet({ width }), options);
      expect(training.length + 1).toBe(dispatches);
      const statistics = training.filter(({ label }) => / statistics$/.test(label));
      expect(statistics.length).toBe(20);
      expect(new Set(statistics.map(({ kernel }) => kernel.name))).toEqual(
        new Set(["norm-statistics-merge"]),
      );
      const written = training.filter(({ kernel }) => kernel.name.endsWith("-moments"));
      expect(written.length).toBe(20);
    }
  });

  test("has the same kernels for a batch norm's statistics however short its dispatches are to be", () => {
    const kernels = (batch: number, width: number, maxDispatchFlops: number): readonly string[] =>
      planNetwork(resnet({ width }), { ...options, batch, maxDispatchFlops }).training.flatMap(
        ({ label, kernel }) => (label.endsWith("statistics") ? [`${label} ${kernel.name}`] : []),
      );
    for (const width of [20, 64])
      for (const batch of [7, 128])
        expect(kernels(batch, width, 0.25e9)).toEqual(kernels(batch, width, Infinity));
  });

  test.each([
    [18, 64, 2, 3 * 13 + 2],
    [18, 16, 32, 3 * 13 + 2],
    [34, 16, 32, 3 * 29 + 2],
  ] as const)(
    "of depth %i, width %i, batch %i has Winograd's algorithm wherever it can be and is chosen",
    (depth, width, batch, count) => {
      const choice = (): string => "winograd-4x4";
      const plan = planNetwork(resnet({ depth, width }), { ...options, batch, choice });
      // The first layer has no input gradient.
      expect(winogradCount(plan)).toBe(count);
    },
  );

  test("takes at most 900 MB at width 64 and batch 128 with Adam", () => {
    const { totalBytes } = planMemory(resnet(), {
      batch: 128,
      optimizer: options.optimizer,
      precision: "f32",
    });
    expect(totalBytes).toBeLessThan(900e6);
    // Parameters and two slots alone are 134 MB, and twenty layers keep two activations each.
    expect(totalBytes).toBeGreaterThan(600e6);
  });

  test("never puts two regions that live at the same time into one buffer", () => {
    const plan = planNetwork(resnet({ depth: 10, width: 8 }), { ...options, batch: 4 });
    const { bufferOf } = placeRegions(plan.regions, plan.sequence);
    const life = new Map<number, [number, number]>();
    plan.sequence.forEach((dispatch, time) => {
      for (const slice of dispatch.buffers)
        if (slice !== "step")
          life.set(slice.region.id, [life.get(slice.region.id)?.[0] ?? time, time]);
    });
    const used = plan.regions.filter((region) => life.has(region.id));
    for (const a of used)
      for (const b of used) {
        if (a.id >= b.id || bufferOf[a.id] !== bufferOf[b.id]) continue;
        expect(a.pinned || b.pinned).toBe(false);
        const [[a0, a1], [b0, b1]] = [life.get(a.id)!, life.get(b.id)!];
        expect(a1 < b0 || b1 < a0).toBe(true);
      }
  });

  test("never reads and writes one buffer in the same dispatch", () => {
    const plan = planNetwork(resnet({ width: 8 }), { ...options, batch: 4 });
    const { bufferOf } = placeRegions(plan.regions, plan.sequence);
    for (const { label, buffers, kernel } of plan.sequence) {
      const at = (access: string): number[] =>
        buffers.flatMap((slice, i) =>
          slice !== "step" && kernel.access[i] === access ? [bufferOf[slice.region.id]!] : [],
        );
      const written = new Set(at("write"));
      expect(
        at("read").filter((buffer) => written.has(buffer)),
        label,
      ).toEqual([]);
    }
  });
});

test.each([
  { kind: "workgroup" },
  { kind: "register", lanes: 8 },
  { kind: "subgroup", lanes: 4 },
] as const)(
  "no grid of $kind kernels is larger than devices take, however large the batch",
  (family) => {
    for (const width of [4, 16]) {
      const plan = planNetwork(resnet({ width }), {
        ...{ ...options, batch: 4096, family },
        maxBindingBytes: 2 ** 31,
      });
      for (const { label, grid } of plan.training)
        expect(Math.max(...grid), label).toBeLessThanOrEqual(65535);
    }
  },
);

test("optimizers that differ in their numbers alone share one kernel", () => {
  const codes = [0.0001, 0.001].map(
    (weightDecay) => optimizerUpdate({ ...defaultOptimizers.AdamW, weightDecay }, false).code,
  );
  expect(codes[0]).toBe(codes[1]);
});

test("a batch is refused when a chosen kernel's workspace is more than the GPU binds, with the largest batch that fits", () => {
  const graph = resnet({ depth: 10, width: 16 });
  const fit = (batch: number, choice: PlanOptions["choice"]): void =>
    requireFit(graph, {
      batch,
      optimizer: options.optimizer,
      precision: "f32",
      family: { kind: "workgroup" },
      maxBindingBytes: 2 ** 22,
      choice,
    });
  // 64 images of 16 channels are 4 MiB; transformed for tiles of 4x4 they are 2.25 times as much.
  fit(64, undefined);
  expect(() => fit(64, () => "winograd-4x4")).toThrow(/; 28 is the largest/);
  fit(28, () => "winograd-4x4");
});
