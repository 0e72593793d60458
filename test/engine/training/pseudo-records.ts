import { pseudoImages } from "../engine-oracle.ts";

/** Seeded images in CIFAR-10's binary format: a label byte and 3,072 bytes each. */
export function pseudoRecords(seed: number, count: number): Uint8Array {
  const { images, labels } = pseudoImages(seed, count);
  const records = new Uint8Array(count * 3073);
  labels.forEach((label, i) => {
    records[i * 3073] = label;
    records.set(images.subarray(i * 3072, (i + 1) * 3072), i * 3073 + 1);
  });
  return records;
}
