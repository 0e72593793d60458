import type { ExperimentState } from "../../../core/journal/state.ts";

/** Bytes of the last checkpoint that found no room, null once there was room for a later one. */
export function unsavedCheckpoint({ log, trials }: ExperimentState): number | null {
  const note = log.findLast(
    (event) =>
      event.type === "note" &&
      event.code === "checkpoint-skipped" &&
      event.details["code"] === "storage-quota",
  );
  if (note?.type !== "note") return null;
  const [trial, epoch, step, sizeBytes] = ["trial", "epoch", "step", "sizeBytes"].map((key) =>
    Number(note.details[key]),
  ) as [number, number, number, number];
  const later = trials.some(
    ({ number, checkpoint }) =>
      checkpoint &&
      (number > trial ||
        (number === trial &&
          (checkpoint.epoch > epoch || (checkpoint.epoch === epoch && checkpoint.step >= step)))),
  );
  return later || !Number.isFinite(sizeBytes) ? null : sizeBytes;
}
