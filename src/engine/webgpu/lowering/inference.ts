import { lowerConv } from "../conv/conv-pieces.ts";
import type { NormNode, NormUnit, Unit } from "../plan/fused-graph.ts";
import { itemGrid } from "../kernel.ts";
import { plainEnding, type ConvEnding } from "../kernels/conv-ending.ts";
import { normFold } from "../kernels/norm-fold.ts";
import { valueOf, type PlanContext, type Value } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";
import { masterSlice } from "./conv.ts";
import { lowerUnit } from "./forward.ts";
import { convShapeOf, geometryOf, isSparse } from "./geometry.ts";
import { emptyPass, meanOf, runningSlice, scaleSlice, type ForwardPass } from "./norm-slices.ts";

/** A convolution's filter and bias with the batch norm behind it folded in, by the convolution's node. */
export type FoldedConvs = ReadonlyMap<number, { readonly weight: Slice; readonly bias: Slice }>;

/** Writes what is done once before batches are evaluated: batch norms with running statistics become part of the convolutions
 *  before them, wherever these are the only ones that see the convolution's result. */
export function lowerFolding(context: PlanContext): FoldedConvs {
  const folded = new Map<number, { readonly weight: Slice; readonly bias: Slice }>();
  for (const unit of context.fused.units)
    if (isFoldable(context, unit))
      for (const norm of normsOf(unit)) folded.set(norm.inputs[0]!, foldNorm(context, norm));
  return folded;
}

const normsOf = ({ norm, addend }: NormUnit): readonly NormNode[] =>
  addend !== null && typeof addend !== "number" ? [norm, addend] : [norm];

function isFoldable({ fused }: PlanContext, unit: Unit): unit is NormUnit {
  if (unit.kind !== "norm" || !unit.inPlace) return false;
  return normsOf(unit).every((norm) => {
    const geometry = geometryOf(fused.nodes[norm.inputs[0]!]!);
    return geometry !== null && !isSparse(geometry);
  });
}

function foldNorm(
  context: PlanContext,
  norm: NormNode,
): { readonly weight: Slice; readonly bias: Slice } {
  const { layout, writer, real, bytesPerValue } = context;
  const { name } = context.fused.nodes[norm.inputs[0]!]!;
  const tensor = layout.byName.get(`${name}.weight`)!;
  const ownBias = layout.byName.get(`${name}.bias`);
  const scale = scaleSlice(context, { unitScales: new Map() }, norm);
  const weight = writer.whole(`${name} folded filter`, tensor.floats * bytesPerValue);
  const bias = writer.whole(`${name} folded bias`, tensor.paddedOutputs * 4);
  const c4 = tensor.paddedOutputs / 4;
  const taps = (tensor.spec.shape[2] ?? 1) * (tensor.spec.shape[3] ?? 1);
  const items = taps * tensor.paddedInputs * c4;
  writer.run({
    label: `${norm.name} fold`,
    kernel: normFold(ownBias !== undefined, real),
    buffers: [
      masterSlice(context, tensor),
      ...(ownBias ? [masterSlice(context, ownBias)] : []),
      scale.slice,
      runningSlice(context, norm),
      weight,
      bias,
    ],
    params: {
      items,
      c4,
      beta: scale.beta,
      pitch: meanOf(context, norm).floats / 4,
      eps: norm.eps,
    },
    grid: itemGrid(items),
  });
  return { weight, bias };
}

/** Writes the forward pass of evaluation: running statistics, no dropout. */
export function lowerInference(
  context: PlanContext,
  input: Value,
  folded: FoldedConvs,
): ForwardPass {
  const pass = emptyPass(input);
  for (const unit of context.fused.units) {
    if (unit.kind === "node" && folded.has(unit.node.id)) continue;
    if (unit.kind === "statistics" && folded.has(unit.norm.inputs[0]!)) continue;
    if (unit.kind === "norm" && folded.has(unit.norm.inputs[0]!))
      foldedUnit(context, pass, unit, folded);
    else lowerUnit(context, pass, unit, false);
  }
  return pass;
}

function foldedUnit(
  context: PlanContext,
  pass: ForwardPass,
  { norm, addend, group, output }: NormUnit,
  folded: FoldedConvs,
): void {
  const run = (conv: number, to: number, ending: ConvEnding, added?: Slice): Value => {
    const node = context.fused.nodes[conv]!;
    const { weight, bias } = folded.get(conv)!;
    const y = valueOf(context, to);
    const first = pass.values.get(node.inputs[0]!)!.slice;
    lowerConv(context, {
      label: node.name,
      direction: "forward",
      shape: convShapeOf(context, node, geometryOf(node)!),
      operands: { first, second: weight, bias, addend: added, result: y.slice },
      options: { bias: true, ending },
    });
    return y;
  };
  const added =
    addend === null
      ? undefined
      : typeof addend === "number"
        ? pass.values.get(addend)!.slice
        : run(addend.inputs[0]!, addend.id, plainEnding).slice;
  const ending = { addend: added !== undefined, activation: group.activation };
  pass.values.set(output, run(norm.inputs[0]!, output, ending, added));
}
