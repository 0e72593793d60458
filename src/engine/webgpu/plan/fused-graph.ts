import type { AnyNode } from "../../model/node.ts";
import type { NormConstants, NormGroup } from "../kernels/norm-group.ts";

/** A batch norm of any operation. */
export type NormNode = Pick<AnyNode, "id" | "name" | "inputs"> & NormConstants;

/** What is executed as one: a node alone, the statistics of a batch norm, or a batch norm with what follows it. */
export type Unit =
  | { readonly kind: "node"; readonly node: AnyNode }
  | { readonly kind: "statistics"; readonly norm: NormNode }
  | {
      readonly kind: "norm";
      readonly group: NormGroup;
      readonly norm: NormNode;
      /** The node whose value is added, or whose batch norm is. */
      readonly addend: NormNode | number | null;
      /** The node that the result is the value of. */
      readonly output: number;
      /** The gradient of the norms' inputs may replace these inputs. */
      readonly inPlace: boolean;
    };

/** A batch norm with what became part of it. */
export type NormUnit = Extract<Unit, { readonly kind: "norm" }>;

/** A network as the units that dispatches are written for. */
export interface FusedGraph {
  /** Nodes with identities looked through: `inputs` name what really is computed. */
  readonly nodes: readonly AnyNode[];
  /** In execution order. */
  readonly units: readonly Unit[];
  /** The node that holds the logits. */
  readonly logits: number;
}
