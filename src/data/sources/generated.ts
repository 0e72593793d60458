import { imageBytes } from "../../engine/dataset-shape.ts";
import type { ImageSet } from "../../engine/network-engine.ts";
import type { Split } from "../dataset.ts";
import type { DatasetDefinition, DrawRecords } from "../definition.ts";
import { parseRecords } from "../records.ts";
import type { ShardSource } from "./source.ts";

/** Draws a data set. */
export const generatedSource = (definition: DatasetDefinition): ShardSource =>
  async function* ({ shards, missing, phase, signal }) {
    phase("generating");
    const draw = await drawerOf(definition);
    const next = { train: 0, test: 0 };
    for (const { name, split, count } of shards) {
      const start = next[split];
      next[split] += count;
      if (!missing.has(name) || signal.aborted) continue;
      yield { name, bytes: draw(split, start, count) };
      // Lets messages, and with them a cancellation, come in.
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

/** A few images of a drawn data set by index, without anything stored. */
export async function drawImages(
  definition: DatasetDefinition,
  split: Split,
  indices: readonly number[],
): Promise<ImageSet> {
  const draw = await drawerOf(definition);
  const { shape } = definition;
  const size = imageBytes(shape);
  const images = new Uint8Array(indices.length * size);
  const labels = new Uint8Array(indices.length);
  indices.forEach((index, position) => {
    const one = parseRecords(draw(split, index, 1), shape);
    images.set(one.images, position * size);
    labels[position] = one.labels[0]!;
  });
  return { images, labels, shape };
}

function drawerOf({ name, generated }: DatasetDefinition): Promise<DrawRecords> {
  if (!generated) throw new TypeError(`${name}: expected a data set that is drawn`);
  return generated.load();
}
