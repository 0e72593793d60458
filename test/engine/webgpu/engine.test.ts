import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { GraphBuilder } from "../../../src/engine/model/builder.ts";
import { resnet } from "../networks/resnet.ts";
import type { Graph } from "../../../src/engine/model/graph.ts";
import { initialState } from "../../../src/engine/model/weights.ts";
import type { NetworkEngine } from "../../../src/engine/network-engine.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { chooseFamily } from "../../../src/engine/webgpu/choose-family.ts";
import type { KernelFamily } from "../../../src/engine/webgpu/conv/conv-shape.ts";
import { createWebGpuEngine, type WebGpuEngine } from "../../../src/engine/webgpu/engine.ts";
import { defineKernel } from "../../../src/engine/webgpu/kernel.ts";
import { planMemory } from "../../../src/engine/webgpu/plan/plan-memory.ts";
import { compileKernels } from "../../../src/engine/webgpu/pipelines.ts";
import { optionsOf, pseudoImages } from "../oracle-run.ts";
import { testDevice } from "./kernel-harness.ts";

const device = await testDevice();

const batchSize = 4;
const options = {
  ...optionsOf({
    name: "",
    graph: smallGraph(),
    batchSize,
    steps: 1,
    learningRate: 0.01,
    optimizer: defaultOptimizers.Adam,
    labelSmoothing: 0.1,
    augment: { cropPadding: 4, flip: true, cutout: 8 },
    seed: 5,
  }),
};

function smallGraph(): Graph {
  const net = new GraphBuilder("small", { height: 32, width: 32, channels: 3 }, 10);
  const a = net.conv(0, "a", 8, { stride: 2, padding: 1 });
  const b = net.relu(net.batchNorm(a, "a_bn"), "a_relu");
  const c = net.dropout(net.globalAveragePool(b, "pool"), "dropout", 0.3);
  net.dense(c, "linear", 10);
  return net.build();
}

const families: readonly KernelFamily[] = [chooseFamily(device), { kind: "workgroup" }];

async function trained(
  steps: number,
  precision: "f32" | "f16" = "f32",
  family = families[0]!,
): Promise<WebGpuEngine> {
  const engine = await createWebGpuEngine(device, smallGraph(), options, { precision, family });
  await engine.setTrainingSet(pseudoImages(1, 4 * batchSize));
  await engine.restore(initialState(engine.graph, createRng("weights")));
  await train(engine, 0, steps);
  return engine;
}

async function train(engine: NetworkEngine, from: number, to: number): Promise<void> {
  const order = Uint32Array.from({ length: 4 * batchSize }, (_, i) => i);
  for (let step = from; step < to; step++) {
    if (step === from || step % 4 === 0) engine.beginEpoch(Math.floor(step / 4), order);
    await engine.step(step % 4, 0.01);
  }
}

const bytesOf = async (engine: NetworkEngine): Promise<Record<string, string>> => {
  const state = await engine.snapshot();
  const bytes = (data: Float32Array): string => Buffer.from(data.buffer.slice(0)).toString("hex");
  const all = [...state.tensors].map(([name, { data }]) => [name, bytes(data)] as const);
  for (const [slot, tensors] of state.slots)
    for (const [name, { data }] of tensors) all.push([`${slot} ${name}`, bytes(data)]);
  return Object.fromEntries(all);
};

describe("the WebGPU engine", () => {
  test.each(families)(
    "gives the same bits when a run is repeated, with $kind kernels",
    async (family) => {
      const [first, second] = [await trained(6, "f32", family), await trained(6, "f32", family)];
      expect(await bytesOf(first)).toEqual(await bytesOf(second));
      first.dispose();
      second.dispose();
    },
  );

  // Adapters without 16-bit floats have nothing else to continue.
  const formats = device.halfPrecision ? (["f32", "f16"] as const) : (["f32"] as const);
  test.each(formats)("continues from a snapshot with the same bits in %s", async (precision) => {
    const straight = await trained(6, precision);
    const stopped = await trained(3, precision);
    const resumed = await createWebGpuEngine(device, smallGraph(), options, { precision });
    await resumed.setTrainingSet(pseudoImages(1, 4 * batchSize));
    await resumed.restore(await stopped.snapshot());
    await train(resumed, 3, 6);
    expect(await bytesOf(resumed)).toEqual(await bytesOf(straight));
    for (const engine of [straight, stopped, resumed]) engine.dispose();
  });

  test.each([
    // Wide enough that filter gradients are large ones, which only kernels that can be cut compute.
    { family: families[0]!, width: 64, pieces: 8 },
    // Asked for single images too, but a tile of 32 rows is two of the last stage's: of eight, pieces are a quarter.
    { family: families[1]!, width: 16, pieces: 4 },
  ])(
    "gives the same bits when $family.kind convolutions are cut into short dispatches",
    async ({ family, width, pieces }) => {
      const graph = resnet({ depth: 10, width });
      const train = async (flops: number): Promise<readonly [Record<string, string>, number]> => {
        const choice = { maxDispatchFlops: flops, family };
        const engine = await createWebGpuEngine(
          device,
          graph,
          { ...options, batchSize: 8 },
          choice,
        );
        await engine.setTrainingSet(pseudoImages(1, 16));
        await engine.restore(initialState(graph, createRng("weights")));
        engine.beginEpoch(
          0,
          Uint32Array.from({ length: 16 }, (_, i) => i),
        );
        for (let step = 0; step < 2; step++) await engine.step(step, 0.01);
        const { loss } = await engine.evaluate(pseudoImages(2, 11));
        const bits = { ...(await bytesOf(engine)), loss: String(loss) };
        const longest = Math.max(
          ...engine.training.map(({ dispatch }) => dispatch.flops),
          ...engine.parts.plan.evaluation.map(({ flops }) => flops),
        );
        engine.dispose();
        return [bits, longest];
      };
      const [whole, long] = await train(Infinity);
      const [cut, short] = await train(long / 8);
      expect(short).toBeLessThanOrEqual(long / pieces);
      expect(cut).toEqual(whole);
    },
  );

  test("makes no buffers and no bind groups after the first two steps", async () => {
    const engine = await trained(2);
    const [createBuffer, createBindGroup] = [device.gpu.createBuffer, device.gpu.createBindGroup];
    let made = 0;
    device.gpu.createBuffer = (...args) => (made++, createBuffer.apply(device.gpu, args));
    device.gpu.createBindGroup = (...args) => (made++, createBindGroup.apply(device.gpu, args));
    try {
      await train(engine, 2, 200);
      expect(made).toBe(0);
      await engine.readTotals();
      expect(made).toBe(1);
    } finally {
      device.gpu.createBuffer = createBuffer;
      device.gpu.createBindGroup = createBindGroup;
      engine.dispose();
    }
  });

  test("queues short steps, and waits for each one of half a second", async () => {
    const { queue } = device.gpu;
    const done = queue.onSubmittedWorkDone.bind(queue);
    let [pending, lateMs] = [0, 600];
    const after: number[] = [];
    queue.onSubmittedWorkDone = async () => {
      pending++;
      await done();
      await new Promise((resolve) => setTimeout(resolve, lateMs));
      pending--;
      return undefined;
    };
    try {
      const engine = await trained(1);
      for (let step = 1; step < 8; step++) {
        if (step === 3) lateMs = 20;
        if (step % 4 === 0)
          engine.beginEpoch(
            1,
            Uint32Array.from({ length: 16 }, (_, i) => i),
          );
        await engine.step(step % 4, 0.01);
        after.push(pending);
      }
      await engine.readTotals();
      engine.dispose();
    } finally {
      queue.onSubmittedWorkDone = done;
    }
    expect(after).toEqual([0, 0, 0, 1, 2, 2, 2]);
  });

  test("destroys every buffer it made", async () => {
    const { createBuffer } = device.gpu;
    let alive = 0;
    device.gpu.createBuffer = (...args) => {
      const buffer = createBuffer.apply(device.gpu, args);
      const { destroy } = buffer;
      alive += 1;
      buffer.destroy = () => {
        alive -= 1;
        buffer.destroy = destroy;
        return destroy.call(buffer);
      };
      return buffer;
    };
    try {
      const engine = await trained(3);
      await engine.readTotals();
      await engine.evaluate(pseudoImages(2, 10));
      await engine.predict(pseudoImages(2, 3).images);
      await engine.snapshot();
      engine.dispose();
      await expect.poll(() => alive).toBe(0);
      // Disposed of while its first step is under way, whose end comes later.
      const cancelled = await trained(0);
      const stepping = train(cancelled, 0, 1);
      cancelled.dispose();
      await stepping;
      await expect.poll(() => alive).toBe(0);
    } finally {
      device.gpu.createBuffer = createBuffer;
    }
  });

  test("evaluates sets whose length is no multiple of the batch, and predicts what it evaluates", async () => {
    const engine = await trained(5);
    const set = pseudoImages(3, 4 * batchSize + 3);
    const { accuracy, loss } = await engine.evaluate(set);
    const probabilities = await engine.predict(set.images);
    let correct = 0;
    let lossSum = 0;
    set.labels.forEach((label, image) => {
      const row = probabilities.subarray(image * 10, image * 10 + 10);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      correct += row.indexOf(Math.max(...row)) === label ? 1 : 0;
      lossSum -= Math.log(row[label]!);
    });
    expect(accuracy).toBeCloseTo(correct / set.labels.length, 6);
    expect(loss).toBeCloseTo(lossSum / set.labels.length, 5);
    engine.dispose();
  });

  test("times every dispatch of a step, which trains as any other", async () => {
    const [timed, plain] = [await trained(1), await trained(3)];
    const times = await timed.profileStep(1, 0.01, 1);
    await timed.profileStep(2, 0.01, 1);
    expect(await bytesOf(timed)).toEqual(await bytesOf(plain));
    expect(times.map(({ label }) => label)).toEqual(
      expect.arrayContaining(["gather", "a", "a filter gradient", "loss", "update Adam"]),
    );
    // Three directions of the dense layer, two of the convolution: its input is the image.
    const dense = 2 * batchSize * 8 * 12;
    const conv = 2 * batchSize * 16 * 16 * 9 * 4 * 8;
    expect(times.reduce((sum, { flops }) => sum + flops, 0)).toBe(3 * dense + 2 * conv);
    expect(times.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(times.reduce((sum, { ms }) => sum + ms, 0)).toBeGreaterThan(0);
    for (const engine of [timed, plain]) engine.dispose();
  });

  test("refuses a batch whose buffers cannot be bound, and names the largest that can", async () => {
    const huge = { ...options, batchSize: 4096 * 64 };
    await expect(createWebGpuEngine(device, smallGraph(), huge)).rejects.toMatchObject({
      code: "network-too-large",
      details: { largestBatchSize: expect.any(Number) as number },
    });
  });

  test("finding no room, names a batch that has room and keeps nothing", async () => {
    const { gpu } = device;
    const [createBuffer, popErrorScope] = [gpu.createBuffer, gpu.popErrorScope];
    const roomBytes = planMemory(smallGraph(), {
      batch: 3 * batchSize,
      optimizer: options.optimizer,
      precision: "f32",
      family: chooseFamily(device),
    }).totalBytes;
    let used = 0;
    gpu.createBuffer = (...args) => {
      const buffer = createBuffer.apply(gpu, args);
      used += buffer.size;
      const { destroy } = buffer;
      buffer.destroy = () => {
        used -= buffer.size;
        return destroy.call(buffer);
      };
      return buffer;
    };
    gpu.popErrorScope = async () => {
      const error = await popErrorScope.call(gpu);
      return used > roomBytes ? new GPUOutOfMemoryError("as if") : error;
    };
    try {
      const large = { ...options, batchSize: 8 * batchSize };
      await expect(createWebGpuEngine(device, smallGraph(), large)).rejects.toMatchObject({
        code: "gpu-memory",
        message: expect.stringContaining(`batch_size ${2 * batchSize} `) as string,
        details: { batchSize: 8 * batchSize, largestBatchSize: 2 * batchSize },
      });
      expect(used).toBe(0);
    } finally {
      gpu.createBuffer = createBuffer;
      gpu.popErrorScope = popErrorScope;
    }
  });

  test("turns a kernel that does not compile into a typed error", async () => {
    const broken = defineKernel({
      name: "broken",
      buffers: { x: "write array<f32>" },
      params: [],
      workgroup: [1],
      builtins: ["index"],
      body: "x[index] = nothing;",
    });
    await expect(compileKernels(device.gpu, [broken])).rejects.toMatchObject({
      code: "gpu-validation",
    });
    device.check();
  });
});
