import type { DatasetName } from "../core/config/types.ts";
import { AppError } from "../core/errors.ts";
import type { ImageSet } from "../engine/network-engine.ts";
import type { ShardStore } from "../storage/shard-store.ts";
import type { DatasetManifest } from "./dataset.ts";
import { imageCount, manifests, parseManifest } from "./manifests.ts";
import { imageBytes, parseRecords, recordBytes } from "./records.ts";
import { verifyShard } from "./verify.ts";

/** The manifest that the stored shards belong to; the canonical one unless a deployment offers a part. */
export async function storedManifest(
  shards: ShardStore,
  dataset: DatasetName,
): Promise<DatasetManifest> {
  const stored = await shards.manifest(dataset);
  return stored === null ? manifests[dataset] : parseManifest(stored, dataset);
}

/** All images of one split, in the order of the manifest: what a trial worker trains on. Every shard's length, SHA-256
 *  and labels are checked at every load; a damaged shard is taken out, so that preparing again fetches just that one.
 *  @returns images [n, 3072], labels [n]
 *  @throws AppError "dataset-unavailable" when shards are missing, "dataset-corrupt" */
export async function loadSplit(
  shards: ShardStore,
  dataset: DatasetName,
  split: "train" | "test",
): Promise<ImageSet> {
  const manifest = await storedManifest(shards, dataset);
  const count = imageCount(manifest, split);
  const images = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count);
  let done = 0;
  for (const info of manifest.shards.filter((one) => one.split === split)) {
    const bytes = await loadShard(shards, manifest, info.name);
    const part = parseRecords(bytes);
    images.set(part.images, done * imageBytes);
    labels.set(part.labels, done);
    done += info.count;
  }
  return { images, labels };
}

/** A few images by index, e.g. for the page. Reads and verifies just the shards they lie in.
 *  @returns images [indices, 3072], labels [indices] */
export async function loadImages(
  shards: ShardStore,
  dataset: DatasetName,
  split: "train" | "test",
  indices: readonly number[],
): Promise<ImageSet> {
  const manifest = await storedManifest(shards, dataset);
  const images = new Uint8Array(indices.length * imageBytes);
  const labels = new Uint8Array(indices.length);
  let first = 0;
  let found = 0;
  for (const info of manifest.shards.filter((one) => one.split === split)) {
    const here = indices.flatMap((index, position) =>
      index >= first && index < first + info.count ? [{ at: index - first, position }] : [],
    );
    if (here.length > 0) {
      const bytes = await loadShard(shards, manifest, info.name);
      for (const { at, position } of here) {
        const start = at * recordBytes;
        labels[position] = bytes[start]!;
        images.set(bytes.subarray(start + 1, start + recordBytes), position * imageBytes);
      }
      found += here.length;
    }
    first += info.count;
  }
  if (found !== indices.length)
    throw new RangeError(`indices: expected integers in 0..${first - 1}, got ${indices.join(", ")}`);
  return { images, labels };
}

async function loadShard(
  shards: ShardStore,
  manifest: DatasetManifest,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const info = manifest.shards.find((one) => one.name === name)!;
  const stored = await shards.get(manifest.dataset, name);
  if (!stored)
    throw new AppError(
      "dataset-unavailable",
      `${manifest.dataset} is not complete here: ${name} is missing. Prepare the data set again.`,
      { dataset: manifest.dataset, shard: name },
    );
  try {
    await verifyShard(info, stored.bytes);
  } catch (thrown) {
    await shards.removeShard(manifest.dataset, name);
    throw thrown;
  }
  return stored.bytes;
}

/** RGBA pixels [32 * 32 * 4] of an image [3072]. */
export function toRgba(image: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(32 * 32 * 4);
  for (let i = 0; i < 1024; i++) {
    pixels[4 * i] = image[i]!;
    pixels[4 * i + 1] = image[1024 + i]!;
    pixels[4 * i + 2] = image[2048 + i]!;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}
