import { createWebGpuEngine } from "../../../src/engine/webgpu/engine.ts";
import { describeEngineOracle } from "../engine-oracle.ts";
import { testDevice } from "./kernel-harness.ts";

const device = await testDevice();

describeEngineOracle("the WebGPU engine", (graph, options) =>
  createWebGpuEngine(device, graph, options),
);
