import type { EngineDevice } from "../device.ts";
import type { KernelTable } from "../kernel-table.ts";
import type { Graph } from "../model/graph.ts";
import type { EngineOptions } from "../network-engine.ts";
import type { Real } from "./conv/conv-shape.ts";
import type { DeviceProgram } from "./device-program.ts";
import type { NetworkPlan } from "./plan/plan-context.ts";

/** What the parts of an engine share. */
export interface EngineParts {
  readonly device: EngineDevice;
  readonly gpu: GPUDevice;
  readonly graph: Graph;
  readonly options: EngineOptions;
  readonly plan: NetworkPlan;
  readonly program: DeviceProgram;
  readonly precision: Real;
  readonly kernels: KernelTable | undefined;
  readonly maxBindingBytes: number;
}
