import type { AugmentOptions, ImageSet, NetworkOptions } from "../network-engine.ts";
import { augmentationOf, type Augmentation } from "./augment.ts";

const size = 32;
const plane = size * size;

/** Normalised value of every byte, per channel: [3, 256]. */
export type PixelTable = readonly [Float32Array, Float32Array, Float32Array];

export function pixelTable({ mean, std }: Pick<NetworkOptions, "mean" | "std">): PixelTable {
  const channel = (c: 0 | 1 | 2): Float32Array =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean[c]) / std[c]);
  return [channel(0), channel(1), channel(2)];
}

/** One training batch on the CPU, augmented and normalised.
 *  @param indices into the set, one per image of the batch
 *  @returns NHWC values, length indices.length * 3072 */
export function trainingBatch(
  set: ImageSet,
  indices: Uint32Array,
  epoch: number,
  seed: number,
  augment: AugmentOptions,
  table: PixelTable,
): Float32Array {
  const values = new Float32Array(indices.length * 3 * plane);
  indices.forEach((image, row) =>
    writeImage(
      values,
      row,
      set.images,
      image,
      table,
      augment,
      augmentationOf(augment, seed, epoch, image),
    ),
  );
  return values;
}

/** Images without augmentation, normalised: NHWC, length (end - start) * 3072. */
export function plainBatch(
  images: Uint8Array,
  start: number,
  end: number,
  table: PixelTable,
): Float32Array {
  const values = new Float32Array((end - start) * 3 * plane);
  for (let image = start; image < end; image++)
    for (let c = 0; c < 3; c++) {
      const lookup = table[c as 0 | 1 | 2];
      const from = image * 3 * plane + c * plane;
      const to = (image - start) * 3 * plane + c;
      for (let i = 0; i < plane; i++) values[to + 3 * i] = lookup[images[from + i]!]!;
    }
  return values;
}

/** Target distributions [labels.length, classes]: one-hot, smoothed as PyTorch's `label_smoothing`. */
export function targets(labels: Uint8Array, classes: number, smoothing: number): Float32Array {
  const values = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => (values[row * classes + label]! += 1 - smoothing));
  return values;
}

function writeImage(
  values: Float32Array,
  row: number,
  images: Uint8Array,
  image: number,
  table: PixelTable,
  options: AugmentOptions,
  { cropX, cropY, flip, cutoutX, cutoutY }: Augmentation,
): void {
  for (let y = 0; y < size; y++) {
    const sourceY = y + cropY - options.cropPadding;
    for (let x = 0; x < size; x++) {
      const to = ((row * size + y) * size + x) * 3;
      const erased =
        x >= cutoutX &&
        x < cutoutX + options.cutout &&
        y >= cutoutY &&
        y < cutoutY + options.cutout;
      if (erased) continue;
      const sourceX = (flip ? size - 1 - x : x) + cropX - options.cropPadding;
      const inside = sourceX >= 0 && sourceX < size && sourceY >= 0 && sourceY < size;
      const from = image * 3 * plane + sourceY * size + sourceX;
      values[to] = table[0][inside ? images[from]! : 0]!;
      values[to + 1] = table[1][inside ? images[from + plane]! : 0]!;
      values[to + 2] = table[2][inside ? images[from + 2 * plane]! : 0]!;
    }
  }
}
