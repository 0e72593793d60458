import type * as tf from "@tensorflow/tfjs-core";
import type { AppError } from "../../core/errors.ts";
import type { AnyGraph, AnyNode, NodeShape } from "../model/node.ts";
import type { OwnWeight } from "../model/weight-spec.ts";
import type { BatchStatistics } from "../reference/batch-norm.ts";
import type * as library from "../reference/library.ts";
import type { WebGpuOperation } from "../webgpu/operation.ts";
import { type Word } from "../../core/words/index.ts";

/** Everything the engines know of one operation; `N` are its nodes: the operation's name and attributes.
 *
 *  - `shape` is pure and refuses what does not fit, with a reason that follows "Node x (op): ".
 *  - `weights` are named, shaped and ordered as in PyTorch's module, so that state_dicts fit.
 *  - `reference` defines what is right: differentiable TensorFlow.js on NHWC, padding and precision as in PyTorch. It gets the
 *    library handed in, since the page imports operations too, and must not load it.
 *  - `webgpu` gives the same, and its gradient, in dispatches; see `WebGpuOperation` for what kernels may rely on.
 *
 *  ```ts
 *  interface Negate extends AnyNode {
 *    readonly op: "negate";
 *  }
 *  export const negate = defineOperation<Negate>({
 *    op: "negate",
 *    shape: ({ input }) => input,
 *    reference: ({ tf, x }) => tf.neg(x),
 *    webgpu: {
 *      kind: "activation",
 *      activation: {
 *        name: "negate",
 *        functions: `fn activate(u: vec4f) -> vec4f { return -u; }
 *  fn slope(u: vec4f) -> vec4f { return vec4f(-1.0); }`,
 *      },
 *    },
 *  });
 *  ``` */
export interface Operation<N extends AnyNode> {
  readonly op: N["op"];
  /** How many values it takes; default 1, "any" at least one. */
  readonly inputs?: number | "any";
  /** The node's shape. @throws what `refuse` makes of a reason */
  shape(place: ShapePlace<N>): NodeShape;
  /** In PyTorch's order; default none. */
  weights?(place: Place<N>): readonly OwnWeight[];
  /** Multiply-accumulates of one image; default 0. */
  macs?(place: Place<N>): number;
  /** The node is another name of its input: nothing is computed. Default: never. */
  isName?(node: N, training: boolean): boolean;
  /** The backward pass needs no copy of its value, for estimates of memory; default false. */
  readonly recomputed?: boolean;
  /** The value of a batch, from values [B, H, W, C] or [B, features]. Runs inside `tf.tidy`. */
  reference(pass: ReferencePass<N>): tf.Tensor;
  readonly webgpu: WebGpuOperation<N>;
}

/** Makes an operation out of its parts; it exists once `ops/table.ts` names it, or `registerOperation` is called with it. */
export const defineOperation = <N extends AnyNode>(operation: Operation<N>): Operation<N> =>
  operation;

/** A node whose inputs' shapes are known. */
export interface ShapePlace<N> {
  readonly node: N;
  readonly graph: AnyGraph;
  readonly inputs: readonly NodeShape[];
  /** The first of them. */
  readonly input: NodeShape;
  /** The error that says why the node does not fit. */
  readonly refuse: (problem: Word) => AppError;
}

/** A node in a network that fits together. */
export interface Place<N> {
  readonly node: N;
  readonly inputs: readonly NodeShape[];
  /** The first of them. */
  readonly input: NodeShape;
  readonly output: NodeShape;
}

/** Present in training mode only. */
export interface TrainingPass {
  readonly seed: number;
  /** Optimizer steps done before this one. */
  readonly step: number;
  readonly observe: (node: number, statistics: BatchStatistics) => void;
}

/** TensorFlow.js, as far as operations may use it. */
export type Library = typeof library;

/** What the reference engine gives an operation. */
export interface ReferencePass<N> {
  readonly tf: Library;
  readonly node: N;
  readonly inputs: readonly tf.Tensor[];
  /** The first of them, as a tensor of any rank and as images [B, H, W, C]. */
  readonly x: tf.Tensor;
  readonly image: tf.Tensor4D;
  /** One of the node's weights in TensorFlow's layout: filters [h, w, in/groups, out], dense [in, out]. */
  readonly weight: (suffix: string) => tf.Tensor;
  readonly training: TrainingPass | null;
}
