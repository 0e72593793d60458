import * as tf from "@tensorflow/tfjs-core";
import { AppError } from "../core/errors.ts";
import { describeAdapter, isSoftware } from "./adapter-name.ts";
import { DeviceFailure } from "./device-failure.ts";
import type { EngineDevice, FallbackReason, MatrixConfig } from "./engine-device.ts";
import { macrotask } from "./macrotask.ts";
import { openWebGl } from "./webgl-device.ts";
import { asWritten, word } from "../core/words/index.ts";

export type { EngineDevice, FallbackReason } from "./engine-device.ts";

/** Which device is wanted; the best there is when nothing is said. */
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
    if ("backend" in opened) return opened;
    ({ reason } = opened);
    if (wanted === "webgpu") throw unavailable(opened);
  }
  if (wanted !== "cpu") {
    const opened = await openWebGl(reason);
    if (opened) return opened;
    if (wanted === "webgl") throw new AppError("gpu-unavailable", word("no-webgl"));
  }
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  return cpuDevice(reason);
}

/** Another WebGPU device on the adapter. TensorFlow.js does not know it, so only our own kernels run there.
 *  @throws AppError "gpu-unavailable" */
export async function openSecondDevice(): Promise<EngineDevice> {
  const requested = await requestWebGpu("high-performance");
  if ("reason" in requested) throw unavailable(requested);
  const { device, adapter } = requested;
  return webGpuDevice(device, adapter, () => device.destroy());
}

/** Why there is no WebGPU device. */
interface Refusal {
  readonly reason: FallbackReason;
  /** The browser's own words, where it has any. */
  readonly cause?: string;
}

const unavailable = (refusal: Refusal): AppError =>
  new AppError("gpu-unavailable", word("no-webgpu", { reason: refusal.reason }), { ...refusal });

/** Which step failed makes no difference to the user: the next backend is tried and the reason is shown. */
const refusalBy = (error: unknown): Refusal => ({
  reason: "device-failed",
  cause: error instanceof Error ? error.message : String(error),
});

async function openWebGpu(powerPreference: GPUPowerPreference): Promise<EngineDevice | Refusal> {
  const requested = await requestWebGpu(powerPreference);
  if ("reason" in requested) return requested;
  const { device, adapter } = requested;
  try {
    const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
    removeWebGpuBackend();
    tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info), 3);
    await tf.setBackend("webgpu");
  } catch (error) {
    return refusalBy(error);
  }
  return webGpuDevice(device, adapter, () => {
    removeWebGpuBackend();
    device.destroy();
  });
}

async function requestWebGpu(
  powerPreference: GPUPowerPreference,
): Promise<{ readonly device: GPUDevice; readonly adapter: GPUAdapter } | Refusal> {
  if (globalThis.isSecureContext === false) return { reason: "insecure-context" };
  const gpu = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  if (!gpu) return { reason: "no-webgpu" };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference });
    if (!adapter) return { reason: "no-adapter" };
    const device = await adapter.requestDevice({
      requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
    });
    return { device, adapter };
  } catch (error) {
    return refusalBy(error);
  }
}

/** Importing the module registers a backend that would ask for a device of its own. */
function removeWebGpuBackend(): void {
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
}

const subgroupMatrix = "chromium-experimental-subgroup-matrix" as GPUFeatureName;

const wantedFeatures: readonly GPUFeatureName[] = [
  "shader-f16",
  "subgroups",
  "timestamp-query",
  // Not in the published standard yet; granted only where the browser was told to.
  subgroupMatrix,
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

/** Dawn tells them of adapters alone, not of their devices. */
function matrixConfigs(device: GPUDevice, { info }: GPUAdapter): readonly MatrixConfig[] {
  if (!device.features.has(subgroupMatrix)) return [];
  const { subgroupMatrixConfigs: configs = [] } = info as GPUAdapterInfo & {
    readonly subgroupMatrixConfigs?: Iterable<MatrixConfig>;
  };
  return Array.from(configs, ({ componentType, resultComponentType, M, N, K }) => ({
    ...{ componentType, resultComponentType, M, N, K },
  }));
}

function webGpuDevice(device: GPUDevice, adapter: GPUAdapter, close: () => void): EngineDevice {
  const failure = new DeviceFailure();
  device.addEventListener("uncapturederror", (event) => failure.fail(fromGpuError(event.error)));
  void device.lost.then((info) =>
    failure.fail(
      new AppError(
        "gpu-lost",
        word("device-lost", { reason: asWritten(info.message || info.reason) }),
        {
          reason: info.reason,
        },
      ),
    ),
  );
  return {
    backend: "webgpu",
    adapter: describeAdapter(adapter),
    software: isSoftware(adapter),
    halfPrecision: device.features.has("shader-f16"),
    matrixConfigs: matrixConfigs(device, adapter),
    fallbackReason: null,
    maxBufferBytes: Math.min(
      device.limits.maxBufferSize,
      device.limits.maxStorageBufferBindingSize,
    ),
    gpu: device,
    get failure() {
      return failure.current;
    },
    check: () => failure.check(),
    async settle() {
      if (!failure.current && !(await errorsAreTold(device))) await device.lost;
      failure.check();
    },
    onFailure: (listener) => failure.listen(listener),
    dispose() {
      failure.end();
      close();
    },
  };
}

/** Errors are told in the order of the commands: once a scope opened now answers, those before it have been told, each by an
 *  event of its own. False: the device does not answer any more. */
async function errorsAreTold(device: GPUDevice): Promise<boolean> {
  try {
    device.pushErrorScope("validation");
    await device.popErrorScope();
  } catch {
    // Only a lost device refuses; the loss is told by `lost`.
    return false;
  }
  await macrotask();
  return true;
}

function fromGpuError(error: GPUError): AppError {
  const kind = error.constructor.name;
  if (kind === "GPUOutOfMemoryError")
    return new AppError("gpu-memory", word("memory-full", { reason: asWritten(error.message) }));
  return new AppError(
    "gpu-validation",
    word("command-rejected", { reason: asWritten(error.message) }),
    { kind },
  );
}

function cpuDevice(fallbackReason: FallbackReason | null): EngineDevice {
  return {
    backend: "cpu",
    adapter: "CPU",
    software: true,
    halfPrecision: false,
    matrixConfigs: [],
    fallbackReason,
    maxBufferBytes: 0,
    gpu: null,
    failure: null,
    check() {},
    async settle() {},
    onFailure() {},
    // The backend registers itself once, when its module is loaded, so it stays.
    dispose() {},
  };
}
