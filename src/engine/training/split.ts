import { createRng } from "../../core/math/rng.ts";
import { imageBytes } from "../dataset-shape.ts";
import type { ImageSet } from "../network-engine.ts";

/** Indices into one set of labelled images. Both ascending. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/** Divides images into training and validation, the same share of every class in both, by seed.
 *  @param limit images to use in all, also stratified; null = all
 *  @throws RangeError when validation leaves nothing to train on */
export function stratifiedSplit(
  labels: Uint8Array,
  validation: number,
  limit: number | null,
  seed: number,
): Split {
  const used = Math.min(limit ?? labels.length, labels.length);
  if (!(validation >= 0 && validation < used))
    throw new RangeError(
      `stratifiedSplit: expected validation in 0..${used - 1}, got ${validation}`,
    );
  const classes = shuffledClasses(labels, seed);
  const kept = takeShares(classes, used);
  const held = takeShares(kept.taken, validation);
  return { train: ascending(held.left), validation: ascending(held.taken) };
}

/** The images of a set at these indices, copied. */
export function selectImages(set: ImageSet, indices: Uint32Array): ImageSet {
  const size = imageBytes(set.shape);
  const images = new Uint8Array(indices.length * size);
  indices.forEach((from, to) =>
    images.set(set.images.subarray(from * size, (from + 1) * size), to * size),
  );
  const labels = Uint8Array.from(indices, (index) => set.labels[index]!);
  return { images, labels, shape: set.shape };
}

/** Order of the training images in one epoch: positions 0..count-1, shuffled by (seed, epoch). */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  return createRng(seed, "order", epoch).shuffle(order);
}

function shuffledClasses(labels: Uint8Array, seed: number): readonly Uint32Array[] {
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const members: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, index) => members[label]!.push(index));
  return members.map((indices, label) =>
    createRng(seed, "split", label).shuffle(Uint32Array.from(indices)),
  );
}

/** Takes `count` in all, from each class its share; remainders go to the largest fractions, then the lower class. */
function takeShares(
  classes: readonly Uint32Array[],
  count: number,
): { readonly taken: readonly Uint32Array[]; readonly left: readonly Uint32Array[] } {
  const total = classes.reduce((sum, members) => sum + members.length, 0);
  const exact = classes.map((members) => (members.length * count) / total);
  const shares = exact.map(Math.floor);
  const byFraction = exact
    .map((share, index) => ({ index, fraction: share - Math.floor(share) }))
    .sort((a, b) => b.fraction - a.fraction || a.index - b.index);
  let missing = count - shares.reduce((a, b) => a + b, 0);
  for (const { index } of byFraction) if (missing-- > 0) shares[index]! += 1;
  return {
    taken: classes.map((members, i) => members.subarray(0, shares[i])),
    left: classes.map((members, i) => members.subarray(shares[i])),
  };
}

const ascending = (classes: readonly Uint32Array[]): Uint32Array =>
  Uint32Array.from(classes.flatMap((members) => [...members])).sort();
