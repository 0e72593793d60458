import type { DatasetShape } from "./dataset-shape.ts";
import type { KernelTable } from "./kernel-table.ts";
import type { Graph } from "./model/graph.ts";
import type { OptimizerConfig } from "./training/optimizer-config.ts";

/** Labelled images: one plane of bytes after the other, [n, channels, height, width]; labels [n]. */
export interface ImageSet {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly shape: DatasetShape;
}

/** How a network is trained, as far as it is compiled for it. */
export interface EngineOptions {
  readonly batchSize: number;
  readonly optimizer: OptimizerConfig;
  readonly labelSmoothing: number;
  readonly augment: AugmentOptions;
  /** Normalisation of pixels scaled to [0, 1], one for each channel of the images. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Names every random choice inside a step: crop, flip, cutout, dropout. */
  readonly seed: number;
}

/** What happens to training images at random. */
export interface AugmentOptions {
  /** Padding of the random crop in black pixels, which normalisation then shifts, as torchvision does on a PIL image. */
  readonly cropPadding: number;
  readonly flip: boolean;
  /** Side of the erased square in pixels, 0 = none. */
  readonly cutout: number;
}

/** Sums over the training steps since the last read. */
export interface StepTotals {
  readonly images: number;
  readonly lossSum: number;
  readonly correct: number;
}

/** Means over `images`. */
export interface EvaluationResult {
  readonly images: number;
  /** Mean cross-entropy without label smoothing. */
  readonly loss: number;
  readonly accuracy: number;
}

/** A tensor as it leaves an engine: PyTorch's name and layout (conv [out, in/groups, kh, kw], dense [out, in]). */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Everything that makes training continue exactly: weights, running statistics, optimizer slots. */
export interface NetworkState {
  /** state_dict: `conv1.weight`, `bn1.running_mean`, `linear.bias`, … in graph order. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** slot name (`momentum_buffer`, `exp_avg`, …) -> parameter name -> tensor. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<string, NamedTensor>>;
  /** Optimizer steps done. */
  readonly steps: number;
}

/** One network compiled for one batch size on one backend. Two implementations, one meaning:
 *  `reference` (plain TensorFlow.js ops and autodiff, any backend; defines what is right) and `webgpu` (our own kernels).
 *  Errors: AppError "gpu-lost", "gpu-validation", "gpu-memory", "network-too-large". After an error the engine is unusable. */
export interface NetworkEngine {
  readonly kind: "reference" | "webgpu";
  readonly precision: "f32" | "f16";
  /** Measured choices it was made with; null for the defaults. */
  readonly kernels: KernelTable | null;
  readonly graph: Graph;
  readonly parameterCount: number;
  /** Bytes of GPU memory held (parameters, slots, activations, workspace; without the data set), 0 if unknown. */
  readonly gpuBytes: number;

  /** Makes the training images resident. The set is shared, not copied, where the backend allows. */
  setTrainingSet(set: ImageSet): Promise<void>;
  /** Loads weights, statistics and slots; missing slots start at zero. */
  restore(state: NetworkState): Promise<void>;
  /** Reads everything back. */
  snapshot(): Promise<NetworkState>;

  /** Fixes the order of an epoch: `order[i]` is an index into the training set. A last partial batch is dropped
   *  (every epoch is shuffled anew, so no image is left out for good). */
  beginEpoch(epoch: number, order: Uint32Array): void;
  /** Enqueues step `index` of the epoch (images order[index*B .. index*B+B)). Returns when it may be called again
   *  (bounded queue), not when the step is done. */
  step(index: number, learningRate: number): Promise<void>;
  /** Waits for all steps and returns and clears the sums. */
  readTotals(): Promise<StepTotals>;

  /** Evaluation mode over a whole set (running statistics, no augmentation), any length. */
  evaluate(set: ImageSet): Promise<EvaluationResult>;
  /** Class probabilities [n, classes], evaluation mode.
   *  @param images of the network's input shape */
  predict(images: Uint8Array): Promise<Float32Array>;

  dispose(): void;
}
