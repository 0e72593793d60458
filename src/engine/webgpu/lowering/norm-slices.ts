import type { Moments } from "../conv/conv-pieces.ts";
import type { NodeOf } from "../fusion.ts";
import type { PlanContext, Value } from "../plan-context.ts";
import type { Slice } from "../program.ts";

/** What the forward pass leaves for the backward pass. */
export interface ForwardPass {
  readonly values: Map<number, Value>;
  /** [2, C] mean and 1/std by batch norm node. */
  readonly statistics: Map<number, Slice>;
  /** By convolution node, where its kernel wrote them. */
  readonly moments: Map<number, Moments>;
}

/** A pass that has computed nothing but its input. */
export const emptyPass = (input: Value): ForwardPass => ({
  values: new Map([[0, input]]),
  statistics: new Map(),
  moments: new Map(),
});

/** A norm's gamma and beta, always f32; `beta` in vec4 from the start. */
export function scaleSlice(
  context: PlanContext,
  norm: NodeOf<"batch-norm">,
): { readonly slice: Slice; readonly beta: number } {
  const gamma = context.layout.byName.get(`${norm.name}.weight`)!;
  const flat = context.parameters[gamma.segment]!;
  const bytes = 2 * gamma.floats * 4;
  return {
    slice: { region: flat.region, offset: gamma.offset * 4, bytes },
    beta: gamma.floats / 4,
  };
}

/** A norm's running mean and variance. */
export function runningSlice(context: PlanContext, norm: NodeOf<"batch-norm">): Slice {
  const mean = context.layout.byName.get(`${norm.name}.running_mean`)!;
  return { region: context.running.region, offset: mean.offset * 4, bytes: 2 * mean.floats * 4 };
}
