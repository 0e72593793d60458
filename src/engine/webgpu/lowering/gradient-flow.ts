import { itemGrid } from "../kernel.ts";
import * as elementwise from "../kernels/elementwise.ts";
import type { GradientTarget } from "../operation.ts";
import { valueOf, type PlanContext, type Value } from "../plan/plan-context.ts";
import { quads } from "../values.ts";
import type { ForwardPass } from "./norm-slices.ts";
import type { GradientStore } from "./optimizer.ts";

/** Where the backward pass is written, and between what. */
export interface BackwardPass {
  readonly context: PlanContext;
  readonly pass: ForwardPass;
  readonly flow: GradientFlow;
  readonly gradients: GradientStore;
}

/** Gradients of activations while the backward pass is written. */
export class GradientFlow {
  readonly #gradients = new Map<number, Value>();
  /** Nodes whose value depends on a parameter. */
  readonly #wanted: readonly boolean[];

  constructor(readonly context: PlanContext) {
    const owners = new Set(context.layout.trainable.map(({ spec }) => spec.node));
    const wanted: boolean[] = [];
    for (const { id, inputs } of context.fused.nodes)
      wanted.push(owners.has(id) || inputs.some((input) => wanted[input]!));
    this.#wanted = wanted;
  }

  of(node: number): Value | undefined {
    return this.#gradients.get(node);
  }

  /** True when a gradient is wanted and there is none yet. */
  isNew(node: number): boolean {
    return this.#wanted[node]! && !this.#gradients.has(node);
  }

  /** Where to put a contribution; null when nobody wants it. */
  into(node: number): GradientTarget | null {
    if (!this.#wanted[node]) return null;
    const existing = this.#gradients.get(node);
    if (existing) return { value: existing, add: true };
    const value = valueOf(this.context, node, "gradient of");
    this.#gradients.set(node, value);
    return { value, add: false };
  }

  /** Makes memory that already holds a contribution the node's gradient, or adds it to the one that is there. */
  adopt(node: number, value: Value): void {
    if (!this.#wanted[node]) return;
    const existing = this.#gradients.get(node);
    if (existing) this.copy(value, { value: existing, add: true }, 1);
    else this.#gradients.set(node, value);
  }

  copy(from: Value, to: GradientTarget, factor: number): void {
    const items = quads(this.context, from);
    this.context.writer.run({
      label: "add gradients",
      kernel: elementwise.copy(to.add, this.context.real),
      buffers: [from.slice, to.value.slice],
      params: { items, factor },
      grid: itemGrid(items),
    });
  }
}
