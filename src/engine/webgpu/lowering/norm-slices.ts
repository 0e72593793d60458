import type { Moments } from "../conv/conv-pieces.ts";
import type { NormNode } from "../plan/fused-graph.ts";
import { itemGrid } from "../kernel.ts";
import { unitScale } from "../kernels/unit-scale.ts";
import type { PlacedTensor } from "../plan/placed-tensor.ts";
import type { PlanContext, Value } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";

/** What the forward pass leaves for the backward pass. */
export interface ForwardPass {
  readonly values: Map<number, Value>;
  /** [2, C] mean and 1/std by batch norm node. */
  readonly statistics: Map<number, Slice>;
  /** Scale and shift of norms that have no own, by node. */
  readonly unitScales: Map<number, NormScale>;
  /** By convolution node, where its kernel wrote them. */
  readonly moments: Map<number, Moments>;
}

/** A pass that has computed nothing but its input. */
export const emptyPass = (input: Value): ForwardPass => ({
  values: new Map([[0, input]]),
  statistics: new Map(),
  unitScales: new Map(),
  moments: new Map(),
});

/** A norm's gamma and beta, always f32. */
export interface NormScale {
  readonly slice: Slice;
  /** Where beta is, in vec4 from the start. */
  readonly beta: number;
}

/** A norm's scale: its own, or ones and zeros that are written once in a pass. */
export function scaleSlice(
  context: PlanContext,
  { unitScales }: Pick<ForwardPass, "unitScales">,
  norm: NormNode,
): NormScale {
  if (norm.affine) {
    const gamma = context.layout.byName.get(`${norm.name}.weight`)!;
    const flat = context.parameters[gamma.segment]!;
    const bytes = 2 * gamma.floats * 4;
    return {
      slice: { region: flat.region, offset: gamma.offset * 4, bytes },
      beta: gamma.floats / 4,
    };
  }
  const existing = unitScales.get(norm.id);
  if (existing) return existing;
  const c4 = meanOf(context, norm).paddedOutputs / 4;
  const scale = { slice: context.writer.whole(`${norm.name} scale`, 2 * c4 * 16), beta: c4 };
  context.writer.run({
    label: `${norm.name} scale`,
    kernel: unitScale(),
    buffers: [scale.slice],
    params: { items: 2 * c4, c4 },
    grid: itemGrid(2 * c4),
  });
  unitScales.set(norm.id, scale);
  return scale;
}

/** Where a norm's running mean lies; its variance is behind it. */
export const meanOf = ({ layout }: PlanContext, norm: NormNode): PlacedTensor =>
  layout.byName.get(`${norm.name}.running_mean`)!;

/** A norm's running mean and variance. */
export function runningSlice(context: PlanContext, norm: NormNode): Slice {
  const mean = meanOf(context, norm);
  return { region: context.running.region, offset: mean.offset * 4, bytes: 2 * mean.floats * 4 };
}
