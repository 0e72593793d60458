import type { AnyNode } from "../../model/node.ts";
import { lowerConv, lowerConvMoments } from "../conv/conv-pieces.ts";
import { addersOf } from "../kernels/add-up.ts";
import { biasGradient } from "../kernels/bias-gradient.ts";
import type { ConvGeometry } from "../operation.ts";
import type { PlacedTensor } from "../plan/placed-tensor.ts";
import type { PlanContext, Value } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";
import { rowsOf } from "../values.ts";
import { convShapeOf, isSparse } from "./geometry.ts";
import type { BackwardPass } from "./gradient-flow.ts";
import { groupedForward, groupedGradient } from "./grouped-conv.ts";
import type { ForwardPass } from "./norm-slices.ts";
import type { GradientStore } from "./optimizer.ts";

/** Weights as kernels read them. */
export function weightSlice(context: PlanContext, tensor: PlacedTensor): Slice {
  const flat = (context.halves ?? context.parameters)[tensor.segment]!;
  const size = context.halves ? 2 : 4;
  return { region: flat.region, offset: tensor.offset * size, bytes: tensor.floats * size };
}

/** A weight of a node that has it. */
export function tensorOf({ layout }: PlanContext, node: AnyNode, suffix: string): PlacedTensor {
  const tensor = layout.byName.get(`${node.name}.${suffix}`);
  if (!tensor) throw new Error(`Node ${node.name}: no weight is named ${suffix}`);
  return tensor;
}

/** Weights as the optimizer keeps them, and biases: always f32. */
export function masterSlice(context: PlanContext, tensor: PlacedTensor): Slice {
  const flat = context.parameters[tensor.segment]!;
  return { region: flat.region, offset: tensor.offset * 4, bytes: tensor.floats * 4 };
}

/** A convolution or dense layer on its way into dispatches. */
export interface ConvNode {
  readonly node: AnyNode;
  readonly geometry: ConvGeometry;
  readonly x: Value;
}

/** Writes a convolution forward; in training with the moments that a batch norm behind it wants. */
export function convForward(
  context: PlanContext,
  pass: ForwardPass,
  { node, geometry, x, y }: ConvNode & { readonly y: Value },
  training: boolean,
): void {
  const weight = context.layout.byName.get(`${node.name}.weight`)!;
  const bias = context.layout.byName.get(`${node.name}.bias`);
  const operands = {
    first: x.slice,
    second: weightSlice(context, weight),
    bias: bias && masterSlice(context, bias),
    result: y.slice,
  };
  if (isSparse(geometry)) {
    groupedForward(context, { label: node.name, geometry, x, y }, operands);
    return;
  }
  const shape = convShapeOf(context, node, geometry);
  const options = { bias: bias !== undefined };
  const isNormalised = context.fused.units.some(
    (unit) => unit.kind === "statistics" && unit.norm.inputs[0] === node.id,
  );
  if (training && isNormalised) {
    const moments = lowerConvMoments(context, { label: node.name, shape, operands, options });
    if (moments) pass.moments.set(node.id, moments);
  } else {
    const task = { label: node.name, direction: "forward", shape, operands, options } as const;
    lowerConv(context, task);
  }
}

/** Writes the gradients of a convolution's filter, bias and input. */
export function convGradient(
  { context, flow, gradients }: BackwardPass,
  { node, geometry, x }: ConvNode,
  dy: Value,
): void {
  const weight = context.layout.byName.get(`${node.name}.weight`)!;
  if (isSparse(geometry)) {
    groupedGradient(
      context,
      { label: node.name, geometry, x, y: dy },
      {
        weight,
        filter: weightSlice(context, weight),
        gradient: gradients.slice(weight),
        parts: gradients.parts(weight),
        between: () => biasUnit(context, gradients, node, dy),
        into: () => flow.into(node.inputs[0]!),
      },
    );
    return;
  }
  const shape = convShapeOf(context, node, geometry);
  lowerConv(context, {
    label: `${node.name} filter gradient`,
    direction: "filter-gradient",
    shape,
    operands: { first: x.slice, second: dy.slice, result: gradients.slice(weight) },
    options: { parts: gradients.parts(weight), partFloats: weight.floats },
  });
  biasUnit(context, gradients, node, dy);
  const target = flow.into(node.inputs[0]!);
  if (!target) return;
  const { slice: result } = target.value;
  lowerConv(context, {
    label: `${node.name} input gradient`,
    direction: "input-gradient",
    shape,
    operands: { first: dy.slice, second: weightSlice(context, weight), result },
    options: { accumulate: target.add },
  });
}

function biasUnit(context: PlanContext, gradients: GradientStore, node: AnyNode, dy: Value): void {
  const bias = context.layout.byName.get(`${node.name}.bias`);
  if (!bias) return;
  const c4 = dy.pitch / 4;
  context.writer.run({
    label: `${node.name} bias gradient`,
    kernel: biasGradient(context.real, addersOf(context.family)),
    buffers: [dy.slice, gradients.slice(bias)],
    params: { rows: rowsOf(context, dy), c4 },
    grid: [c4, 1, 1],
  });
}
