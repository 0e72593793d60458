import { imageBytes } from "../dataset-shape.ts";
import type { ImageShape } from "../model/graph.ts";
import type { AugmentOptions, ImageSet, EngineOptions } from "../network-engine.ts";
import { augmentationOf, type Augmentation } from "./augment.ts";

/** Normalised value of every byte, per channel: [channels, 256]. */
export type PixelTable = readonly Float32Array[];

/** The normalised value of each byte, channel by channel. */
export function pixelTable({ mean, std }: Pick<EngineOptions, "mean" | "std">): PixelTable {
  return mean.map((centre, c) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - centre) / std[c]!),
  );
}

/** What a training batch depends on besides the images in it. */
export interface BatchOptions {
  readonly seed: number;
  readonly epoch: number;
  readonly augment: AugmentOptions;
  readonly table: PixelTable;
}

/** One training batch on the CPU, augmented and normalised.
 *  @param indices into the set, one per image of the batch
 *  @returns NHWC values, [indices, height, width, channels] */
export function trainingBatch(
  { images, shape }: ImageSet,
  indices: Uint32Array,
  { seed, epoch, augment, table }: BatchOptions,
): Float32Array {
  const bytes = imageBytes(shape);
  const values = new Float32Array(indices.length * bytes);
  indices.forEach((image, row) => {
    const own = augmentationOf(augment, { seed, epoch, image }, shape);
    const target = values.subarray(row * bytes, (row + 1) * bytes);
    const source = images.subarray(image * bytes, (image + 1) * bytes);
    writeImage({ values: target, image: source, shape, table }, augment, own);
  });
  return values;
}

/** Images without augmentation, normalised. @returns NHWC values, [end - start, height, width, channels] */
export function plainBatch(
  images: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  { height, width, channels }: ImageShape,
  table: PixelTable,
): Float32Array {
  const plane = height * width;
  const values = new Float32Array((end - start) * channels * plane);
  for (let image = start; image < end; image++)
    for (let c = 0; c < channels; c++) {
      const lookup = table[c]!;
      const from = (image * channels + c) * plane;
      const to = (image - start) * channels * plane + c;
      for (let i = 0; i < plane; i++) values[to + channels * i] = lookup[images[from + i]!]!;
    }
  return values;
}

/** Target distributions [labels.length, classes]: one-hot, smoothed as PyTorch's `label_smoothing`. */
export function targets(labels: Uint8Array, classes: number, smoothing: number): Float32Array {
  const values = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => (values[row * classes + label]! += 1 - smoothing));
  return values;
}

interface ImageCopy {
  /** Zero; what is erased stays so. */
  readonly values: Float32Array;
  readonly image: Uint8Array;
  readonly shape: ImageShape;
  readonly table: PixelTable;
}

function writeImage(
  { values, image, shape: { height, width, channels }, table }: ImageCopy,
  { cropPadding, cutout }: AugmentOptions,
  { cropX, cropY, flip, cutoutX, cutoutY }: Augmentation,
): void {
  const plane = height * width;
  for (let y = 0; y < height; y++) {
    const sourceY = y + cropY - cropPadding;
    for (let x = 0; x < width; x++) {
      const erased = x >= cutoutX && x < cutoutX + cutout && y >= cutoutY && y < cutoutY + cutout;
      if (erased) continue;
      const sourceX = (flip ? width - 1 - x : x) + cropX - cropPadding;
      const inside = sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height;
      const from = sourceY * width + sourceX;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++)
        values[to + c] = table[c]![inside ? image[from + c * plane]! : 0]!;
    }
  }
}
