import type { ImageShape } from "./model/graph.ts";

/** What a network has to know of a data set; travels with the images. Structured-cloneable. */
export interface DatasetShape extends ImageShape {
  /** Names of the classes; a label is an index into them. At most 256: labels are bytes. */
  readonly classes: readonly string[];
  /** Of each channel over the training images, pixels in [0, 1]. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Bytes of one image: as many planes of height x width as it has channels. */
export const imageBytes = ({ height, width, channels }: ImageShape): number =>
  height * width * channels;

/** @throws RangeError when images are not of the size a network takes, not as many as their labels, or of other classes */
export function assertImages(
  { images, labels, shape }: { images: Uint8Array; labels: Uint8Array; shape: DatasetShape },
  { input, classes }: { input: ImageShape; classes: number },
): void {
  if (shape.classes.length !== classes)
    throw new RangeError(`images: expected ${classes} classes, got ${shape.classes.length}`);
  const size = ({ height, width, channels }: ImageShape): string =>
    `${height}x${width}x${channels}`;
  if (size(shape) !== size(input))
    throw new RangeError(
      `images: expected ${size(input)} as the network takes, got ${size(shape)}`,
    );
  if (images.length !== labels.length * imageBytes(input))
    throw new RangeError(
      `images: expected ${labels.length} of ${imageBytes(input)} bytes, got ${images.length} bytes`,
    );
}
