import type { DispatchTime } from "../../../../src/engine/webgpu/index.ts";
import type { EngineDevice } from "../../../../src/engine/device.ts";

/** Something that trains the plain CIFAR ResNet-18 and can be timed. */
export interface Contender {
  /** Enqueues one training step with SGD of momentum 0.9 on a fixed batch. */
  step(): Promise<void>;
  /** Waits for all steps. @returns the last loss, so that a benchmark of nothing shows */
  finish(): Promise<number>;
  /** Times every dispatch of some further steps; only our own kernels can. */
  profile?(): Promise<readonly DispatchTime[]>;
  dispose(): void;
}

export interface Workload {
  readonly width: number;
  readonly batch: number;
}

export type ContenderFactory = (device: EngineDevice, workload: Workload) => Promise<Contender>;

/** One contender on one workload. */
export interface Measured extends Workload {
  readonly engine: string;
  /** Median over the repetitions. */
  readonly imagesPerSecond: number;
  readonly imagesPerSecondRange: readonly [least: number, most: number];
  /** 2 x multiply-adds x 3 per image, as if nothing were saved by a cleverer algorithm. */
  readonly usefulGflops: number;
  /** Of the best product's GFLOP/s right before and after each repetition, on average; median over the repetitions. */
  readonly shareOfCeiling: number;
  readonly dispatchesPerStep: number;
  readonly submitsPerStep: number;
  /** GPU buffers made after the first two steps. */
  readonly buffersPerStep: number;
  /** Time until the call returns, median of the steps that found the GPU's queue empty. */
  readonly jsMsPerStep: number;
  /** All GPU buffers alive after two steps; of the data set only the batch. */
  readonly gpuBytes: number;
  /** From nothing to the first loss, compilation included. */
  readonly firstStepMs: number;
  readonly loss: number;
}
