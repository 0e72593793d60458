import { AppError } from "../../core/errors.ts";
import { operationOf } from "../ops/index.ts";
import type { AnyGraph, AnyNode, NodeShape } from "./node.ts";
import { word, type Word } from "../../core/words/index.ts";

export { channelsOf, sizeOf, type NodeShape } from "./node.ts";

/** Graphs never change, and many ask for the shapes of the same one. */
const known = new WeakMap<AnyGraph, readonly NodeShape[]>();

/** Shapes of all nodes, by node id.
 *  @throws AppError "network-invalid" naming the node whose inputs do not fit */
export function inferShapes(graph: AnyGraph): readonly NodeShape[] {
  const shapes = known.get(graph) ?? infer(graph);
  known.set(graph, shapes);
  return shapes;
}

function infer(graph: AnyGraph): readonly NodeShape[] {
  const shapes: NodeShape[] = [];
  graph.nodes.forEach((node, index) => {
    const refuse = (problem: Word): AppError => invalid(node, problem);
    if (node.id !== index || node.inputs.some((id) => id < 0 || id >= index))
      throw refuse(word("not-in-order"));
    const operation = operationOf(node);
    const { inputs: wanted = 1 } = operation;
    const count = node.inputs.length;
    if (count === 0 && wanted !== 0) throw refuse(word("no-input"));
    if (wanted !== "any" && count !== wanted)
      throw refuse(word("input-count", { inputs: count, wanted }));
    const inputs = node.inputs.map((id) => shapes[id]!);
    shapes.push(operation.shape({ node, graph, inputs, input: inputs[0]!, refuse }));
  });
  const last = shapes.at(-1);
  if (last?.kind !== "features" || last.features !== graph.classes)
    throw new AppError("network-invalid", word("last-node", { classes: graph.classes }));
  return shapes;
}

const invalid = (node: AnyNode, problem: Word): AppError =>
  new AppError("network-invalid", word("node", { node: node.name, operation: node.op, problem }), {
    node: node.name,
  });
