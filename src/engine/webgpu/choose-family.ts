import type { EngineDevice } from "../device.ts";
import type { KernelFamily, MatrixUnit, MatrixUnits, Real } from "./conv/conv-shape.ts";
import { unitFits } from "./kernels/matrix-product.ts";

/** What tells a device's matrix units. */
export type MatrixDevice = Pick<EngineDevice, "gpu" | "matrixConfigs">;

/** Real GPUs share tiles in workgroup memory; software adapters run barriers slowly. */
export function chooseFamily(device: EngineDevice): KernelFamily {
  const gpu = device.gpu!;
  if (!device.software) return { kind: "workgroup", matrices: matrixUnits(device) };
  const { subgroupMinSize: least, subgroupMaxSize: most } = gpu.adapterInfo;
  const fixed = gpu.features.has("subgroups") && least === most && least >= 4;
  return fixed ? { kind: "subgroup", lanes: least } : { kind: "register", lanes: 8 };
}

/** The units for small matrix products that a device shows and our kernels take, the largest products first choice. */
export function matrixUnits({ gpu, matrixConfigs }: MatrixDevice): MatrixUnits {
  const { subgroupMinSize: least, subgroupMaxSize: lanes } = gpu!.adapterInfo;
  // Which thread is in which subgroup is known only where their size is.
  if (!gpu!.features.has("subgroups") || least !== lanes) return {};
  const largest = (operand: Real): MatrixUnit | undefined =>
    matrixConfigs
      .filter((one) => one.componentType === operand && one.resultComponentType === "f32")
      .map(({ M, N, K }) => ({ operand, rows: M, columns: N, inner: K, lanes }))
      .filter((unit) => unitFits(unit, gpu!.limits))
      .sort((a, b) => b.rows * b.columns * b.inner - a.rows * a.columns * a.inner)[0];
  const f32 = largest("f32");
  // Half precision, too, is added up in f32 alone.
  const f16 = largest("f16") ?? f32;
  return { ...(f32 ? { f32 } : {}), ...(f16 ? { f16 } : {}) };
}
