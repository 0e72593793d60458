import type { EngineDevice } from "../../../../src/engine/device.ts";

/** Something that trains the plain CIFAR ResNet-18 and can be timed. */
export interface Contender {
  /** Enqueues one training step with SGD of momentum 0.9 on a fixed batch. */
  step(): Promise<void>;
  /** Waits for all steps. @returns the last loss, so that a benchmark of nothing shows */
  finish(): Promise<number>;
  readonly gpuBytes: number;
  dispose(): void;
}

export interface Workload {
  readonly width: number;
  readonly batch: number;
}

export type ContenderFactory = (device: EngineDevice, workload: Workload) => Promise<Contender>;

/** One row of the benchmark's table. */
export interface BenchRow extends Workload {
  readonly engine: string;
  readonly imagesPerSecond: number;
  readonly dispatchesPerStep: number;
  readonly submitsPerStep: number;
  readonly jsMsPerStep: number;
  readonly gpuBytes: number;
  readonly firstStepMs: number;
  readonly loss: number;
}
