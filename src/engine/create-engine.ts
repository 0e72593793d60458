import { AppError } from "../core/errors.ts";
import type { EngineDevice } from "./device.ts";
import type { Graph } from "./model/graph.ts";
import type { NetworkEngine, NetworkOptions } from "./network-engine.ts";

/** `auto`: our kernels on WebGPU, plain TensorFlow.js elsewhere. */
export type EngineChoice = "auto" | "reference" | "webgpu";

/** Compiles a network for a device.
 *  @throws AppError "network-invalid", "network-too-large", "gpu-memory", "gpu-validation", "gpu-lost" */
export async function createEngine(
  device: EngineDevice,
  graph: Graph,
  options: NetworkOptions,
  choice: EngineChoice = "auto",
): Promise<NetworkEngine> {
  if (choice === "webgpu" || (choice === "auto" && device.gpu)) {
    const { createWebGpuEngine } = await import("./webgpu/index.ts");
    try {
      return await createWebGpuEngine(device, graph, options);
    } catch (error) {
      // What our kernels do not cover, TensorFlow.js' may; everything else is an answer.
      if (choice === "webgpu" || !(error instanceof AppError) || error.code !== "network-invalid")
        throw error;
    }
  }
  const { createReferenceEngine } = await import("./reference/engine.ts");
  return createReferenceEngine(device, graph, options);
}
