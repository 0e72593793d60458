import * as tf from "@tensorflow/tfjs";
import type { EngineDevice } from "../../../../src/engine/device.ts";
import { convForward } from "../../../../src/engine/webgpu/conv-calls.ts";
import { chooseFamily } from "../../../../src/engine/webgpu/choose-family.ts";
import type { ConvShape, KernelFamily } from "../../../../src/engine/webgpu/conv-shape.ts";
import { DeviceProgram, record } from "../../../../src/engine/webgpu/device-program.ts";
import { ProgramWriter } from "../../../../src/engine/webgpu/program.ts";

/** What a device can do at best, measured in the run whose rows are compared with it. */
export interface Ceiling {
  /** Best plain f32 matrix product of 2048x576 and 576x512. */
  readonly matmulGflops: number;
  readonly copyGBps: number;
  /** The products that were compared. */
  readonly matmuls: Readonly<Record<string, number>>;
}

const [m, k, n] = [2048, 576, 512] as const;
const flops = 2 * m * k * n;
const copyBytes = 64 * 2 ** 20;
const repetitions = 5;

export async function measureCeiling(device: EngineDevice): Promise<Ceiling> {
  const gpu = device.gpu!;
  const matmuls: Record<string, number> = { "TensorFlow.js": flops / (await stockMatmul()) / 1e6 };
  const families: KernelFamily[] = [{ kind: "workgroup" }, { kind: "register", lanes: 8 }];
  const chosen = chooseFamily(device);
  if (!families.some(({ kind }) => kind === chosen.kind)) families.push(chosen);
  for (const family of families)
    matmuls[`ours, ${family.kind}`] = flops / (await ownMatmul(gpu, family)) / 1e6;
  const copyMs = await copy(gpu);
  return {
    matmulGflops: Math.max(...Object.values(matmuls)),
    // Read and written.
    copyGBps: (2 * copyBytes) / copyMs / 1e6,
    matmuls,
  };
}

async function stockMatmul(): Promise<number> {
  const [a, b] = [tf.randomUniform([m, k]), tf.randomUniform([k, n])];
  const ms = await best(async () => {
    const product = tf.matMul(a, b);
    // Reading one value waits for all of them.
    const corner = tf.slice(product, [0, 0], [1, 1]);
    await corner.data();
    tf.dispose([product, corner]);
  });
  tf.dispose([a, b]);
  return ms;
}

/** A matrix product is a convolution of one tap on an image of one line. */
async function ownMatmul(gpu: GPUDevice, family: KernelFamily): Promise<number> {
  const shape: ConvShape = {
    batch: 1,
    height: 1,
    width: m,
    inputs: k,
    outHeight: 1,
    outWidth: m,
    outputs: n,
    kernel: [1, 1],
    stride: [1, 1],
    padding: [0, 0],
  };
  const writer = new ProgramWriter();
  const buffers = [m * k, k * n, m * n].map((floats, i) =>
    writer.whole(`matrix ${i}`, floats * 4, true),
  );
  writer.run({ label: "product", buffers, ...convForward(shape, { family, real: "f32" }, false) });
  const program = await DeviceProgram.create(gpu, writer.regions, writer.dispatches);
  const calls = await program.prepare(writer.dispatches);
  const ms = await best(async () => {
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    record(pass, calls);
    pass.end();
    gpu.queue.submit([encoder.finish()]);
    await gpu.queue.onSubmittedWorkDone();
  });
  program.dispose();
  return ms;
}

async function copy(gpu: GPUDevice): Promise<number> {
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [from, to] = [0, 1].map(() => gpu.createBuffer({ size: copyBytes, usage }));
  const ms = await best(async () => {
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(from!, 0, to!, 0, copyBytes);
    gpu.queue.submit([encoder.finish()]);
    await gpu.queue.onSubmittedWorkDone();
  });
  from!.destroy();
  to!.destroy();
  return ms;
}

/** Least milliseconds of some runs after one that compiles. */
async function best(run: () => Promise<void>): Promise<number> {
  await run();
  let least = Infinity;
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    await run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
