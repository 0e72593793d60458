import type { DatasetName } from "../core/config/types.ts";
import { AppError } from "../core/errors.ts";
import { imageBytes } from "../engine/dataset-shape.ts";
import type { ImageShape } from "../engine/model/graph.ts";
import type { ImageSet } from "../engine/network-engine.ts";
import type { ShardStore } from "../storage/shard-store.ts";
import type { DatasetManifest, Split } from "./dataset.ts";
import type { DatasetDefinition } from "./definition.ts";
import { imageCount, parseManifest } from "./manifests.ts";
import { parseRecords, recordBytes } from "./records.ts";
import { datasetOf } from "./sets/registry.ts";
import { verifyShard } from "./verify.ts";
import { word } from "../core/words/index.ts";

/** The manifest that the stored shards belong to; the canonical one unless a deployment offers a part. Null where digests
 *  come from the first reading, and there was none. */
export async function storedManifest(
  shards: ShardStore,
  definition: DatasetDefinition,
): Promise<DatasetManifest | null> {
  const stored = await shards.manifest(definition.name);
  if (stored === null) return definition.manifest;
  try {
    return parseManifest(stored, definition);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    // A damaged one says nothing: the images are asked for again.
    return definition.manifest;
  }
}

/** All images of one split, in the order of the manifest: what a trial worker trains on. Every shard's length, SHA-256
 *  and labels are checked at every load; a damaged shard is taken out, so that preparing again fetches just that one.
 *  @throws AppError "dataset-unknown", "dataset-unavailable" when shards are missing, "dataset-corrupt" */
export async function loadSplit(
  shards: ShardStore,
  dataset: DatasetName,
  split: Split,
): Promise<ImageSet> {
  const definition = datasetOf(dataset);
  const { shape } = definition;
  const manifest = await requireManifest(shards, definition);
  const count = imageCount(manifest.shards, split);
  const size = imageBytes(shape);
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  let done = 0;
  for (const info of manifest.shards.filter((one) => one.split === split)) {
    const bytes = await loadShard(shards, definition, manifest, info.name);
    const part = parseRecords(bytes, shape);
    images.set(part.images, done * size);
    labels.set(part.labels, done);
    done += info.count;
  }
  return { images, labels, shape };
}

/** A few images by index, e.g. for the page. Reads and verifies just the shards they lie in. */
export async function loadImages(
  shards: ShardStore,
  dataset: DatasetName,
  split: Split,
  indices: readonly number[],
): Promise<ImageSet> {
  const definition = datasetOf(dataset);
  const { shape } = definition;
  const manifest = await requireManifest(shards, definition);
  const [size, step] = [imageBytes(shape), recordBytes(shape)];
  const images = new Uint8Array(indices.length * size);
  const labels = new Uint8Array(indices.length);
  let first = 0;
  let found = 0;
  for (const info of manifest.shards.filter((one) => one.split === split)) {
    const here = indices.flatMap((index, position) =>
      index >= first && index < first + info.count ? [{ at: index - first, position }] : [],
    );
    if (here.length > 0) {
      const bytes = await loadShard(shards, definition, manifest, info.name);
      for (const { at, position } of here) {
        const start = at * step;
        labels[position] = bytes[start]!;
        images.set(bytes.subarray(start + 1, start + step), position * size);
      }
      found += here.length;
    }
    first += info.count;
  }
  if (found !== indices.length)
    throw new RangeError(`indices: expected integers in 0..${first - 1}, got ${indices.join(", ")}`);
  return { images, labels, shape };
}

async function requireManifest(
  shards: ShardStore,
  definition: DatasetDefinition,
): Promise<DatasetManifest> {
  const manifest = await storedManifest(shards, definition);
  if (manifest) return manifest;
  const dataset = definition.name;
  throw new AppError("dataset-unavailable", word("dataset-not-here", { dataset }), {
    dataset,
  });
}

async function loadShard(
  shards: ShardStore,
  { shape }: DatasetDefinition,
  manifest: DatasetManifest,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const info = manifest.shards.find((one) => one.name === name)!;
  const stored = await shards.get(manifest.dataset, name);
  if (!stored)
    throw new AppError(
      "dataset-unavailable",
      word("dataset-incomplete", { dataset: manifest.dataset, shard: name }),
      { dataset: manifest.dataset, shard: name },
    );
  try {
    await verifyShard(info, stored.bytes, shape);
  } catch (thrown) {
    await shards.removeShard(manifest.dataset, name);
    throw thrown;
  }
  return stored.bytes;
}

/** RGBA pixels [height * width * 4] of an image; one plane is grey.
 *  @param image [channels, height, width] */
export function toRgba(
  image: Uint8Array,
  { height, width, channels }: ImageShape,
): Uint8ClampedArray<ArrayBuffer> {
  const plane = height * width;
  const pixels = new Uint8ClampedArray(plane * 4);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = image[Math.min(c, channels - 1) * plane + i]!;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}
