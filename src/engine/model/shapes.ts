import { AppError } from "../../core/errors.ts";
import type { Graph, GraphNode, ImageShape, Padding } from "./graph.ts";

/** Shape of one image's activation; features are an image of 1x1 that a dense layer takes. */
export type NodeShape =
  | ({ readonly kind: "image" } & ImageShape)
  | { readonly kind: "features"; readonly features: number };

/** Shapes of all nodes, by node id.
 *  @throws AppError "network-invalid" naming the node whose inputs do not fit */
export function inferShapes(graph: Graph): readonly NodeShape[] {
  const shapes: NodeShape[] = [];
  graph.nodes.forEach((node, index) => {
    if (node.id !== index || node.inputs.some((id) => id < 0 || id >= index))
      throw invalid(node, "the nodes are not in topological order");
    const inputs = node.inputs.map((id) => shapes[id]!);
    shapes.push(shapeOf(graph, node, inputs));
  });
  const last = shapes.at(-1);
  if (last?.kind !== "features" || last.features !== graph.classes)
    throw new AppError("network-invalid", `The last node must give ${graph.classes} logits.`);
  return shapes;
}

/** Number of values of one image's activation. */
export function sizeOf(shape: NodeShape): number {
  return shape.kind === "features" ? shape.features : shape.height * shape.width * shape.channels;
}

/** Channels of an image, or the features. */
export function channelsOf(shape: NodeShape): number {
  return shape.kind === "features" ? shape.features : shape.channels;
}

function shapeOf(graph: Graph, node: GraphNode, inputs: readonly NodeShape[]): NodeShape {
  if (node.op === "input") return { kind: "image", ...graph.input };
  const input = inputs[0];
  if (!input) throw invalid(node, "it has no input");
  const single = node.op !== "add" && node.op !== "concat";
  if (single && inputs.length !== 1) throw invalid(node, `it has ${inputs.length} inputs, not 1`);
  switch (node.op) {
    case "conv": {
      const image = asImage(node, input);
      const channels = node.outChannels;
      if (channels < 1 || image.channels % node.groups !== 0 || channels % node.groups !== 0)
        throw invalid(node, `${image.channels} -> ${channels} channels in ${node.groups} groups`);
      return { ...slide(node, image, node.kernel, node.stride, node.padding), channels };
    }
    case "max-pool":
    case "average-pool":
      return slide(node, asImage(node, input), node.kernel, node.stride, node.padding);
    case "global-average-pool":
      return { kind: "features", features: asImage(node, input).channels };
    case "dense":
      if (input.kind !== "features") throw invalid(node, "its input is an image; pool it first");
      return { kind: "features", features: node.outFeatures };
    case "add":
      if (inputs.some((other) => !sameShape(other, input)))
        throw invalid(node, "its inputs differ in shape");
      return input;
    case "concat":
      return concatenated(node, inputs);
    case "batch-norm":
      return asImage(node, input);
    case "relu":
    case "silu":
    case "identity":
      return input;
    case "dropout":
      if (!(node.rate >= 0 && node.rate < 1)) throw invalid(node, `rate ${node.rate}`);
      return input;
    default:
      return node satisfies never;
  }
}

function slide(
  node: GraphNode,
  image: ImageShape,
  kernel: readonly [number, number],
  stride: readonly [number, number],
  padding: Padding,
): { readonly kind: "image" } & ImageShape {
  const height =
    Math.floor((image.height + padding.top + padding.bottom - kernel[0]) / stride[0]) + 1;
  const width =
    Math.floor((image.width + padding.left + padding.right - kernel[1]) / stride[1]) + 1;
  if (!(height >= 1 && width >= 1))
    throw invalid(node, "the kernel is larger than its padded input");
  return { kind: "image", height, width, channels: image.channels };
}

function concatenated(node: GraphNode, inputs: readonly NodeShape[]): NodeShape {
  const images = inputs.map((input) => asImage(node, input));
  const first = images[0]!;
  if (images.some((image) => image.height !== first.height || image.width !== first.width))
    throw invalid(node, "its inputs differ in height or width");
  const channels = images.reduce((sum, image) => sum + image.channels, 0);
  return { kind: "image", height: first.height, width: first.width, channels };
}

function asImage(node: GraphNode, shape: NodeShape): { readonly kind: "image" } & ImageShape {
  if (shape.kind !== "image") throw invalid(node, "its input is not an image");
  return shape;
}

const sameShape = (a: NodeShape, b: NodeShape): boolean =>
  a.kind === b.kind && sizeOf(a) === sizeOf(b) && channelsOf(a) === channelsOf(b);

const invalid = (node: GraphNode, why: string): AppError =>
  new AppError("network-invalid", `Node ${node.name} (${node.op}): ${why}.`, { node: node.name });
