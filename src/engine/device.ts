import * as tf from "@tensorflow/tfjs-core";
import { AppError } from "../core/errors.ts";
import { describeAdapter, isSoftware } from "./adapter-name.ts";

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
  /** Called once, with the first failure. */
  onFailure(listener: (failure: AppError) => void): void;
  dispose(): void;
}

export interface DeviceOptions {
  /** Skips the better backends, for tests and comparisons. */
  readonly backend?: EngineDevice["backend"];
  readonly powerPreference?: GPUPowerPreference;
}

/** Opens the best backend here: WebGPU, else WebGL, else the CPU, each with the reason for the step down.
 *  @throws AppError "gpu-unavailable" only when `options.backend` names one that is not to be had */
export async function openDevice(options: DeviceOptions = {}): Promise<EngineDevice> {
  const wanted = options.backend;
  let reason: FallbackReason | null = null;
  if (wanted === undefined || wanted === "webgpu") {
    const opened = await openWebGpu(options.powerPreference ?? "high-performance");
    if (typeof opened !== "string") return opened;
    reason = opened;
    if (wanted === "webgpu") throw new AppError("gpu-unavailable", `WebGPU: ${reason}`, { reason });
  }
  if (wanted !== "cpu") {
    const opened = await openWebGl(reason);
    if (opened) return opened;
    if (wanted === "webgl") throw new AppError("gpu-unavailable", "WebGL is not available here.");
  }
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  return plainDevice("cpu", "CPU", true, reason);
}

/** Another WebGPU device on the adapter. TensorFlow.js does not know it, so only our own kernels run there.
 *  @throws AppError "gpu-unavailable" */
export async function openSecondDevice(): Promise<EngineDevice> {
  const requested = await requestWebGpu("high-performance");
  if (typeof requested === "string")
    throw new AppError("gpu-unavailable", `WebGPU: ${requested}`, { reason: requested });
  const { device, adapter } = requested;
  return webGpuDevice(device, adapter, () => device.destroy());
}

async function openWebGpu(
  powerPreference: GPUPowerPreference,
): Promise<EngineDevice | FallbackReason> {
  const requested = await requestWebGpu(powerPreference);
  if (typeof requested === "string") return requested;
  const { device, adapter } = requested;
  try {
    const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
    removeWebGpuBackend();
    tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info), 3);
    await tf.setBackend("webgpu");
  } catch {
    return "device-failed";
  }
  return webGpuDevice(device, adapter, () => {
    removeWebGpuBackend();
    device.destroy();
  });
}

async function requestWebGpu(
  powerPreference: GPUPowerPreference,
): Promise<{ readonly device: GPUDevice; readonly adapter: GPUAdapter } | FallbackReason> {
  if (globalThis.isSecureContext === false) return "insecure-context";
  const gpu = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  if (!gpu) return "no-webgpu";
  try {
    const adapter = await gpu.requestAdapter({ powerPreference });
    if (!adapter) return "no-adapter";
    const device = await adapter.requestDevice({
      requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
    });
    return { device, adapter };
  } catch {
    // Which step failed makes no difference to the user: the next backend is tried and the reason is shown.
    return "device-failed";
  }
}

/** Importing the module registers a backend that would ask for a device of its own. */
function removeWebGpuBackend(): void {
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
}

const wantedFeatures: readonly GPUFeatureName[] = [
  "shader-f16",
  "subgroups",
  "timestamp-query",
  // Not in the published standard yet; granted only where the browser was told to.
  "chromium-experimental-subgroup-matrix" as GPUFeatureName,
];

const wantedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

function webGpuDevice(device: GPUDevice, adapter: GPUAdapter, close: () => void): EngineDevice {
  let failure: AppError | null = null;
  let disposed = false;
  const listeners: ((failure: AppError) => void)[] = [];
  const fail = (error: AppError): void => {
    if (failure || disposed) return;
    failure = error;
    for (const listener of listeners) listener(error);
  };
  device.addEventListener("uncapturederror", (event) => fail(fromGpuError(event.error)));
  void device.lost.then((info) =>
    fail(
      new AppError("gpu-lost", `The GPU device was lost: ${info.message || info.reason}`, {
        reason: info.reason,
      }),
    ),
  );
  return {
    backend: "webgpu",
    adapter: describeAdapter(adapter),
    software: isSoftware(adapter),
    halfPrecision: device.features.has("shader-f16"),
    fallbackReason: null,
    maxBufferBytes: Math.min(
      device.limits.maxBufferSize,
      device.limits.maxStorageBufferBindingSize,
    ),
    gpu: device,
    get failure() {
      return failure;
    },
    check() {
      if (failure) throw failure;
    },
    onFailure(listener) {
      if (failure) listener(failure);
      else listeners.push(listener);
    },
    dispose() {
      disposed = true;
      close();
    },
  };
}

function fromGpuError(error: GPUError): AppError {
  const kind = error.constructor.name;
  if (kind === "GPUOutOfMemoryError")
    return new AppError("gpu-memory", `The GPU has no memory left: ${error.message}`);
  return new AppError("gpu-validation", `The GPU rejected a command: ${error.message}`, { kind });
}

async function openWebGl(reason: FallbackReason | null): Promise<EngineDevice | null> {
  if (typeof OffscreenCanvas === "undefined" && typeof document === "undefined") return null;
  try {
    await import("@tensorflow/tfjs-backend-webgl");
    if (!(await tf.setBackend("webgl"))) return null;
    // Half-precision textures would train wrongly without saying so.
    if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_ENABLED")) return null;
    const name = rendererName();
    return plainDevice(
      "webgl",
      name,
      /swiftshader|llvmpipe|software|basic render/i.test(name),
      reason,
    );
  } catch {
    // No usable WebGL: the CPU backend always is.
    return null;
  }
}

function rendererName(): string {
  const canvas =
    typeof OffscreenCanvas === "undefined"
      ? document.createElement("canvas")
      : new OffscreenCanvas(1, 1);
  const context = canvas.getContext("webgl2") as WebGL2RenderingContext | null;
  const extension = context?.getExtension("WEBGL_debug_renderer_info");
  if (!context || !extension) return "WebGL";
  return String(context.getParameter(extension.UNMASKED_RENDERER_WEBGL));
}

function plainDevice(
  backend: "webgl" | "cpu",
  adapter: string,
  software: boolean,
  fallbackReason: FallbackReason | null,
): EngineDevice {
  return {
    backend,
    adapter,
    software,
    halfPrecision: false,
    fallbackReason,
    maxBufferBytes: 0,
    gpu: null,
    failure: null,
    check() {},
    onFailure() {},
    // The backend registers itself once, when its module is loaded, so it stays.
    dispose() {},
  };
}
