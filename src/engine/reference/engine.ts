import * as tf from "@tensorflow/tfjs-core";
// Registers TensorFlow.js' gradients. In Node their module is reachable only through the union package (package.json, "imports").
import "#tfjs-gradients";
import { assertImages, imageBytes } from "../dataset-shape.ts";
import type { EngineDevice } from "../device.ts";
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
import { pixelTable, plainBatch, targets, trainingBatch } from "../training/batch.ts";
import type { BatchStatistics } from "./batch-norm.ts";
import { forward, type TrainingPass } from "./forward.ts";
import { updateParameter } from "./optimizers.ts";
import { TensorStore } from "./tensor-store.ts";

/** Images per evaluation batch; larger ones save nothing on the backends this engine is for. */
const evaluationBatch = 256;
/** Steps that may be queued on the device before one is waited for. */
const maxQueuedSteps = 4;

/** The network on plain TensorFlow.js operations and automatic differentiation: any backend, and the oracle for our kernels. */
export async function createReferenceEngine(
  device: EngineDevice,
  graph: Graph,
  options: EngineOptions,
): Promise<NetworkEngine> {
  await tf.ready();
  return new ReferenceEngine(device, graph, options);
}

class ReferenceEngine implements NetworkEngine {
  readonly kind = "reference";
  readonly precision = "f32";
  readonly kernels = null;
  readonly parameterCount: number;
  readonly #store: TensorStore;
  readonly #table;
  #set: ImageSet | null = null;
  #epoch = 0;
  #order: Uint32Array = new Uint32Array(0);
  #steps = 0;
  #queued = 0;
  #images = 0;
  /** [loss sum, correct] since the last read. */
  #totals: tf.Tensor = tf.keep(tf.zeros([2]));

  constructor(
    readonly device: EngineDevice,
    readonly graph: Graph,
    readonly options: EngineOptions,
  ) {
    this.parameterCount = parameterCount(graph);
    this.#store = new TensorStore(graph, options.optimizer);
    this.#table = pixelTable(options);
  }

  get gpuBytes(): number {
    const memory = tf.memory() as tf.MemoryInfo & { numBytesAllocatedInGPU?: number };
    return memory.numBytesAllocatedInGPU ?? 0;
  }

  async setTrainingSet(set: ImageSet): Promise<void> {
    assertImages(set, this.graph);
    this.#set = set;
  }

  async restore(state: NetworkState): Promise<void> {
    this.#store.restore(state);
    this.#steps = state.steps;
  }

  async snapshot(): Promise<NetworkState> {
    const state = await this.#store.snapshot(this.#steps);
    await this.device.settle();
    return state;
  }

  beginEpoch(epoch: number, order: Uint32Array): void {
    this.#epoch = epoch;
    this.#order = order;
  }

  async step(index: number, learningRate: number): Promise<void> {
    if (!this.#set) throw new Error("step: setTrainingSet was not called");
    const { batchSize, seed, augment, labelSmoothing } = this.options;
    const { height, width, channels } = this.graph.input;
    const indices = this.#order.subarray(index * batchSize, (index + 1) * batchSize);
    if (indices.length !== batchSize)
      throw new RangeError(`step: the epoch has no whole batch ${index}`);
    const set = this.#set;
    const labels = Uint8Array.from(indices, (image) => set.labels[image]!);
    const options = { seed, epoch: this.#epoch, augment, table: this.#table };
    const values = trainingBatch(set, indices, options);
    tf.tidy(() => {
      const batch = tf.tensor4d(values, [batchSize, height, width, channels]);
      this.#train(batch, labels, targets(labels, this.graph.classes, labelSmoothing), learningRate);
    });
    this.#steps += 1;
    this.#images += batchSize;
    if (++this.#queued >= maxQueuedSteps) await this.#wait();
  }

  #train(
    batch: tf.Tensor4D,
    labels: Uint8Array,
    distribution: Float32Array,
    learningRate: number,
  ): void {
    const store = this.#store;
    const observed = new Map<number, BatchStatistics>();
    const pass: TrainingPass = {
      seed: this.options.seed,
      step: this.#steps,
      observe: (node, statistics) => observed.set(node, statistics),
    };
    const target = tf.tensor2d(distribution, [labels.length, this.graph.classes]);
    let logits: tf.Tensor2D | undefined;
    const meanLoss = (...parameters: tf.Tensor[]): tf.Scalar => {
      logits = tf.keep(forward(this.graph, store.withParameters(parameters), batch, pass));
      const perImage = tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1);
      return tf.neg(tf.mean(perImage)) as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(meanLoss)([...store.parameters()]);
    const correct = countCorrect(logits!, labels);
    const totals = tf.add(this.#totals, tf.stack([tf.mul(value, labels.length), correct]));
    this.#totals.dispose();
    this.#totals = tf.keep(totals);
    logits!.dispose();
    store.updateStatistics(observed);
    store.parameterNames.forEach((name, i) => {
      const { parameter, slots } = updateParameter(
        this.options.optimizer,
        { parameter: store.get(name), slots: store.slotsOf(name) },
        grads[i]!,
        { learningRate, step: this.#steps + 1 },
      );
      store.set(name, parameter);
      store.setSlots(name, slots);
    });
  }

  async readTotals(): Promise<StepTotals> {
    const [lossSum, correct] = (await this.#wait()) as unknown as [number, number];
    const images = this.#images;
    this.#images = 0;
    this.#totals.dispose();
    this.#totals = tf.keep(tf.zeros([2]));
    return { images, lossSum, correct };
  }

  /** Reading two numbers waits for every step before them. */
  async #wait(): Promise<ArrayLike<number>> {
    const values = await this.#totals.data();
    this.#queued = 0;
    this.device.check();
    return values;
  }

  async evaluate(set: ImageSet): Promise<EvaluationResult> {
    const { images, labels } = set;
    assertImages(set, this.graph);
    let totals: tf.Tensor = tf.zeros([2]);
    for (let start = 0; start < labels.length; start += evaluationBatch) {
      const end = Math.min(labels.length, start + evaluationBatch);
      const part = labels.subarray(start, end);
      const next = tf.tidy(() => {
        const logits = this.#logits(images, start, end);
        const target = tf.tensor2d(targets(part, this.graph.classes, 0), [
          part.length,
          this.graph.classes,
        ]);
        const loss = tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits))));
        return tf.add(totals, tf.stack([loss, countCorrect(logits, part)]));
      });
      totals.dispose();
      totals = next;
      // Waiting for each batch bounds the queue and lets an abort be heard.
      await totals.data();
    }
    const [loss, correct] = (await totals.data()) as unknown as [number, number];
    totals.dispose();
    await this.device.settle();
    return { images: labels.length, loss: loss / labels.length, accuracy: correct / labels.length };
  }

  async predict(images: Uint8Array): Promise<Float32Array> {
    const count = images.length / imageBytes(this.graph.input);
    const classes = this.graph.classes;
    const result = new Float32Array(count * classes);
    for (let start = 0; start < count; start += evaluationBatch) {
      const end = Math.min(count, start + evaluationBatch);
      const probabilities = tf.tidy(() => tf.softmax(this.#logits(images, start, end)));
      result.set((await probabilities.data()) as Float32Array, start * classes);
      probabilities.dispose();
    }
    await this.device.settle();
    return result;
  }

  #logits(images: Uint8Array, start: number, end: number): tf.Tensor2D {
    const { input } = this.graph;
    const values = plainBatch(images, { start, end }, input, this.#table);
    const { height, width, channels } = input;
    const batch = tf.tensor4d(values, [end - start, height, width, channels]);
    return forward(this.graph, this.#store.weights(), batch, null);
  }

  dispose(): void {
    this.#store.dispose();
    this.#totals.dispose();
    this.#set = null;
  }
}

function countCorrect(logits: tf.Tensor2D, labels: Uint8Array): tf.Tensor {
  const truth = tf.tensor1d(Int32Array.from(labels), "int32");
  return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), truth), "float32"));
}
