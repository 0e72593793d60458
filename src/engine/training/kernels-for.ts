import { precisionOf } from "../create-engine.ts";
import type { EngineDevice } from "../device.ts";
import type { KernelMemory, KernelTable, KernelVariants } from "../kernel-table.ts";
import type { Graph } from "../model/graph.ts";
import type { TrialTask } from "./trial.ts";

/** Where measured variants may come from. */
export interface KernelSources {
  /** Of the checkpoint that training goes on from. */
  readonly before?: KernelTable | undefined;
  readonly memory?: KernelMemory | undefined;
  readonly signal?: AbortSignal;
}

/** The variants of kernels that a trial is to train with: its checkpoint's, if that comes from this adapter; else what the
 *  memory knows, completed by a measurement of at most two seconds before the first step. It does not run beside the first
 *  epoch: then the first run of a trial would change kernels on its way, and a second run of it, which knows the choices from
 *  the start, would not give the same bits.
 *  @returns undefined: the defaults */
export async function kernelsFor(
  device: EngineDevice,
  graph: Graph,
  { engine = "auto", hyperparameters }: Pick<TrialTask, "engine" | "hyperparameters">,
  { before, memory, signal = new AbortController().signal }: KernelSources,
): Promise<KernelTable | undefined> {
  if (device.gpu === null || engine === "reference") return undefined;
  const { chooseKernels, kernelAdapter } = await import("../webgpu/index.ts");
  const adapter = kernelAdapter(device);
  if (before?.adapter === adapter) return before;
  if (!memory || (device.software && !memory.software)) return undefined;
  const { batchSize } = hyperparameters;
  let variants: KernelVariants = {};
  await memory.update(adapter, async (known) => {
    variants = await chooseKernels(signal, device, graph, {
      batch: batchSize,
      real: precisionOf(engine),
      known,
    });
    return { ...known, ...variants };
  });
  return { adapter, variants };
}
