import type { AnyNode } from "../../model/node.ts";
import { operationOf } from "../../ops/index.ts";
import type { NormUnit, Unit } from "../plan/fused-graph.ts";
import { itemGrid } from "../kernel.ts";
import { activate, copy, sum } from "../kernels/elementwise.ts";
import { normApply } from "../kernels/norm-apply.ts";
import { valueOf, type PlanContext, type Value } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";
import { quads, runQuads } from "../values.ts";
import { convForward, masterSlice, tensorOf } from "./conv.ts";
import { emptyPass, scaleSlice, type ForwardPass } from "./norm-slices.ts";
import { batchStatistics, fixedStatistics } from "./norm-statistics.ts";
import { wholeNormUnit } from "./norm-whole.ts";
import { wholeNorms } from "./sum-layout.ts";

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
    nodeUnit(context, pass, unit.node, training);
  }
}

function normUnit(context: PlanContext, pass: ForwardPass, unit: NormUnit): void {
  const { norm, addend, group, output } = unit;
  const a = pass.values.get(norm.inputs[0]!)!;
  const y = valueOf(context, output);
  const scale = scaleSlice(context, pass, norm);
  const buffers: Slice[] = [a.slice, pass.statistics.get(norm.id)!, scale.slice];
  let betaB = 0;
  if (typeof addend === "number") buffers.push(pass.values.get(addend)!.slice);
  else if (addend) {
    const scaleB = scaleSlice(context, pass, addend);
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

function nodeUnit(context: PlanContext, pass: ForwardPass, node: AnyNode, training: boolean): void {
  const inputs = node.inputs.map((id) => pass.values.get(id)!);
  const x = inputs[0]!;
  const { webgpu, isName } = operationOf(node);
  if (isName?.(node, training)) {
    pass.values.set(node.id, x);
    return;
  }
  const y = valueOf(context, node.id);
  pass.values.set(node.id, y);
  const weight = (suffix: string): Slice => masterSlice(context, tensorOf(context, node, suffix));
  const nodePass = { context, node, inputs, x, y, weight };
  switch (webgpu.kind) {
    case "convolution":
      convForward(context, pass, { node, geometry: webgpu.geometry(node), x, y }, training);
      return;
    case "activation": {
      const { activation } = webgpu;
      const kernel = activate(activation, context.real);
      const params = activation.movesZero ? { c4: y.pitch / 4, channels: y.channels } : {};
      runQuads(nodePass, { kernel, buffers: [x, y], params, over: y });
      return;
    }
    case "sum":
      sumUnit(context, node, inputs, y);
      return;
    case "kernels":
      webgpu.forward(nodePass);
      return;
    case "batch-norm":
    case "input":
    case "name":
      throw new Error(`${node.op} is no unit of its own`);
    default:
      webgpu satisfies never;
  }
}

function sumUnit(context: PlanContext, node: AnyNode, inputs: readonly Value[], y: Value): void {
  const pass = { context, node };
  const { real } = context;
  const distinct = [...new Set(inputs)];
  const times = (value: Value): number => inputs.filter((other) => other === value).length;
  if (distinct.length === 2 && inputs.length === 2) {
    runQuads(pass, { kernel: sum(real), buffers: [distinct[0]!, distinct[1]!, y], over: y });
    return;
  }
  distinct.forEach((value, i) =>
    runQuads(pass, {
      kernel: copy(i > 0, real),
      buffers: [value, y],
      params: { factor: times(value) },
      over: y,
    }),
  );
}
