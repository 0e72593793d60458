import type { NormNode, NormUnit } from "../plan/fused-graph.ts";
import { itemGrid } from "../kernel.ts";
import {
  finishGradientSums,
  needsInputs,
  normGradientApply,
  normGradientSums,
  readsOutput,
} from "../kernels/norm-gradient.ts";
import { normGradientWhole } from "../kernels/norm-whole.ts";
import type { PlanContext, Value } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";
import { meanOf, scaleSlice } from "./norm-slices.ts";
import type { BackwardPass } from "./gradient-flow.ts";
import type { GradientStore } from "./optimizer.ts";
import { quads, rowsOf } from "../values.ts";
import { sumLayout, wholeNorms } from "./sum-layout.ts";

/** Writes the backward pass of a batch norm group: the norms' inputs get their gradients, and an added value takes `dy` over, which
 *  became the gradient before the activation. */
export function lowerNormGradient(
  { context, pass, flow, gradients }: BackwardPass,
  unit: NormUnit,
  dy: Value,
): void {
  const { norm, addend, group, output, inPlace } = unit;
  const { writer, real } = context;
  /** Who has which gradient now, where no target was given. */
  const hand = (): void => {
    if (inPlace) flow.adopt(norm.inputs[0]!, a);
    if (second) flow.adopt(second.inputs[0]!, b!);
    if (typeof addend === "number") flow.adopt(addend, dy);
  };
  const second = addend !== null && typeof addend !== "number" ? addend : null;
  const dual = second !== null;
  const a = pass.values.get(norm.inputs[0]!)!;
  const b = second ? pass.values.get(second.inputs[0]!)! : null;
  const count = dual ? 3 : 2;
  const rows = rowsOf(context, dy);
  const c4 = dy.pitch / 4;
  const scaleA = scaleSlice(context, pass, norm);
  const scaleB = second ? scaleSlice(context, pass, second) : null;
  const statA = pass.statistics.get(norm.id)!;
  const statB = second ? pass.statistics.get(second.id)! : null;

  const recompute = needsInputs(group);
  const inputs: Slice[] = [dy.slice];
  if (readsOutput(group)) inputs.push(pass.values.get(output)!.slice);
  inputs.push(a.slice, statA);
  if (recompute) inputs.push(scaleA.slice);
  if (b) inputs.push(b.slice, statB!);
  else if (recompute && typeof addend === "number") inputs.push(pass.values.get(addend)!.slice);
  if (recompute && scaleB) inputs.push(scaleB.slice);

  const scaleGradients = [norm, ...(second ? [second] : [])].map((node) =>
    scaleGradient(context, gradients, node),
  );
  const lanes = inPlace ? wholeNorms(context, a) : null;
  if (lanes) {
    const buffers: Slice[] = [dy.slice];
    if (readsOutput(group)) buffers.push(pass.values.get(output)!.slice);
    buffers.push(a.slice, statA, scaleA.slice, scaleGradients[0]!);
    if (b) buffers.push(b.slice, statB!, scaleB!.slice, scaleGradients[1]!);
    else if (recompute && typeof addend === "number") buffers.push(pass.values.get(addend)!.slice);
    writer.run({
      label: `${norm.name} gradient`,
      kernel: normGradientWhole(group, real, lanes),
      buffers,
      params: { rows, c4, beta: scaleA.beta, betaB: scaleB?.beta ?? 0, perRow: 1 / rows },
      grid: [c4, 1, 1],
    });
    hand();
    return;
  }
  const sums = writer.whole(`${norm.name} gradient sums`, count * dy.pitch * 4);
  const layout = sumLayout(context, rows, c4);
  const { chunks, rowsPerChunk, grid } = layout;
  const label = `${norm.name} gradient sums`;
  const params = { rows, rowsPerChunk, c4, beta: scaleA.beta, betaB: scaleB?.beta ?? 0 };
  const finalBuffers = [...inputs, sums, ...scaleGradients];
  const final = chunks === 1 && finalBuffers.length <= context.maxBuffers;
  const partial = final
    ? sums
    : writer.whole(`${norm.name} partial`, chunks * count * dy.pitch * 4);
  writer.run({
    label,
    kernel: normGradientSums(group, real, final, layout),
    buffers: final ? finalBuffers : [...inputs, partial],
    params,
    grid,
  });
  if (!final)
    writer.run({
      label: `${label} finish`,
      kernel: finishGradientSums(dual),
      buffers: [partial, sums, ...scaleGradients],
      params: { ...params, chunks },
      grid: itemGrid(c4),
    });

  const target = inPlace ? null : flow.into(norm.inputs[0]!);
  const items = quads(context, dy);
  if (inPlace || target)
    writer.run({
      label: `${norm.name} gradient`,
      kernel: normGradientApply(group, target ? (target.add ? "add" : "write") : "in-place", real),
      buffers: [
        ...[dy.slice, a.slice, statA, scaleA.slice, sums],
        ...(target ? [target.value.slice] : []),
        ...(b ? [b.slice, statB!, scaleB!.slice] : []),
      ],
      params: { items, c4, beta: scaleA.beta, betaB: scaleB?.beta ?? 0, perRow: 1 / rows },
      grid: itemGrid(items),
    });
  hand();
}

/** Gradients of gamma and beta, next to each other like the parameters; without them, memory that nobody reads. */
const scaleGradient = (context: PlanContext, gradients: GradientStore, norm: NormNode): Slice =>
  norm.affine
    ? gradients.slice(context.layout.byName.get(`${norm.name}.weight`)!, true)
    : context.writer.whole(
        `${norm.name} scale gradient`,
        2 * meanOf(context, norm).paddedOutputs * 4,
      );
