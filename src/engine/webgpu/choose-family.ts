import type { EngineDevice } from "../device.ts";
import type { KernelFamily } from "./conv-shape.ts";

/** Real GPUs share tiles in workgroup memory; software adapters run barriers slowly. */
export function chooseFamily(device: EngineDevice): KernelFamily {
  if (!device.software) return { kind: "workgroup" };
  const { subgroupMinSize: least, subgroupMaxSize: most } = device.gpu!.adapterInfo;
  const fixed = device.gpu!.features.has("subgroups") && least === most && least >= 4;
  return fixed ? { kind: "subgroup", lanes: least } : { kind: "register", lanes: 8 };
}
