import { AppError } from "../../core/errors.ts";
import { operationOf } from "../ops/index.ts";
import type { AnyGraph, AnyNode, NodeShape } from "./node.ts";

export { channelsOf, sizeOf, type NodeShape } from "./node.ts";

/** Shapes of all nodes, by node id.
 *  @throws AppError "network-invalid" naming the node whose inputs do not fit */
export function inferShapes(graph: AnyGraph): readonly NodeShape[] {
  const shapes: NodeShape[] = [];
  graph.nodes.forEach((node, index) => {
    const refuse = (why: string): AppError => invalid(node, why);
    if (node.id !== index || node.inputs.some((id) => id < 0 || id >= index))
      throw refuse("the nodes are not in topological order");
    const operation = operationOf(node);
    const { inputs: wanted = 1 } = operation;
    const count = node.inputs.length;
    if (count === 0 && wanted !== 0) throw refuse("it has no input");
    if (wanted !== "any" && count !== wanted) throw refuse(`it has ${count} inputs, not ${wanted}`);
    const inputs = node.inputs.map((id) => shapes[id]!);
    shapes.push(operation.shape({ node, graph, inputs, input: inputs[0]!, refuse }));
  });
  const last = shapes.at(-1);
  if (last?.kind !== "features" || last.features !== graph.classes)
    throw new AppError("network-invalid", `The last node must give ${graph.classes} logits.`);
  return shapes;
}

const invalid = (node: AnyNode, why: string): AppError =>
  new AppError("network-invalid", `Node ${node.name} (${node.op}): ${why}.`, { node: node.name });
