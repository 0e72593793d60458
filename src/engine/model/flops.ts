import type { Graph, GraphNode } from "./graph.ts";
import { channelsOf, inferShapes, sizeOf, type NodeShape } from "./shapes.ts";

/** Multiply-accumulates of one image's forward pass, convolutions and dense layers only; by node id. */
export function forwardMacsByNode(graph: Graph): readonly number[] {
  const shapes = inferShapes(graph);
  return graph.nodes.map((node) => macs(node, shapes));
}

/** Multiply-accumulates of one image's forward pass; 555,422,720 for ResNet-18 of width 64. */
export function forwardMacs(graph: Graph): number {
  return forwardMacsByNode(graph).reduce((sum, value) => sum + value, 0);
}

/** Useful floating-point operations of a training step per image: 2 x MACs x 3 (forward, input and filter gradient). */
export function trainingFlops(graph: Graph): number {
  return 6 * forwardMacs(graph);
}

function macs(node: GraphNode, shapes: readonly NodeShape[]): number {
  if (node.op === "dense") return sizeOf(shapes[node.inputs[0]!]!) * node.outFeatures;
  if (node.op !== "conv") return 0;
  const inputs = channelsOf(shapes[node.inputs[0]!]!) / node.groups;
  return sizeOf(shapes[node.id]!) * inputs * node.kernel[0] * node.kernel[1];
}
