import type { ImageShape } from "../model/graph.ts";
import type { AugmentOptions } from "../network-engine.ts";

/** Random choices inside a training step come from one counter-based generator, the same integers here and in WGSL, so that
 *  both engines see the same batches and a step can be repeated from (seed, epoch, index) alone. */

/** PCG-RXS-M-XS output of a 32-bit counter. WGSL: the same three lines on u32. */
export function pcgHash(input: number): number {
  const state = (Math.imul(input, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** One 32-bit draw named by four counters: fold left through pcgHash. */
export function drawUint32(seed: number, a: number, b: number, purpose: number): number {
  return pcgHash((pcgHash((pcgHash((pcgHash(seed) + a) >>> 0) + b) >>> 0) + purpose) >>> 0);
}

/** Purposes of draws. Dropout uses (seed, step, element index, dropout + node id). */
export const drawPurpose = {
  cropX: 1,
  cropY: 2,
  flip: 3,
  cutoutX: 4,
  cutoutY: 5,
  dropout: 16,
} as const;

/** Where one training image is taken from. Applied in this order: crop (offset into the image padded with black pixels), flip,
 *  cutout (a square of zeros after normalisation, clipped at the edges). */
export interface Augmentation {
  /** 0..2 cropPadding; the padding's value means no shift. */
  readonly cropX: number;
  readonly cropY: number;
  readonly flip: boolean;
  /** Left and top of the erased square, possibly outside the image. */
  readonly cutoutX: number;
  readonly cutoutY: number;
}

/** Names the random choices for one image of an epoch. */
export interface AugmentedImage {
  readonly seed: number;
  readonly epoch: number;
  /** Index into the training set. */
  readonly image: number;
}

/** The random choices for one image of an epoch. @param size of the image in pixels */
export function augmentationOf(
  options: AugmentOptions,
  { seed, epoch, image }: AugmentedImage,
  size: Pick<ImageShape, "height" | "width">,
): Augmentation {
  const draw = (purpose: number): number => drawUint32(seed, epoch, image, purpose);
  const shifts = 2 * options.cropPadding + 1;
  const half = options.cutout >>> 1;
  return {
    cropX: options.cropPadding > 0 ? draw(drawPurpose.cropX) % shifts : 0,
    cropY: options.cropPadding > 0 ? draw(drawPurpose.cropY) % shifts : 0,
    flip: options.flip && draw(drawPurpose.flip) >= 0x80000000,
    cutoutX: options.cutout > 0 ? (draw(drawPurpose.cutoutX) % size.width) - half : 0,
    cutoutY: options.cutout > 0 ? (draw(drawPurpose.cutoutY) % size.height) - half : 0,
  };
}

/** An element is dropped when its draw (seed, optimizer steps done, flat NHWC index in the batch, dropout + node id) is below this. */
export const dropoutThreshold = (rate: number): number => Math.floor(rate * 4294967296) >>> 0;
