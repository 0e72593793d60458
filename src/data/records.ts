import { AppError } from "../core/errors.ts";
import type { ImageSet } from "../engine/network-engine.ts";

/** Bytes of an image: three planes R, G, B of 32x32. */
export const imageBytes = 3072;
/** One record of CIFAR-10's binary format: a label byte and an image. */
export const recordBytes = 1 + imageBytes;
export const classCount = 10;

/** Splits records into images [n, 3072] and labels [n].
 *  @throws AppError "dataset-format" for a length that is no multiple of a record, or a label above 9 */
export function parseRecords(records: Uint8Array): ImageSet {
  const count = checkRecords(records);
  const images = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const start = i * recordBytes;
    labels[i] = records[start]!;
    images.set(records.subarray(start + 1, start + recordBytes), i * imageBytes);
  }
  return { images, labels };
}

/** The inverse of `parseRecords`. */
export function toRecords(set: ImageSet): Uint8Array<ArrayBuffer> {
  const count = set.labels.length;
  if (set.images.length !== count * imageBytes)
    throw new RangeError(`images: expected ${count * imageBytes} bytes, got ${set.images.length}`);
  const records = new Uint8Array(count * recordBytes);
  for (let i = 0; i < count; i++) {
    records[i * recordBytes] = set.labels[i]!;
    records.set(
      set.images.subarray(i * imageBytes, (i + 1) * imageBytes),
      i * recordBytes + 1,
    );
  }
  return records;
}

/** @returns the number of records @throws AppError "dataset-format" */
export function checkRecords(records: Uint8Array): number {
  const count = records.length / recordBytes;
  if (!Number.isInteger(count))
    throw new AppError(
      "dataset-format",
      `Records of ${recordBytes} bytes are expected; ${records.length} bytes are not a whole number of them.`,
      { sizeBytes: records.length },
    );
  for (let i = 0; i < count; i++)
    if (records[i * recordBytes]! >= classCount)
      throw new AppError(
        "dataset-format",
        `Record ${i} has the label ${records[i * recordBytes]}; labels are 0 to ${classCount - 1}.`,
        { record: i, label: records[i * recordBytes]! },
      );
  return count;
}
