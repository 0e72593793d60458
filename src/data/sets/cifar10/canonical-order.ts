import { AppError } from "../../../core/errors.ts";
import { recordBytes as bytesOfRecord } from "../../records.ts";
import type { ShardPiece } from "../../sources/source.ts";
import { cifar10Manifest, shape } from "./manifest.ts";
import { word } from "../../../core/words/index.ts";

const recordBytes = bytesOfRecord(shape);
const classCount = shape.classes.length;

/** Images of the whole set, training images first. */
export const cifar10Count = 60_000;

/** Brings the records of CIFAR-10 from any order into the official one. `order[i]` is the rank of official record i when
 *  all records are sorted by their SHA-256; the shards' own digests then prove the result, image by image.
 *  @param records 60,000 records in any order, training and test images in any mixture
 *  @throws AppError "dataset-corrupt" when count or labels are wrong already */
export async function* toCanonicalShards(
  records: Uint8Array<ArrayBuffer>,
  order: Uint16Array,
): AsyncGenerator<ShardPiece, void, undefined> {
  checkCounts(records);
  const sorted = await sortByDigest(records);
  let position = 0;
  for (const { name, count } of cifar10Manifest.shards) {
    const bytes = new Uint8Array(count * recordBytes);
    for (let i = 0; i < count; i++) {
      const from = sorted[order[position++]!]! * recordBytes;
      bytes.set(records.subarray(from, from + recordBytes), i * recordBytes);
    }
    yield { name, bytes };
  }
}

function checkCounts(records: Uint8Array): void {
  const count = records.length / recordBytes;
  const perClass = new Array<number>(classCount).fill(0);
  for (let at = 0; at < records.length; at += recordBytes) {
    const label = records[at]!;
    perClass[label] = (perClass[label] ?? 0) + 1;
  }
  if (count !== cifar10Count || perClass.some((images) => images !== cifar10Count / classCount))
    throw new AppError(
      "dataset-corrupt",
      word("not-cifar", { images: count, perClass }),
      { images: count },
    );
}

/** Indices of the records in the order of their SHA-256. */
export async function sortByDigest(records: Uint8Array<ArrayBuffer>): Promise<Uint32Array> {
  const count = records.length / recordBytes;
  const digests = new Uint32Array(count * 8);
  const batch = 256;
  for (let start = 0; start < count; start += batch) {
    const indices = Array.from({ length: Math.min(batch, count - start) }, (_, i) => start + i);
    const parts = await Promise.all(
      indices.map((i) =>
        crypto.subtle.digest("SHA-256", records.subarray(i * recordBytes, (i + 1) * recordBytes)),
      ),
    );
    parts.forEach((digest, i) => {
      const view = new DataView(digest);
      for (let word = 0; word < 8; word++)
        digests[(start + i) * 8 + word] = view.getUint32(word * 4);
    });
  }
  return Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => {
    for (let word = 0; word < 8; word++) {
      const difference = digests[a * 8 + word]! - digests[b * 8 + word]!;
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** The bytes of `order.bin`. @throws AppError "dataset-format" */
export function parseOrder(bytes: Uint8Array): Uint16Array {
  if (bytes.length !== 2 * cifar10Count)
    throw new AppError("dataset-format", word("order-file"), {
      sizeBytes: bytes.length,
    });
  return Uint16Array.from({ length: cifar10Count }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
}
