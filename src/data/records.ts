import { AppError } from "../core/errors.ts";
import { imageBytes, type DatasetShape } from "../engine/dataset-shape.ts";
import type { ImageSet } from "../engine/network-engine.ts";
import { word } from "../core/words/index.ts";

/** Bytes of a record: a label and an image, plane after plane. */
export const recordBytes = (shape: DatasetShape): number => 1 + imageBytes(shape);

/** Splits records into images and labels.
 *  @throws AppError "dataset-format" for a length that is no multiple of a record, or a label that is no class */
export function parseRecords(records: Uint8Array, shape: DatasetShape): ImageSet {
  const count = checkRecords(records, shape);
  const [size, step] = [imageBytes(shape), recordBytes(shape)];
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const start = i * step;
    labels[i] = records[start]!;
    images.set(records.subarray(start + 1, start + step), i * size);
  }
  return { images, labels, shape };
}

/** The inverse of `parseRecords`. */
export function toRecords({ images, labels, shape }: ImageSet): Uint8Array<ArrayBuffer> {
  const count = labels.length;
  const [size, step] = [imageBytes(shape), recordBytes(shape)];
  if (images.length !== count * size)
    throw new RangeError(`images: expected ${count * size} bytes, got ${images.length}`);
  const records = new Uint8Array(count * step);
  for (let i = 0; i < count; i++) {
    records[i * step] = labels[i]!;
    records.set(images.subarray(i * size, (i + 1) * size), i * step + 1);
  }
  return records;
}

/** @returns the number of records @throws AppError "dataset-format" */
export function checkRecords(records: Uint8Array, shape: DatasetShape): number {
  const step = recordBytes(shape);
  const classes = shape.classes.length;
  const count = records.length / step;
  if (!Number.isInteger(count))
    throw new AppError(
      "dataset-format",
      word("part-of-a-record", { record: step, bytes: records.length }),
      { sizeBytes: records.length },
    );
  for (let i = 0; i < count; i++)
    if (records[i * step]! >= classes)
      throw new AppError(
        "dataset-format",
        word("record-label", { record: i, label: records[i * step]!, most: classes - 1 }),
        { record: i, label: records[i * step]! },
      );
  return count;
}
