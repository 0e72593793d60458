import { operationOf } from "../ops/index.ts";
import type { AnyGraph } from "./node.ts";
import { inferShapes } from "./shapes.ts";

/** Multiply-accumulates of one image's forward pass, convolutions and dense layers only; by node id. */
export function forwardMacsByNode(graph: AnyGraph): readonly number[] {
  const shapes = inferShapes(graph);
  return graph.nodes.map((node) => {
    const inputs = node.inputs.map((id) => shapes[id]!);
    const place = { node, inputs, input: inputs[0]!, output: shapes[node.id]! };
    return operationOf(node).macs?.(place) ?? 0;
  });
}

/** Multiply-accumulates of one image's forward pass; 555,422,720 for ResNet-18 of width 64. */
export function forwardMacs(graph: AnyGraph): number {
  return forwardMacsByNode(graph).reduce((sum, value) => sum + value, 0);
}

/** Useful floating-point operations of a training step per image: 2 x MACs x 3 (forward, input and filter gradient). */
export function trainingFlops(graph: AnyGraph): number {
  return 6 * forwardMacs(graph);
}
