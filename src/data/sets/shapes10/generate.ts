import { createRng } from "../../../core/math/rng.ts";
import { recordBytes as bytesOfRecord } from "../../records.ts";
import { shape } from "./manifest.ts";
import { renderShape } from "./render.ts";

const recordBytes = bytesOfRecord(shape);

/** Records `start` .. `start + count - 1` of Shapes-10 in CIFAR-10's binary format.
 *  An image depends on (seed, split, index) alone; every ten successive images hold each class once. */
export function generateShapes(
  seed: number,
  split: "train" | "test",
  start: number,
  count: number,
): Uint8Array<ArrayBuffer> {
  const records = new Uint8Array(count * recordBytes);
  for (let i = 0; i < count; i++) {
    const index = start + i;
    const block = createRng(seed, "shapes10", split, "labels", Math.floor(index / 10));
    const label = block.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])[index % 10]!;
    const record = records.subarray(i * recordBytes, (i + 1) * recordBytes);
    record[0] = label;
    renderShape(label, createRng(seed, "shapes10", split, index), record.subarray(1));
  }
  return records;
}
