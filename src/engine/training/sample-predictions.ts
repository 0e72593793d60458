import type { SamplePredictions } from "../../core/journal/events.ts";
import type { ImageSet, NetworkEngine } from "../network-engine.ts";
import { selectImages } from "./split.ts";

/** Class probabilities for a few images, rounded to 1e-4.
 *  @param positions of the images in `set`
 *  @param indices what the record calls them, e.g. their indices in the whole data set */
export async function samplePredictions(
  engine: NetworkEngine,
  set: ImageSet,
  positions: Uint32Array,
  indices: readonly number[],
): Promise<SamplePredictions> {
  const { images, labels } = selectImages(set, positions);
  const flat = await engine.predict(images);
  const classes = flat.length / labels.length;
  const probabilities = Array.from(labels, (_, row) =>
    Array.from(flat.subarray(row * classes, (row + 1) * classes), (p) => Math.round(p * 1e4) / 1e4),
  );
  return { indices, labels: [...labels], probabilities };
}
