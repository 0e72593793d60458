import { lowerConv } from "../conv/conv-pieces.ts";
import type { NodeOf, Unit } from "../fusion.ts";
import { itemGrid } from "../kernel.ts";
import { addersOf } from "../kernels/add-up.ts";
import { biasGradient } from "../kernels/bias-gradient.ts";
import * as elementwise from "../kernels/elementwise.ts";
import { groupedConvFilter, groupedConvInput } from "../kernels/grouped-conv.ts";
import { globalPoolGradient, poolGradient } from "../kernels/pool.ts";
import type { PlanContext, Value } from "../plan-context.ts";
import { clearPadding, dropoutParams, weightSlice, type ForwardPass } from "./forward.ts";
import { GradientFlow } from "./gradient-flow.ts";
import { lowerNormGradient } from "./norm-gradient.ts";
import type { GradientStore } from "./optimizer.ts";
import { convShapeOf, groupedParams, poolParams, quads, rowsOf } from "./shapes.ts";

/** Writes the backward pass. @param seed gradient of the logits */
export function lowerBackward(
  context: PlanContext,
  pass: ForwardPass,
  seed: Value,
  gradients: GradientStore,
): void {
  const flow = new GradientFlow(context);
  flow.adopt(context.fused.logits, seed);
  for (const unit of [...context.fused.units].reverse()) {
    if (unit.kind === "statistics") continue;
    const dy = flow.of(unit.kind === "norm" ? unit.output : unit.node.id);
    // Nothing that the loss depends on.
    if (!dy) continue;
    if (unit.kind === "norm") lowerNormGradient(context, pass, flow, gradients, unit, dy);
    else nodeGradient(context, pass, flow, gradients, unit, dy);
  }
}

function nodeGradient(
  context: PlanContext,
  pass: ForwardPass,
  flow: GradientFlow,
  gradients: GradientStore,
  { node }: Extract<Unit, { kind: "node" }>,
  dy: Value,
): void {
  const { writer, real } = context;
  const from = node.inputs[0]!;
  const x = pass.values.get(from)!;
  const label = `${node.name} gradient`;
  switch (node.op) {
    case "conv":
    case "dense":
      if (node.op === "conv" && node.groups > 1)
        groupedGradient(context, flow, gradients, node, x, dy);
      else convGradient(context, flow, gradients, node, x, dy);
      return;
    case "add":
      addGradient(flow, node, dy);
      return;
    case "concat": {
      let fromChannel = 0;
      for (const id of node.inputs) {
        const part = pass.values.get(id)!;
        const target = flow.into(id);
        if (target) {
          const items = rowsOf(context, part) * part.channels;
          writer.run({
            label,
            kernel: elementwise.copyChannels(target.add, real),
            buffers: [dy.slice, target.value.slice],
            params: {
              items,
              channels: part.channels,
              fromPitch: dy.pitch,
              fromChannel,
              toPitch: part.pitch,
              toChannel: 0,
            },
            grid: itemGrid(items),
          });
          if (!target.add && part.pitch > part.channels) clearPadding(context, label, target.value);
        }
        fromChannel += part.channels;
      }
      return;
    }
  }
  const target = flow.into(from);
  if (!target) return;
  const { add, value: dx } = target;
  const items = quads(context, dx);
  const each = { label, grid: itemGrid(items) };
  switch (node.op) {
    case "relu":
    case "silu":
      writer.run({
        ...each,
        kernel: elementwise.activateGradient(node.op, add, real),
        buffers: [dy.slice, x.slice, dx.slice],
        params: { items },
      });
      return;
    case "max-pool":
    case "average-pool": {
      const max = node.op === "max-pool";
      writer.run({
        ...each,
        kernel: poolGradient(max ? "max" : "average", add, real),
        buffers: [dy.slice, ...(max ? [x.slice] : []), dx.slice],
        params: { items, ...poolParams(node, x, dy) },
      });
      return;
    }
    case "global-average-pool":
      writer.run({
        ...each,
        kernel: globalPoolGradient(add, real),
        buffers: [dy.slice, dx.slice],
        params: { items, c4: dx.pitch / 4, pixels: dx.height * dx.width },
      });
      return;
    case "dropout":
      writer.run({
        ...each,
        kernel: elementwise.dropout(add, real),
        buffers: [dy.slice, dx.slice, "step"],
        params: { items, ...dropoutParams(node, dx) },
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

function convGradient(
  context: PlanContext,
  flow: GradientFlow,
  gradients: GradientStore,
  node: NodeOf<"conv" | "dense">,
  x: Value,
  dy: Value,
): void {
  const shape = convShapeOf(context, node);
  const weight = context.layout.byName.get(`${node.name}.weight`)!;
  lowerConv(
    context,
    `${node.name} filter gradient`,
    "filter-gradient",
    shape,
    { first: x.slice, second: dy.slice, result: gradients.slice(weight) },
    { parts: gradients.parts(weight), partFloats: weight.floats },
  );
  biasUnit(context, gradients, node, dy);
  const target = flow.into(node.inputs[0]!);
  if (!target) return;
  lowerConv(
    context,
    `${node.name} input gradient`,
    "input-gradient",
    shape,
    { first: dy.slice, second: weightSlice(context, weight), result: target.value.slice },
    { accumulate: target.add },
  );
}

function biasUnit(
  context: PlanContext,
  gradients: GradientStore,
  node: NodeOf<"conv" | "dense">,
  dy: Value,
): void {
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

function groupedGradient(
  context: PlanContext,
  flow: GradientFlow,
  gradients: GradientStore,
  node: NodeOf<"conv">,
  x: Value,
  dy: Value,
): void {
  const { writer, layout, real, batch } = context;
  const weight = layout.byName.get(`${node.name}.weight`)!;
  const params = groupedParams(node, x, dy);
  const parts = gradients.parts(weight);
  const lines = batch * dy.height;
  const values = node.kernel[0] * node.kernel[1] * params["groupIn"]! * dy.channels;
  const [columns, rows] = itemGrid(values);
  writer.run({
    label: `${node.name} filter gradient`,
    kernel: groupedConvFilter(real),
    buffers: [x.slice, dy.slice, gradients.slice(weight)],
    params: {
      ...params,
      items: values,
      lines,
      linesPerPart: Math.ceil(lines / parts),
      partStride: weight.floats,
    },
    grid: [columns, rows, parts],
  });
  biasUnit(context, gradients, node, dy);
  const target = flow.into(node.inputs[0]!);
  if (!target) return;
  const items = rowsOf(context, x) * x.channels;
  writer.run({
    label: `${node.name} input gradient`,
    kernel: groupedConvInput(target.add, real),
    buffers: [dy.slice, weightSlice(context, weight), target.value.slice],
    params: { items, ...params },
    grid: itemGrid(items),
  });
  if (!target.add && x.pitch > x.channels) clearPadding(context, node.name, target.value);
}

function addGradient(flow: GradientFlow, node: NodeOf<"add">, dy: Value): void {
  const distinct = [...new Set(node.inputs)];
  const times = (id: number): number => node.inputs.filter((other) => other === id).length;
  // One input may take the gradient over as it is; the others copy it first.
  const heir = distinct.find((id) => flow.isNew(id) && times(id) === 1);
  for (const id of distinct) {
    if (id === heir) continue;
    const target = flow.into(id);
    if (target) flow.copy(dy, target, times(id));
  }
  if (heir !== undefined) flow.adopt(heir, dy);
}
