import type { AnyNode, Padding, Pair } from "../model/node.ts";
import type { Activation, NormConstants } from "./kernels/norm-group.ts";
import type { PlanContext, Value } from "./plan/plan-context.ts";
import type { Slice } from "./program.ts";

/** How an operation runs on WebGPU.
 *
 *  - "input", "name": nothing runs; the operation is the images, or always another name of its input.
 *  - "convolution": a linear map with the weights `weight` [out, in/groups, kh, kw] and maybe `bias`; a dense layer is one of one tap.
 *  - "batch-norm": is computed together with what follows it (`fusion.ts`); weights and statistics as in PyTorch.
 *  - "activation": elementwise; those with an `expression` become part of the batch norm before them.
 *  - "sum": of all inputs; of two it becomes part of a batch norm before it.
 *  - "kernels": anything else writes its own dispatches, forward and for the gradient.
 *
 *  What kernels may rely on, and have to leave behind: values lie [batch, height, width, pitch] in the plan's storage type, sums are
 *  f32; `pitch` is the channels padded to a multiple of four, and what is padded is zero. */
export type WebGpuOperation<N extends AnyNode> =
  | { readonly kind: "input" }
  | { readonly kind: "name" }
  | { readonly kind: "convolution"; geometry(node: N): ConvGeometry }
  | { readonly kind: "batch-norm"; constants(node: N): NormConstants }
  | { readonly kind: "activation"; readonly activation: Activation }
  | { readonly kind: "sum" }
  | {
      readonly kind: "kernels";
      /** Writes `y`. */
      forward(pass: NodePass<N>): void;
      /** Writes, or adds to, the gradient of every input that `into` gives a place; `dy` is complete, and may not be changed. */
      gradient(pass: NodeGradientPass<N>): void;
    };

/** What a convolution is but for its channels. */
export interface ConvGeometry {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** Distance of the filter's taps. */
  readonly dilation: Pair;
  readonly groups: number;
}

/** Where and between what an operation writes its dispatches. */
export interface NodePass<N extends AnyNode> {
  readonly context: PlanContext;
  readonly node: N;
  readonly inputs: readonly Value[];
  /** The first of them. */
  readonly x: Value;
  /** The node's own. */
  readonly y: Value;
  /** One of the node's weights, in f32: vectors padded to a multiple of four with zeros, which have to stay zero. */
  readonly weight: (suffix: string) => Slice;
}

/** The same for the backward pass. */
export interface NodeGradientPass<N extends AnyNode> extends NodePass<N> {
  /** Gradient of `y`. */
  readonly dy: Value;
  /** Where the gradient of an input goes; null when nobody wants it. Asked once for each input, right before it is written. */
  readonly into: (input: number) => GradientTarget | null;
  /** Where the gradient of a weight goes: all of it is to be written. */
  readonly weightGradient: (suffix: string) => Slice;
}

/** Where a contribution to a gradient goes: written first, added to what is there afterwards. */
export interface GradientTarget {
  readonly value: Value;
  readonly add: boolean;
}
