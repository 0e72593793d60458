import { defaultDevice, init, jit, numpy as np } from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs";
import type { EngineDevice } from "../../../../src/engine/device.ts";
import { convForward } from "../../../../src/engine/webgpu/conv/conv-calls.ts";
import { chooseFamily } from "../../../../src/engine/webgpu/choose-family.ts";
import { matrixShape, type KernelFamily } from "../../../../src/engine/webgpu/conv/conv-shape.ts";
import { DeviceProgram, record } from "../../../../src/engine/webgpu/device-program.ts";
import { ProgramWriter } from "../../../../src/engine/webgpu/program.ts";

/** What a device can do at best, measured in the run whose rows are compared with it. */
export interface CeilingFigures {
  /** Best plain f32 matrix product of 2048x576 and 576x512. */
  readonly matmulGflops: number;
  /** Bytes read and written by copies from buffer to buffer. */
  readonly copyGBps: number;
  /** The products that were compared. */
  readonly matmuls: Readonly<Record<string, number>>;
}

/** Something to be timed; resolves when the GPU has done it so many times. */
interface Timed {
  run(repetitions: number): Promise<void>;
  dispose(): void;
}

const [m, k, n] = [2048, 576, 512] as const;
const flops = 2 * m * k * n;
const copyBytes = 64 * 2 ** 20;
/** Of every product each time it is asked for. */
const runsPerMeasurement = 3;
/** One run is about so long, or waiting for the GPU's answer would be most of it on a fast one. */
const measuredMs = 200;
const mostRepetitions = 500;

/** Times of plain matrix products and of a copy; measure often, the best counts. */
export class Ceiling {
  readonly #timed: ReadonlyMap<string, Timed>;
  readonly #repetitions: ReadonlyMap<string, number>;
  readonly #leastMs = new Map<string, number>();

  private constructor(timed: ReadonlyMap<string, Timed>, repetitions: ReadonlyMap<string, number>) {
    this.#timed = timed;
    this.#repetitions = repetitions;
  }

  /** Compiles the products of TensorFlow.js, jax-js and our own kernels. */
  static async open(device: EngineDevice): Promise<Ceiling> {
    const gpu = device.gpu!;
    const timed = new Map<string, Timed>();
    timed.set("copy", copy(gpu));
    timed.set("TensorFlow.js", stockProduct());
    timed.set("jax-js", await jaxProduct());
    const families: KernelFamily[] = [{ kind: "workgroup" }, { kind: "register", lanes: 8 }];
    const chosen = chooseFamily(device);
    if (!families.some(({ kind }) => kind === chosen.kind)) families.push(chosen);
    for (const family of families) timed.set(`ours, ${family.kind}`, await ownProduct(gpu, family));
    const repetitions = new Map<string, number>();
    for (const [name, { run }] of timed) {
      await run(1);
      const began = performance.now();
      await run(1);
      const ms = performance.now() - began;
      repetitions.set(name, Math.max(1, Math.min(mostRepetitions, Math.round(measuredMs / ms))));
    }
    return new Ceiling(timed, repetitions);
  }

  async measure(): Promise<void> {
    for (const name of this.#timed.keys())
      for (let i = 0; i < runsPerMeasurement; i++) await this.#time(name);
  }

  /** GFLOP/s of the best product at this moment: a processor's clock and its other tenants change them by half within a minute. */
  async now(): Promise<number> {
    const products = [...this.#leastMs].filter(([name]) => name !== "copy");
    const [best] = products.reduce((a, b) => (b[1] < a[1] ? b : a));
    return flops / (await this.#time(best)) / 1e6;
  }

  async #time(name: string): Promise<number> {
    const repetitions = this.#repetitions.get(name)!;
    const began = performance.now();
    await this.#timed.get(name)!.run(repetitions);
    const ms = (performance.now() - began) / repetitions;
    this.#leastMs.set(name, Math.min(ms, this.#leastMs.get(name) ?? Infinity));
    return ms;
  }

  get figures(): CeilingFigures {
    const { copy: copyMs, ...products } = Object.fromEntries(this.#leastMs);
    const matmuls = Object.fromEntries(
      Object.entries(products).map(([name, ms]) => [name, flops / ms / 1e6]),
    );
    return {
      matmulGflops: Math.max(...Object.values(matmuls)),
      copyGBps: (2 * copyBytes) / copyMs! / 1e6,
      matmuls,
    };
  }

  dispose(): void {
    for (const one of this.#timed.values()) one.dispose();
  }
}

function stockProduct(): Timed {
  const [a, b] = [tf.randomUniform([m, k]), tf.randomUniform([k, n])];
  return {
    async run(repetitions) {
      for (let i = 1; i < repetitions; i++) tf.dispose(tf.matMul(a, b));
      const product = tf.matMul(a, b);
      // Reading one value waits for all of them.
      const corner = tf.slice(product, [0, 0], [1, 1]);
      await corner.data();
      tf.dispose([product, corner]);
    },
    dispose: () => tf.dispose([a, b]),
  };
}

async function jaxProduct(): Promise<Timed> {
  await init("webgpu");
  defaultDevice("webgpu");
  const ramp = (count: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: count }, (_, i) => (i % 7) - 3);
  const [a, b] = [np.array(ramp(m * k)).reshape([m, k]), np.array(ramp(k * n)).reshape([k, n])];
  const product = jit((x: np.Array, y: np.Array) => np.matmul(x, y));
  return {
    async run(repetitions) {
      for (let i = 0; i < repetitions; i++) {
        const result = product(a.ref, b.ref) as np.Array;
        // What nobody waits for might never be computed.
        await result.blockUntilReady();
        result.dispose();
      }
    },
    dispose() {
      a.dispose();
      b.dispose();
      product.dispose();
    },
  };
}

async function ownProduct(gpu: GPUDevice, family: KernelFamily): Promise<Timed> {
  const writer = new ProgramWriter();
  const buffers = [m * k, k * n, m * n].map((floats, i) =>
    writer.whole(`matrix ${i}`, floats * 4, true),
  );
  writer.run({
    label: "product",
    buffers,
    ...convForward(matrixShape(m, k, n), { family, real: "f32" }, false),
  });
  const program = await DeviceProgram.create(gpu, writer.regions, writer.dispatches);
  const calls = await program.prepare(writer.dispatches);
  return {
    async run(repetitions) {
      const encoder = gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let i = 0; i < repetitions; i++) record(pass, calls);
      pass.end();
      gpu.queue.submit([encoder.finish()]);
      await gpu.queue.onSubmittedWorkDone();
    },
    dispose: () => program.dispose(),
  };
}

function copy(gpu: GPUDevice): Timed {
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [from, to] = [0, 1].map(() => gpu.createBuffer({ size: copyBytes, usage }));
  return {
    async run(repetitions) {
      const encoder = gpu.createCommandEncoder();
      for (let i = 0; i < repetitions; i++) encoder.copyBufferToBuffer(from!, 0, to!, 0, copyBytes);
      gpu.queue.submit([encoder.finish()]);
      await gpu.queue.onSubmittedWorkDone();
    },
    dispose() {
      from!.destroy();
      to!.destroy();
    },
  };
}
