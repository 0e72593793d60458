import { AppError } from "../../../core/errors.ts";
import { DeviceProgram } from "../device-program.ts";
import type { NetworkPlan } from "./plan-context.ts";
import { word } from "../../../core/words/index.ts";

/** Allocates a network's buffers for a batch. No browser says how much memory a GPU has, so the GPU is asked by trying.
 *  @throws AppError "gpu-memory" with the largest of batch/2, batch/4, … that the GPU has room for now; 0 for none */
export async function allocate(
  gpu: GPUDevice,
  batch: number,
  planFor: (batch: number) => NetworkPlan,
): Promise<{ readonly plan: NetworkPlan; readonly program: DeviceProgram }> {
  const plan = planFor(batch);
  try {
    return { plan, program: await DeviceProgram.create(gpu, plan.regions, plan.sequence) };
  } catch (error) {
    if (!(error instanceof AppError) || error.word.code !== "no-room") throw error;
    const { bytes } = error.word.values;
    const largestBatchSize = await batchWithRoom(gpu, batch, planFor);
    const said = word("no-room-but-for", { bytes, batch: largestBatchSize });
    throw new AppError("gpu-memory", said, {
      ...error.details,
      batchSize: batch,
      largestBatchSize,
    });
  }
}

async function batchWithRoom(
  gpu: GPUDevice,
  batch: number,
  planFor: (batch: number) => NetworkPlan,
): Promise<number> {
  for (let smaller = batch >> 1; smaller >= 1; smaller >>= 1) {
    const { regions, sequence } = planFor(smaller);
    const program = await DeviceProgram.create(gpu, regions, sequence).catch(() => null);
    program?.dispose();
    if (program) return smaller;
  }
  return 0;
}
