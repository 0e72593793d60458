import type { AnyGraph, AnyNode } from "../../model/node.ts";
import { operationOf } from "../../ops/index.ts";
import type { FusedGraph, NormNode, Unit } from "./fused-graph.ts";
import { noActivation, type Activation } from "../kernels/norm-group.ts";

/** Finds batch norm (+ addition of a value or of a second batch norm) (+ activation) and makes each one unit. */
export function fuse(graph: AnyGraph): FusedGraph {
  const nodes = lookThrough(graph);
  const logits = representative(graph, graph.nodes.length - 1);
  const consumers = nodes.map((): number[] => []);
  const live = nodes.filter((node) => representative(graph, node.id) === node.id);
  for (const node of live) for (const id of node.inputs) consumers[id]!.push(node.id);

  /** The only node that uses this one's value. */
  const next = (id: number): AnyNode | null =>
    consumers[id]!.length === 1 && id !== logits ? nodes[consumers[id]![0]!]! : null;
  // A convolution's gradients need its input and its output's gradient, never its output.
  const replaceable = (norm: NormNode): boolean =>
    kindOf(nodes[norm.inputs[0]!]!) === "convolution" && next(norm.inputs[0]!) !== null;

  const groups = new Map<number, Unit>();
  const absorbed = new Set<number>();
  for (const node of live) {
    const norm = normOf(node);
    if (!norm || absorbed.has(norm.id)) continue;
    let last = node;
    let addend: NormNode | number | null = null;
    const after = next(norm.id);
    if (after && kindOf(after) === "sum" && after.inputs.length === 2 && !absorbed.has(after.id)) {
      const other = nodes[after.inputs.find((id) => id !== norm.id)!]!;
      const second = next(other.id) === null ? null : normOf(other);
      if (second && replaceable(norm) && replaceable(second) && !absorbed.has(other.id)) {
        addend = second;
        absorbed.add(other.id);
      } else if (!second || other.id < norm.id) {
        addend = other.id;
      }
      if (addend !== null) {
        absorbed.add(norm.id);
        last = after;
      }
    }
    const following = next(last.id);
    let activation = noActivation;
    const own = following && absorbableOf(following);
    if (own) {
      activation = own;
      absorbed.add(last.id);
      last = following;
    }
    absorbed.add(last.id);
    const kind = addend === null ? "none" : typeof addend === "number" ? "value" : "norm";
    groups.set(last.id, {
      kind: "norm",
      group: { addend: kind, activation },
      norm,
      addend,
      output: last.id,
      inPlace: replaceable(norm),
    });
  }

  const units: Unit[] = [];
  for (const node of live) {
    if (kindOf(node) === "input") continue;
    const norm = normOf(node);
    if (norm) units.push({ kind: "statistics", norm });
    const group = groups.get(node.id);
    if (group) units.push(group);
    else if (!absorbed.has(node.id)) units.push({ kind: "node", node });
  }
  return { nodes, units, logits };
}

const kindOf = (node: AnyNode): ReturnType<typeof operationOf>["webgpu"]["kind"] =>
  operationOf(node).webgpu.kind;

function normOf(node: AnyNode): NormNode | null {
  const { webgpu } = operationOf(node);
  if (webgpu.kind !== "batch-norm") return null;
  const { id, name, inputs } = node;
  return { id, name, inputs, ...webgpu.constants(node) };
}

/** The activation that a node is, where kernels of other operations can do it on the way. */
function absorbableOf(node: AnyNode): Activation | null {
  const { webgpu } = operationOf(node);
  if (webgpu.kind !== "activation") return null;
  const { activation } = webgpu;
  return activation.expression && !activation.movesZero ? activation : null;
}

function representative(graph: AnyGraph, id: number): number {
  let node = graph.nodes[id]!;
  while (operationOf(node).isName?.(node, true)) node = graph.nodes[node.inputs[0]!]!;
  return node.id;
}

const lookThrough = (graph: AnyGraph): readonly AnyNode[] =>
  graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((id) => representative(graph, id)),
  }));
