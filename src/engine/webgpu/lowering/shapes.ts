import { channelsOf, type NodeShape } from "../../model/shapes.ts";
import { padChannels, type ConvShape } from "../conv-shape.ts";
import { mostBuffersOfWholeNorm } from "../kernels/norm-whole.ts";
import type { NodeOf } from "../fusion.ts";
import type { PlanContext, Value } from "../plan-context.ts";

/** Pixels of a whole batch. */
export const rowsOf = (context: PlanContext, value: Value): number =>
  context.batch * value.height * value.width;

/** Groups of four channels of a whole batch. */
export const quads = (context: PlanContext, value: Value): number =>
  (rowsOf(context, value) * value.pitch) / 4;

/** A dense layer is a convolution of one tap on an image of one pixel. */
export function convShapeOf(
  { shapes, batch }: Pick<PlanContext, "shapes" | "batch">,
  node: NodeOf<"conv" | "dense">,
): ConvShape {
  const [x, y] = [shapes[node.inputs[0]!]!, shapes[node.id]!];
  const size = (shape: NodeShape): readonly [number, number] =>
    shape.kind === "image" ? [shape.height, shape.width] : [1, 1];
  const conv = node.op === "conv";
  return {
    batch,
    height: size(x)[0],
    width: size(x)[1],
    inputs: padChannels(channelsOf(x)),
    outHeight: size(y)[0],
    outWidth: size(y)[1],
    outputs: padChannels(channelsOf(y)),
    kernel: conv ? node.kernel : [1, 1],
    stride: conv ? node.stride : [1, 1],
    padding: conv ? [node.padding.top, node.padding.left] : [0, 0],
  };
}

/** Parameters of pooling kernels without `items`. */
export const poolParams = (
  node: NodeOf<"max-pool" | "average-pool">,
  x: Value,
  y: Value,
): Readonly<Record<string, number>> => ({ c4: y.pitch / 4, ...windowParams(node, x, y) });

/** Parameters of grouped convolution kernels without `items`. */
export const groupedParams = (
  node: NodeOf<"conv">,
  x: Value,
  y: Value,
): Readonly<Record<string, number>> => ({
  ...windowParams(node, x, y),
  inPitch: x.pitch,
  inputs: x.channels,
  outPitch: y.pitch,
  outputs: y.channels,
  groupIn: x.channels / node.groups,
  groupOut: y.channels / node.groups,
});

const windowParams = (
  node: NodeOf<"conv" | "max-pool" | "average-pool">,
  x: Value,
  y: Value,
): Readonly<Record<string, number>> => ({
  height: x.height,
  width: x.width,
  outHeight: y.height,
  outWidth: y.width,
  kh: node.kernel[0],
  kw: node.kernel[1],
  sh: node.stride[0],
  sw: node.stride[1],
  pt: node.padding.top,
  pl: node.padding.left,
});

/** How many workgroups share the rows of one group of channels. Software adapters have two or so threads to keep busy and pay for
 *  every dispatch. GPUs need more, but with 64 groups of 256 threads the second dispatch, which adds the chunks up, costs more
 *  than it gains. */
export function chunking(
  context: PlanContext,
  rows: number,
  c4: number,
): { readonly chunks: number; readonly rowsPerChunk: number } {
  const gpu = context.family.kind === "workgroup";
  const wanted = gpu ? (c4 >= 64 ? 1 : Math.ceil(512 / c4)) : Math.ceil(4 / c4);
  const chunks = Math.max(1, Math.min(wanted, Math.ceil(rows / 1024)));
  const rowsPerChunk = Math.ceil(rows / chunks);
  return { chunks: Math.ceil(rows / rowsPerChunk), rowsPerChunk };
}

/** Whether one workgroup per four channels keeps the adapter busy, so that a batch norm is one dispatch; not tried
 *  on SwiftShader. */
export const wholeNorms = ({ family, maxBuffers }: PlanContext, { pitch }: Value): boolean =>
  family.kind === "subgroup" &&
  family.lanes >= 8 &&
  pitch >= 8 &&
  maxBuffers >= mostBuffersOfWholeNorm;

/** Threads that share the rows of one chunk. */
export const statisticsThreads = (context: PlanContext): 64 | 256 =>
  context.family.kind === "workgroup" ? 256 : 64;
