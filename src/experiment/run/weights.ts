import type { CheckpointRef } from "../../core/journal/events.ts";
import { decodeCheckpoint, encodeWeights } from "../../engine/training/checkpoint.ts";
import { loadCheckpoint } from "../../storage/files/checkpoint-files.ts";
import type { FileStore } from "../../storage/files/file-store.ts";

/** A trial's weights as a safetensors file with PyTorch's state_dict names, without the optimizer's slots.
 *  @throws AppError "checkpoint-corrupt" when they are missing or damaged */
export async function readWeights(files: FileStore, checkpoint: CheckpointRef): Promise<Blob> {
  const { state, epoch } = decodeCheckpoint(await loadCheckpoint(files, checkpoint));
  return new Blob([encodeWeights(state, { epoch: String(epoch) })], {
    type: "application/octet-stream",
  });
}
