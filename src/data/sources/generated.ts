import type { ImageSet } from "../../engine/network-engine.ts";
import { shapes10Seed } from "../manifests.ts";
import { imageBytes, parseRecords } from "../records.ts";
import { generateShapes } from "../shapes10/generate.ts";
import type { ShardSource } from "./source.ts";

/** Draws Shapes-10. */
export const generatedSource: ShardSource = async function* ({ manifest, missing, phase, signal }) {
  phase("generating");
  const next = { train: 0, test: 0 };
  for (const { name, split, count } of manifest.shards) {
    const start = next[split];
    next[split] += count;
    if (!missing.has(name) || signal.aborted) continue;
    yield { name, bytes: generateShapes(shapes10Seed, split, start, count) };
    // Lets messages, and with them a cancellation, come in.
    await new Promise((resolve) => setTimeout(resolve));
  }
};

/** A few images of Shapes-10 by index, without anything stored.
 *  @returns images [indices, 3072], labels [indices] */
export function drawImages(split: "train" | "test", indices: readonly number[]): ImageSet {
  const images = new Uint8Array(indices.length * imageBytes);
  const labels = new Uint8Array(indices.length);
  indices.forEach((index, position) => {
    const one = parseRecords(generateShapes(shapes10Seed, split, index, 1));
    images.set(one.images, position * imageBytes);
    labels[position] = one.labels[0]!;
  });
  return { images, labels };
}
