import type { AppError } from "../core/errors.ts";

/** Why training does not run on WebGPU; message keys of the page. */
export type FallbackReason = "insecure-context" | "no-webgpu" | "no-adapter" | "device-failed";

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
