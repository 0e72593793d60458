import { openDevice } from "../../src/engine/device.ts";
import { createReferenceEngine } from "../../src/engine/reference/engine.ts";
import { describeEngineOracle } from "./engine-oracle.ts";

const device = await openDevice({ backend: "cpu" });

describeEngineOracle("the reference engine on the CPU backend", (graph, options) =>
  createReferenceEngine(device, graph, options),
);
