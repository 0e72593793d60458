import { installNodeGpu } from "../../scripts/node-gpu.ts";
import { openDevice } from "../../src/engine/device.ts";
import { createReferenceEngine } from "../../src/engine/reference/engine.ts";
import { describeEngineOracle } from "./engine-oracle.ts";

await installNodeGpu();
const device = await openDevice({ backend: "webgpu" });

describeEngineOracle("the reference engine on WebGPU", (graph, options) =>
  createReferenceEngine(device, graph, options),
);
