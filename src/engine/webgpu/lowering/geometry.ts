import { channelsOf, pixelsOf, type AnyNode } from "../../model/node.ts";
import { operationOf } from "../../ops/index.ts";
import { padChannels, type ConvShape } from "../conv/conv-shape.ts";
import type { ConvGeometry } from "../operation.ts";
import type { PlanContext } from "../plan/plan-context.ts";

/** A convolution's or dense layer's geometry, null for other nodes. */
export function geometryOf(node: AnyNode): ConvGeometry | null {
  const { webgpu } = operationOf(node);
  return webgpu.kind === "convolution" ? webgpu.geometry(node) : null;
}

/** Grouped and dilated convolutions have kernels and a layout of filters of their own: [kh, kw, in/groups, out], `in/groups` not
 *  padded. All others are matrix products. */
export const isSparse = ({ groups, dilation }: ConvGeometry): boolean =>
  groups > 1 || dilation[0] > 1 || dilation[1] > 1;

/** A convolution as a matrix product; a dense layer is one of one tap on an image of one pixel. */
export function convShapeOf(
  { shapes, batch }: Pick<PlanContext, "shapes" | "batch">,
  node: AnyNode,
  { kernel, stride, padding }: ConvGeometry,
): ConvShape {
  const [x, y] = [shapes[node.inputs[0]!]!, shapes[node.id]!];
  const [height, width] = pixelsOf(x);
  const [outHeight, outWidth] = pixelsOf(y);
  return {
    batch,
    height,
    width,
    inputs: padChannels(channelsOf(x)),
    outHeight,
    outWidth,
    outputs: padChannels(channelsOf(y)),
    kernel,
    stride,
    padding: [padding.top, padding.left],
  };
}
