import type { ImageShape } from "../model/graph.ts";
import type { AugmentOptions } from "../network-engine.ts";
import { drawPurpose, drawUint32 } from "./draws.ts";

export { dropoutThreshold, drawPurpose, drawUint32, pcgHash } from "./draws.ts";

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
