import type { ImageShape, NodeShape, Pair, Window } from "../model/node.ts";
import type { ShapePlace } from "./operation.ts";
import { word } from "../../core/words/index.ts";

type ImageNodeShape = { readonly kind: "image" } & ImageShape;

/** An input's shape, which has to be an image's. */
export function imageOf<N>({ refuse }: ShapePlace<N>, shape: NodeShape): ImageNodeShape {
  if (shape.kind !== "image") throw refuse(word("input-is-no-image"));
  return shape;
}

/** The shape of an image over which a kernel slid. @param dilation distance of the kernel's taps */
export function slide<N extends Window>(
  place: ShapePlace<N>,
  dilation: Pair = [1, 1],
): ImageNodeShape {
  const image = imageOf(place, place.input);
  const { kernel, stride, padding } = place.node;
  const reach = kernel.map((taps, axis) => (taps - 1) * dilation[axis]! + 1);
  const height =
    Math.floor((image.height + padding.top + padding.bottom - reach[0]!) / stride[0]) + 1;
  const width =
    Math.floor((image.width + padding.left + padding.right - reach[1]!) / stride[1]) + 1;
  if (!(height >= 1 && width >= 1)) throw place.refuse(word("kernel-too-large"));
  return { kind: "image", height, width, channels: image.channels };
}
