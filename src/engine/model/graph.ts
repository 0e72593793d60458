import type { OperationNode } from "../ops/index.ts";
import type { ImageShape } from "./node.ts";

export type { ImageShape, Padding } from "./node.ts";

/** A network as data: a topologically ordered list of typed nodes. Activations are NHWC, filters named and laid out as in
 *  PyTorch's state_dict when they leave an engine. */
export interface Graph {
  readonly name: string;
  readonly input: ImageShape;
  readonly classes: number;
  /** nodes[i].id === i; inputs refer to smaller ids; node 0 is the input; the last node gives the logits [batch, classes]. */
  readonly nodes: readonly GraphNode[];
}

/** The nodes of all operations in `ops/table.ts`, discriminated by `op`. */
export type GraphNode = OperationNode;
