import { AppError } from "../../core/errors.ts";
import { assertImages } from "../dataset-shape.ts";
import type { EngineDevice } from "../device.ts";
import type { KernelTable } from "../kernel-table.ts";
import type { Graph } from "../model/graph.ts";
import { parameterCount } from "../model/weights.ts";
import type {
  EvaluationResult,
  ImageSet,
  NetworkEngine,
  EngineOptions,
  NetworkState,
  StepTotals,
} from "../network-engine.ts";
import { dispatchLimit } from "./choice/dispatch-limit.ts";
import { problemKey } from "./conv/conv-problem.ts";
import { chooseFamily } from "./choose-family.ts";
import type { KernelFamily, Real } from "./conv/conv-shape.ts";
import { readBuffer, record, type Recorded } from "./device-program.ts";
import type { EngineParts } from "./engine-parts.ts";
import { Evaluator } from "./evaluator.ts";
import { trainingInput } from "./input-calls.ts";
import { allocate } from "./plan/find-room.ts";
import { planNetwork } from "./plan/network-plan.ts";
import type { PlanOptions } from "./plan/plan-context.ts";
import { requireFit } from "./plan/plan-memory.ts";
import { timeCalls, type DispatchTime } from "./profile.ts";
import { holdImages, type ResidentSet } from "./plan/resident-set.ts";
import { readState, writeState } from "./state.ts";
import { StepBlock } from "./plan/step-block.ts";
import { word } from "../../core/words/index.ts";

/** How the engine computes; what is absent is found out on the device. */
export interface WebGpuOptions {
  /** Which kernels; chosen from the adapter when absent. */
  readonly family?: KernelFamily;
  /** f16 needs an adapter with shader-f16. */
  readonly precision?: Real;
  /** Measured choices of this adapter; the defaults for what they do not name, and without them. */
  readonly kernels?: KernelTable | undefined;
  /** Work of the longest dispatch, to keep each below 50 ms; measured when absent. */
  readonly maxDispatchFlops?: number;
}

/** Steps that may be queued before one is waited for; more would delay everything else that uses the GPU. */
const maxQueuedSteps = 3;
/** A step that takes longer is waited for at once: whoever pauses or looks at the page waits for no second one. */
const longStepMs = 500;

/** Compiles a network to our own kernels on the device that TensorFlow.js uses.
 *  @throws AppError "network-invalid", "network-too-large", "gpu-memory", "gpu-validation" */
export async function createWebGpuEngine(
  device: EngineDevice,
  graph: Graph,
  options: EngineOptions,
  { family, precision = "f32", kernels, maxDispatchFlops }: WebGpuOptions = {},
): Promise<WebGpuEngine> {
  const gpu = device.gpu;
  if (!gpu) throw new AppError("gpu-unavailable", word("needs-webgpu"));
  const { input, classes } = graph;
  if (input.channels > 3)
    throw new AppError(
      "network-invalid",
      word("input-channels", {
        height: input.height,
        width: input.width,
        channels: input.channels,
      }),
    );
  if (classes > 256) throw new AppError("network-invalid", word("too-many-classes", { classes }));
  if (precision === "f16" && !device.halfPrecision)
    throw new AppError("gpu-unavailable", word("no-half-precision"));
  const chosen = family ?? chooseFamily(device);
  const limits = gpu.limits;
  const maxBindingBytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const { batchSize: batch, optimizer } = options;
  const choice: PlanOptions["choice"] = (direction, shape) =>
    kernels?.variants[problemKey(direction, shape, precision)];
  requireFit(graph, { batch, optimizer, precision, family: chosen, maxBindingBytes, choice });
  const longest = maxDispatchFlops ?? (await dispatchLimit(gpu, chosen, graph, batch));
  const { plan, program } = await allocate(gpu, batch, (size) =>
    planNetwork(graph, {
      batch: size,
      optimizer,
      labelSmoothing: options.labelSmoothing,
      family: chosen,
      real: precision,
      choice,
      maxDispatchFlops: longest,
      maxBindingBytes,
      maxBuffers: limits.maxStorageBuffersPerShaderStage,
    }),
  );
  try {
    for (const { slice, data } of plan.tables)
      gpu.queue.writeBuffer(
        program.bufferOf(slice.region),
        slice.offset,
        data as Uint32Array<ArrayBuffer>,
      );
    const training = await program.prepare(plan.training);
    device.check();
    const shared = {
      device,
      gpu,
      graph,
      options,
      plan,
      program,
      precision,
      kernels,
      maxBindingBytes,
    };
    return new WebGpuEngine(shared, training);
  } catch (error) {
    program.dispose();
    throw error;
  }
}

/** A network on our own kernels; made by `createWebGpuEngine`. */
export class WebGpuEngine implements NetworkEngine {
  readonly kind = "webgpu";
  readonly precision;
  readonly kernels;
  readonly graph: Graph;
  readonly parameterCount: number;
  readonly gpuBytes: number;
  readonly #evaluator: Evaluator;
  readonly #block: StepBlock;
  readonly #queued: Promise<void>[] = [];
  /** Of the last step that is done. */
  #stepMs = Infinity;
  #doneAt = 0;
  #calls: readonly Recorded[] | null = null;
  #set: ResidentSet | null = null;
  #order: GPUBuffer | null = null;
  #orderLength = 0;
  #epoch = 0;
  #steps = 0;
  #images = 0;

  constructor(
    readonly parts: EngineParts,
    readonly training: readonly Recorded[],
  ) {
    this.graph = parts.graph;
    this.precision = parts.precision;
    this.kernels = parts.kernels ?? null;
    this.parameterCount = parameterCount(parts.graph);
    this.gpuBytes = parts.program.placement.totalBytes;
    this.#evaluator = new Evaluator(parts);
    this.#block = new StepBlock(parts.gpu, parts.program.stepBuffer, parts.options);
  }

  async setTrainingSet(set: ImageSet): Promise<void> {
    const { gpu, graph, program, maxBindingBytes } = this.parts;
    assertImages(set, graph);
    const resident = await holdImages(gpu, set, maxBindingBytes);
    this.#set?.release();
    this.#set = resident;
    this.#order?.destroy();
    this.#order = gpu.createBuffer({
      size: Math.max(4, resident.count * 4),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    this.#orderLength = 0;
    const input = trainingInput(this.parts, resident, this.#order);
    const gather = await program.prepare([input.dispatch], input.foreign);
    this.#calls = [...gather, ...this.training];
    this.parts.device.check();
  }

  async restore(state: NetworkState): Promise<void> {
    writeState(this.parts, state);
    this.#steps = state.steps;
    this.#images = 0;
    this.parts.device.check();
  }

  async snapshot(): Promise<NetworkState> {
    const state = await readState(this.parts, this.#steps);
    await this.parts.device.settle();
    return state;
  }

  beginEpoch(epoch: number, order: Uint32Array): void {
    if (!this.#set || !this.#order) throw new Error("beginEpoch: setTrainingSet was not called");
    if (order.length > this.#set.count || order.some((image) => image >= this.#set!.count))
      throw new RangeError(`beginEpoch: the order leaves the set of ${this.#set.count} images`);
    this.#epoch = epoch;
    this.#orderLength = order.length;
    this.parts.gpu.queue.writeBuffer(this.#order, 0, order as Uint32Array<ArrayBuffer>);
  }

  async step(index: number, learningRate: number): Promise<void> {
    const { gpu, device } = this.parts;
    const calls = this.#begin(index, learningRate);
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    record(pass, calls);
    pass.end();
    gpu.queue.submit([encoder.finish()]);
    this.#queued.push(this.#done(performance.now()));
    while (this.#queued.length >= (this.#stepMs > longStepMs ? 1 : maxQueuedSteps)) {
      await this.#queued.shift();
      device.check();
    }
  }

  /** The end of what is queued, which is a step submitted at `submittedAt`. */
  async #done(submittedAt: number): Promise<void> {
    await this.parts.gpu.queue.onSubmittedWorkDone();
    // Now that nobody waits for the first step; but not for an engine that was disposed of meanwhile.
    if (this.#calls) this.#evaluator.prepare();
    const now = performance.now();
    this.#stepMs = now - Math.max(submittedAt, this.#doneAt);
    this.#doneAt = now;
  }

  /** Trains like `step`, `repetitions` times, and times every dispatch.
   *  @throws AppError "gpu-unavailable" where the device has no timestamp queries */
  async profileStep(
    index: number,
    learningRate: number,
    repetitions = 5,
  ): Promise<readonly DispatchTime[]> {
    const { gpu, device } = this.parts;
    if (!this.#calls) throw new Error("profileStep: setTrainingSet was not called");
    const begin = (): unknown => this.#begin(index, learningRate);
    const times = await timeCalls(gpu, this.#calls, repetitions, begin);
    device.check();
    return times;
  }

  /** Writes and counts the step whose commands are recorded next. */
  #begin(index: number, learningRate: number): readonly Recorded[] {
    const { device, options } = this.parts;
    const first = index * options.batchSize;
    if (!this.#calls) throw new Error("step: setTrainingSet was not called");
    if (index < 0 || first + options.batchSize > this.#orderLength)
      throw new RangeError(`step: the epoch has no whole batch ${index}`);
    device.check();
    this.#block.write(learningRate, this.#epoch, first, this.#steps);
    this.#steps += 1;
    this.#images += options.batchSize;
    return this.#calls;
  }

  async readTotals(): Promise<StepTotals> {
    const { gpu, plan, program, device } = this.parts;
    const buffer = program.bufferOf(plan.trainingTotals.region);
    const images = this.#images;
    const values = readBuffer(gpu, buffer, 0, 8);
    gpu.queue.writeBuffer(buffer, 0, new Float32Array(2));
    this.#images = 0;
    const [lossSum, correct] = new Float32Array(await values) as unknown as [number, number];
    this.#queued.length = 0;
    device.check();
    return { images, lossSum, correct };
  }

  evaluate(set: ImageSet): Promise<EvaluationResult> {
    return this.#evaluator.evaluate(set);
  }

  predict(images: Uint8Array): Promise<Float32Array> {
    return this.#evaluator.predict(images);
  }

  dispose(): void {
    this.#calls = null;
    this.#set?.release();
    this.#order?.destroy();
    this.#evaluator.dispose();
    this.parts.program.dispose();
  }
}
