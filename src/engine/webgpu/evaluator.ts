import { assertImages, imageBytes } from "../dataset-shape.ts";
import type { EvaluationResult, ImageSet } from "../network-engine.ts";
import { readBuffer, record, type Recorded } from "./device-program.ts";
import type { EngineParts } from "./engine-parts.ts";
import { evaluationInput } from "./input-calls.ts";
import { stepBlockBytes } from "./kernel.ts";
import { writeBytes } from "./plan/resident-set.ts";

/** Most images uploaded at once; an evaluation waits for each such portion, so that it can be stopped. */
const mostPortionImages = 2048;

/** A portion's buffers and the call that reads them; made once, refilled. */
interface Stage {
  readonly images: GPUBuffer;
  readonly labels: GPUBuffer;
  readonly input: readonly Recorded[];
}

type EvaluationCalls = Readonly<
  Record<"folding" | "evaluation" | "prediction", readonly Recorded[]>
>;

/** Evaluation mode of an engine: running statistics, no augmentation, sets of any length. */
export class Evaluator {
  readonly #block = new ArrayBuffer(stepBlockBytes);
  #stage: Promise<Stage> | null = null;
  #calls: Promise<EvaluationCalls> | null = null;

  constructor(readonly parts: EngineParts) {}

  /** Begins to compile what only evaluations need; they wait for it, and throw what it threw. */
  prepare(): void {
    this.#calls ??= this.#compile();
  }

  async evaluate(set: ImageSet): Promise<EvaluationResult> {
    const { gpu, graph, plan, program, device, options } = this.parts;
    const { images, labels } = set;
    assertImages(set, graph);
    const totals = program.bufferOf(plan.evaluationTotals.region);
    let lossSum = 0;
    let correct = 0;
    const { folding, evaluation } = await this.#ready();
    this.#submit(folding, 0, 0);
    for (let start = 0; start < labels.length; start += this.#portionImages) {
      const end = Math.min(labels.length, start + this.#portionImages);
      const stage = await this.#fill(images, labels, start, end);
      gpu.queue.writeBuffer(totals, 0, new Float32Array(2));
      for (let first = 0; first < end - start; first += options.batchSize)
        this.#submit([...stage.input, ...evaluation], first, end - start);
      const [loss, hits] = new Float32Array(await readBuffer(gpu, totals, 0, 8));
      lossSum += loss!;
      correct += hits!;
      device.check();
    }
    await device.settle();
    const count = labels.length;
    return { images: count, loss: lossSum / count, accuracy: correct / count };
  }

  async predict(images: Uint8Array): Promise<Float32Array> {
    const { gpu, graph, plan, program, device, options } = this.parts;
    const { batchSize } = options;
    const count = images.length / this.#imageBytes;
    const result = new Float32Array(count * graph.classes);
    const output = program.bufferOf(plan.probabilities.region);
    const { folding, prediction } = await this.#ready();
    this.#submit(folding, 0, 0);
    for (let start = 0; start < count; start += this.#portionImages) {
      const end = Math.min(count, start + this.#portionImages);
      const stage = await this.#fill(images, new Uint8Array(count), start, end);
      for (let first = start; first < end; first += batchSize) {
        this.#submit([...stage.input, ...prediction], first - start, end - start);
        const rows = Math.min(batchSize, end - first);
        const bytes = rows * graph.classes * 4;
        result.set(
          new Float32Array(await readBuffer(gpu, output, 0, bytes)),
          first * graph.classes,
        );
      }
      device.check();
    }
    await device.settle();
    return result;
  }

  dispose(): void {
    void this.#stage?.then(({ images, labels }) => {
      images.destroy();
      labels.destroy();
    });
    this.#stage = null;
  }

  /** As many as one binding holds. */
  get #portionImages(): number {
    const fitting = Math.floor(this.parts.maxBindingBytes / this.#imageBytes);
    return Math.max(1, Math.min(mostPortionImages, fitting));
  }

  get #imageBytes(): number {
    return imageBytes(this.parts.graph.input);
  }

  #ready(): Promise<EvaluationCalls> {
    this.prepare();
    return this.#calls!;
  }

  #compile(): Promise<EvaluationCalls> {
    const { program, plan } = this.parts;
    const compiling = Promise.all([
      program.prepare(plan.folding),
      program.prepare(plan.evaluation),
      program.prepare(plan.prediction),
    ]).then(([folding, evaluation, prediction]) => ({ folding, evaluation, prediction }));
    // Whoever evaluates gets the error; a network that is never evaluated needs none of it.
    compiling.catch(() => {});
    return compiling;
  }

  async #fill(images: Uint8Array, labels: Uint8Array, start: number, end: number): Promise<Stage> {
    this.#stage ??= this.#createStage();
    const stage = await this.#stage;
    const part = images.subarray(start * this.#imageBytes, end * this.#imageBytes);
    const { queue } = this.parts.gpu;
    writeBytes(queue, stage.images, part);
    queue.writeBuffer(stage.labels, 0, Uint32Array.from(labels.subarray(start, end)));
    return stage;
  }

  async #createStage(): Promise<Stage> {
    const { gpu, program } = this.parts;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const images = gpu.createBuffer({ size: this.#portionImages * this.#imageBytes, usage });
    const labels = gpu.createBuffer({ size: this.#portionImages * 4, usage });
    const set = { images, labels, count: this.#portionImages };
    const call = evaluationInput(this.parts, set);
    const input = await program.prepare([call.dispatch], call.foreign);
    return { images, labels, input };
  }

  #submit(calls: readonly Recorded[], first: number, count: number): void {
    const { gpu, program } = this.parts;
    const block = new Uint32Array(this.#block);
    block[6] = first;
    block[7] = count;
    gpu.queue.writeBuffer(program.stepBuffer, 0, block);
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    record(pass, calls);
    pass.end();
    gpu.queue.submit([encoder.finish()]);
  }
}
