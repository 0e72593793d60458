import type { AppError } from "../core/errors.ts";

/** Why training does not run on WebGPU; message keys of the page. */
export type FallbackReason = "insecure-context" | "no-webgpu" | "no-adapter" | "device-failed";

/** A product of small matrices [M, K] · [K, N] that a GPU has units for, as the adapter names it.
 *  @see https://github.com/gpuweb/gpuweb/blob/main/proposals/subgroup-matrix.md */
export interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** Where networks train: TensorFlow.js is set to this backend. One per JavaScript realm. */
export interface EngineDevice {
  readonly backend: "webgpu" | "webgl" | "cpu";
  /** Readable name, e.g. `Apple M2` or `SwiftShader (software)`. */
  readonly adapter: string;
  readonly software: boolean;
  /** True when WGSL may use f16. */
  readonly halfPrecision: boolean;
  readonly fallbackReason: FallbackReason | null;
  /** Largest single buffer that kernels can bind; 0 where unknown. */
  readonly maxBufferBytes: number;
  /** What WGSL may use of the GPU's matrix units; of browsers that show them. */
  readonly matrixConfigs: readonly MatrixConfig[];
  /** The device that TensorFlow.js and our own kernels share; null on other backends. */
  readonly gpu: GPUDevice | null;
  /** The first error the device reported ("gpu-lost", "gpu-validation", "gpu-memory"); it is never cleared. */
  readonly failure: AppError | null;
  /** Throws `failure` if there is one. Call it after whatever waited for the GPU. */
  check(): void;
  /** Waits until every error of the work so far has been told, then throws `failure` if there is one. An error's event may
   *  come later than the values that are wrong because of it: call it before a result is believed. */
  settle(): Promise<void>;
  /** Called once, with the first failure. */
  onFailure(listener: (failure: AppError) => void): void;
  dispose(): void;
}
