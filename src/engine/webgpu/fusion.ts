import type { Graph, GraphNode } from "../model/graph.ts";
import type { NormGroup } from "./kernels/norm-group.ts";

export type NodeOf<Op extends GraphNode["op"]> = Extract<GraphNode, { readonly op: Op }>;

/** What is executed as one: a node alone, the statistics of a batch norm, or a batch norm with what follows it. */
export type Unit =
  | { readonly kind: "node"; readonly node: GraphNode }
  | { readonly kind: "statistics"; readonly norm: NodeOf<"batch-norm"> }
  | {
      readonly kind: "norm";
      readonly group: NormGroup;
      readonly norm: NodeOf<"batch-norm">;
      /** The node whose value is added, or whose batch norm is. */
      readonly addend: NodeOf<"batch-norm"> | number | null;
      /** The node that the result is the value of. */
      readonly output: number;
      /** The gradient of the norms' inputs may replace these inputs. */
      readonly inPlace: boolean;
    };

export interface FusedGraph {
  /** Nodes with identities looked through: `inputs` name what really is computed. */
  readonly nodes: readonly GraphNode[];
  /** In execution order. */
  readonly units: readonly Unit[];
  /** The node that holds the logits. */
  readonly logits: number;
}

/** Finds batch norm (+ addition of a value or of a second batch norm) (+ activation) and makes each one unit. */
export function fuse(graph: Graph): FusedGraph {
  const nodes = lookThrough(graph);
  const logits = representative(graph, graph.nodes.length - 1);
  const consumers = nodes.map((): number[] => []);
  const live = nodes.filter((node) => representative(graph, node.id) === node.id);
  for (const node of live) for (const id of node.inputs) consumers[id]!.push(node.id);

  /** The only node that uses this one's value. */
  const next = (id: number): GraphNode | null =>
    consumers[id]!.length === 1 && id !== logits ? nodes[consumers[id]![0]!]! : null;
  // A convolution's gradients need its input and its output's gradient, never its output.
  const replaceable = (norm: NodeOf<"batch-norm">): boolean =>
    nodes[norm.inputs[0]!]!.op === "conv" && next(norm.inputs[0]!) !== null;

  const groups = new Map<number, Unit>();
  const absorbed = new Set<number>();
  for (const norm of live) {
    if (norm.op !== "batch-norm" || absorbed.has(norm.id)) continue;
    let last: GraphNode = norm;
    let addend: NodeOf<"batch-norm"> | number | null = null;
    const after = next(norm.id);
    if (after?.op === "add" && after.inputs.length === 2 && !absorbed.has(after.id)) {
      const other = nodes[after.inputs.find((id) => id !== norm.id)!]!;
      const both = other.op === "batch-norm" && next(other.id) !== null;
      if (both && replaceable(norm) && replaceable(other) && !absorbed.has(other.id)) {
        addend = other;
        absorbed.add(other.id);
      } else if (!both || other.id < norm.id) {
        addend = other.id;
      }
      if (addend !== null) {
        absorbed.add(norm.id);
        last = after;
      }
    }
    const following = next(last.id);
    let activation: NormGroup["activation"] = "none";
    if (following?.op === "relu" || following?.op === "silu") {
      activation = following.op;
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
    if (node.op === "input") continue;
    if (node.op === "batch-norm") units.push({ kind: "statistics", norm: node });
    const group = groups.get(node.id);
    if (group) units.push(group);
    else if (!absorbed.has(node.id)) units.push({ kind: "node", node });
  }
  return { nodes, units, logits };
}

/** Identities, and dropout that drops nothing, are other names of their input. */
const isName = (node: GraphNode): boolean =>
  node.op === "identity" || (node.op === "dropout" && node.rate === 0);

function representative(graph: Graph, id: number): number {
  let node = graph.nodes[id]!;
  while (isName(node)) node = graph.nodes[node.inputs[0]!]!;
  return node.id;
}

const lookThrough = (graph: Graph): readonly GraphNode[] =>
  graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((id) => representative(graph, id)),
  }));
