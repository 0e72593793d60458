import { AppError } from "../../../src/core/errors.ts";
import { openDevice, type EngineDevice } from "../../../src/engine/device.ts";
import { installNodeGpu } from "../../node-gpu.ts";

/** WebGPU through Dawn; without a Vulkan driver TensorFlow.js' CPU backend, with a warning. */
export async function openNodeDevice(backend?: EngineDevice["backend"]): Promise<EngineDevice> {
  if (backend === "cpu") return openDevice({ backend });
  try {
    await installNodeGpu();
  } catch (error) {
    if (!(error instanceof AppError) || backend !== undefined) throw error;
    console.error(`${error.message} Training goes on the CPU, slowly.`);
  }
  return openDevice(backend ? { backend } : {});
}
