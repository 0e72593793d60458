import type { Precision } from "../core/config/types.ts";
import type { EngineDevice } from "./device.ts";
import type { KernelTable } from "./kernel-table.ts";
import type { Graph } from "./model/graph.ts";
import type { NetworkEngine, EngineOptions } from "./network-engine.ts";

/** `auto`: our kernels on WebGPU, plain TensorFlow.js elsewhere. `webgpu-f16` needs an adapter with 16-bit floats. */
export const engineChoices = ["auto", "reference", "webgpu", "webgpu-f16"] as const;
/** One of `engineChoices`. */
export type EngineChoice = (typeof engineChoices)[number];

/** Which engine, and with which kernels. */
export interface EngineKind {
  readonly choice?: EngineChoice | undefined;
  /** Measured variants; the defaults without them. */
  readonly kernels?: KernelTable | undefined;
}

/** What suits the device, with the kernels that are usually fastest. */
export const defaultEngineKind = { choice: "auto" } as const satisfies EngineKind;

/** Compiles a network for a device.
 *  @throws AppError "network-invalid", "network-too-large", "gpu-unavailable", "gpu-memory", "gpu-validation", "gpu-lost" */
export async function createEngine(
  device: EngineDevice,
  graph: Graph,
  options: EngineOptions,
  { choice = defaultEngineKind.choice, kernels }: EngineKind = defaultEngineKind,
): Promise<NetworkEngine> {
  if (choice === "reference" || (choice === "auto" && device.gpu === null)) {
    const { createReferenceEngine } = await import("./reference/engine.ts");
    return createReferenceEngine(device, graph, options);
  }
  const { createWebGpuEngine } = await import("./webgpu/index.ts");
  return createWebGpuEngine(device, graph, options, { precision: precisionOf(choice), kernels });
}

/** What a trial trains with: our own kernels wherever there is WebGPU. */
export const engineFor = (precision: Precision): EngineChoice =>
  precision === "f16" ? "webgpu-f16" : "auto";

/** Of our own kernels. */
export const precisionOf = (choice: EngineChoice): Precision =>
  choice === "webgpu-f16" ? "f16" : "f32";
