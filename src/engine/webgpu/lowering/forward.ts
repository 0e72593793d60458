import type { NodeOf, Unit } from "../fusion.ts";
import { itemGrid } from "../kernel.ts";
import { lowerConv, lowerConvMoments } from "../conv/conv-pieces.ts";
import * as elementwise from "../kernels/elementwise.ts";
import { groupedConv } from "../kernels/grouped-conv.ts";
import { normApply } from "../kernels/norm-apply.ts";
import { globalPool, pool } from "../kernels/pool.ts";
import type { PlacedTensor } from "../parameter-layout.ts";
import { valueOf, type PlanContext, type Value } from "../plan-context.ts";
import type { Slice } from "../program.ts";
import { dropoutThreshold, drawPurpose } from "../../training/augment.ts";
import { convShapeOf, groupedParams, poolParams, quads, rowsOf, wholeNorms } from "./shapes.ts";
import { emptyPass, scaleSlice, type ForwardPass } from "./norm-slices.ts";
import { batchStatistics, fixedStatistics } from "./norm-statistics.ts";
import { wholeNormUnit } from "./norm-whole.ts";

export { emptyPass, runningSlice, scaleSlice, type ForwardPass } from "./norm-slices.ts";

/** Writes the forward pass of training: batch statistics and dropout. */
export function lowerForward(context: PlanContext, input: Value): ForwardPass {
  const pass = emptyPass(input);
  for (const unit of context.fused.units) lowerUnit(context, pass, unit, true);
  return pass;
}

/** Writes one unit of the forward pass. @param training batch statistics and dropout, else running statistics and none */
export function lowerUnit(
  context: PlanContext,
  pass: ForwardPass,
  unit: Unit,
  training: boolean,
): void {
  if (unit.kind === "statistics") {
    if (training) {
      if (!wholeNorms(context, pass.values.get(unit.norm.inputs[0]!)!))
        batchStatistics(context, pass, unit.norm);
    } else fixedStatistics(context, pass, unit.norm);
  } else if (unit.kind === "norm") {
    const lanes = training ? wholeNorms(context, pass.values.get(unit.norm.inputs[0]!)!) : null;
    if (lanes) wholeNormUnit(context, pass, unit, lanes);
    else normUnit(context, pass, unit);
  } else {
    nodeUnit(context, pass, unit, training);
  }
}

/** Weights as kernels read them. */
export function weightSlice(context: PlanContext, tensor: PlacedTensor): Slice {
  const flat = (context.halves ?? context.parameters)[tensor.segment]!;
  const size = context.halves ? 2 : 4;
  return { region: flat.region, offset: tensor.offset * size, bytes: tensor.floats * size };
}

/** Weights as the optimizer keeps them, and biases: always f32. */
export function masterSlice(context: PlanContext, tensor: PlacedTensor): Slice {
  const flat = context.parameters[tensor.segment]!;
  return { region: flat.region, offset: tensor.offset * 4, bytes: tensor.floats * 4 };
}

function normUnit(
  context: PlanContext,
  pass: ForwardPass,
  unit: Extract<Unit, { kind: "norm" }>,
): void {
  const { norm, addend, group, output } = unit;
  const a = pass.values.get(norm.inputs[0]!)!;
  const y = valueOf(context, output);
  const scale = scaleSlice(context, norm);
  const buffers: Slice[] = [a.slice, pass.statistics.get(norm.id)!, scale.slice];
  let betaB = 0;
  if (typeof addend === "number") buffers.push(pass.values.get(addend)!.slice);
  else if (addend) {
    const scaleB = scaleSlice(context, addend);
    betaB = scaleB.beta;
    buffers.push(pass.values.get(addend.inputs[0]!)!.slice);
    buffers.push(pass.statistics.get(addend.id)!, scaleB.slice);
  }
  const items = quads(context, y);
  context.writer.run({
    label: `${norm.name} apply`,
    kernel: normApply(group, context.real),
    buffers: [...buffers, y.slice],
    params: { items, c4: y.pitch / 4, beta: scale.beta, betaB },
    grid: itemGrid(items),
  });
  pass.values.set(output, y);
}

function nodeUnit(
  context: PlanContext,
  pass: ForwardPass,
  { node }: Extract<Unit, { kind: "node" }>,
  training: boolean,
): void {
  const { writer, real } = context;
  const inputs = node.inputs.map((id) => pass.values.get(id)!);
  const x = inputs[0]!;
  if (node.op === "dropout" && !training) {
    pass.values.set(node.id, x);
    return;
  }
  const y = valueOf(context, node.id);
  pass.values.set(node.id, y);
  const items = quads(context, y);
  const each = { label: node.name, grid: itemGrid(items) };
  switch (node.op) {
    case "conv":
    case "dense":
      convUnit(context, pass, node, training);
      return;
    case "relu":
    case "silu":
      writer.run({
        ...each,
        kernel: elementwise.activate(node.op, real),
        buffers: [x.slice, y.slice],
        params: { items },
      });
      return;
    case "add":
      addUnit(context, node, inputs, y);
      return;
    case "concat": {
      let toChannel = 0;
      for (const part of inputs) {
        const values = rowsOf(context, part) * part.channels;
        writer.run({
          label: node.name,
          kernel: elementwise.copyChannels(false, real),
          buffers: [part.slice, y.slice],
          params: {
            items: values,
            channels: part.channels,
            fromPitch: part.pitch,
            fromChannel: 0,
            toPitch: y.pitch,
            toChannel,
          },
          grid: itemGrid(values),
        });
        toChannel += part.channels;
      }
      if (y.pitch > y.channels) clearPadding(context, node.name, y);
      return;
    }
    case "max-pool":
    case "average-pool":
      writer.run({
        ...each,
        kernel: pool(node.op === "max-pool" ? "max" : "average", real),
        buffers: [x.slice, y.slice],
        params: { items, ...poolParams(node, x, y) },
      });
      return;
    case "global-average-pool":
      writer.run({
        ...each,
        kernel: globalPool(real),
        buffers: [x.slice, y.slice],
        params: { items, c4: y.pitch / 4, pixels: x.height * x.width },
      });
      return;
    case "dropout":
      writer.run({
        ...each,
        kernel: elementwise.dropout(false, real),
        buffers: [x.slice, y.slice, "step"],
        params: { items, ...dropoutParams(node, y) },
      });
      return;
    case "batch-norm":
    case "input":
    case "identity":
      throw new Error(`${node.op} is no unit of its own`);
    default:
      node satisfies never;
  }
}

export const dropoutParams = (
  node: NodeOf<"dropout">,
  y: Value,
): Readonly<Record<string, number>> => ({
  channels: y.channels,
  c4: y.pitch / 4,
  purpose: drawPurpose.dropout + node.id,
  threshold: dropoutThreshold(node.rate),
  factor: 1 / (1 - node.rate),
});

function convUnit(
  context: PlanContext,
  pass: ForwardPass,
  node: NodeOf<"conv" | "dense">,
  training: boolean,
): void {
  const [x, y] = [pass.values.get(node.inputs[0]!)!, pass.values.get(node.id)!];
  const weight = context.layout.byName.get(`${node.name}.weight`)!;
  const bias = context.layout.byName.get(`${node.name}.bias`);
  const { writer, real } = context;
  const operands = {
    first: x.slice,
    second: weightSlice(context, weight),
    bias: bias && masterSlice(context, bias),
    result: y.slice,
  };
  if (node.op === "conv" && node.groups > 1) {
    const items = rowsOf(context, y) * y.channels;
    writer.run({
      label: node.name,
      kernel: groupedConv(bias !== undefined, real),
      buffers: [
        operands.first,
        operands.second,
        ...(operands.bias ? [operands.bias] : []),
        operands.result,
      ],
      params: { items, ...groupedParams(node, x, y) },
      grid: itemGrid(items),
    });
    if (y.pitch > y.channels) clearPadding(context, node.name, y);
    return;
  }
  const shape = convShapeOf(context, node);
  const options = { bias: bias !== undefined };
  const isNormalised = context.fused.units.some(
    (unit) => unit.kind === "statistics" && unit.norm.inputs[0] === node.id,
  );
  if (training && isNormalised) {
    const moments = lowerConvMoments(context, node.name, shape, operands, options);
    if (moments) pass.moments.set(node.id, moments);
  } else lowerConv(context, node.name, "forward", shape, operands, options);
}

/** Kernels that write channel by channel leave the padding as the memory was. */
export function clearPadding(context: PlanContext, label: string, y: Value): void {
  const rows = rowsOf(context, y);
  context.writer.run({
    label: `${label} padding`,
    kernel: elementwise.clearChannels(context.real),
    buffers: [y.slice],
    params: { items: rows, channels: y.channels, pitch: y.pitch },
    grid: itemGrid(rows),
  });
}

function addUnit(
  context: PlanContext,
  node: NodeOf<"add">,
  inputs: readonly Value[],
  y: Value,
): void {
  const items = quads(context, y);
  const each = { label: node.name, grid: itemGrid(items) };
  const { writer, real } = context;
  const distinct = [...new Set(inputs)];
  const times = (value: Value): number => inputs.filter((other) => other === value).length;
  if (distinct.length === 2 && inputs.length === 2) {
    const buffers = [distinct[0]!.slice, distinct[1]!.slice, y.slice];
    writer.run({ ...each, kernel: elementwise.sum(real), buffers, params: { items } });
    return;
  }
  distinct.forEach((value, i) =>
    writer.run({
      ...each,
      kernel: elementwise.copy(i > 0, real),
      buffers: [value.slice, y.slice],
      params: { items, factor: times(value) },
    }),
  );
}
