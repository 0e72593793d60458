import type { AnyNode } from "../../model/node.ts";
import { operationOf } from "../../ops/index.ts";
import { activateGradient } from "../kernels/elementwise.ts";
import type { PlanContext, Value } from "../plan/plan-context.ts";
import { runQuads } from "../values.ts";
import { convGradient, masterSlice, tensorOf } from "./conv.ts";
import { GradientFlow, type BackwardPass } from "./gradient-flow.ts";
import { lowerNormGradient } from "./norm-gradient.ts";
import type { ForwardPass } from "./norm-slices.ts";
import type { GradientStore } from "./optimizer.ts";

/** Writes the backward pass. @param seed gradient of the logits */
export function lowerBackward(
  context: PlanContext,
  pass: ForwardPass,
  seed: Value,
  gradients: GradientStore,
): void {
  const flow = new GradientFlow(context);
  const back: BackwardPass = { context, pass, flow, gradients };
  flow.adopt(context.fused.logits, seed);
  for (const unit of [...context.fused.units].reverse()) {
    if (unit.kind === "statistics") continue;
    const dy = flow.of(unit.kind === "norm" ? unit.output : unit.node.id);
    // Nothing that the loss depends on.
    if (!dy) continue;
    if (unit.kind === "norm") lowerNormGradient(back, unit, dy);
    else nodeGradient(back, unit.node, dy);
  }
}

function nodeGradient(back: BackwardPass, node: AnyNode, dy: Value): void {
  const { context, pass, flow, gradients } = back;
  const inputs = node.inputs.map((id) => pass.values.get(id)!);
  const x = inputs[0]!;
  const { webgpu } = operationOf(node);
  switch (webgpu.kind) {
    case "convolution": {
      const conv = { node, geometry: webgpu.geometry(node), x };
      convGradient(back, conv, dy);
      return;
    }
    case "activation": {
      const target = flow.into(node.inputs[0]!);
      if (!target) return;
      runQuads(
        { context, node },
        {
          label: `${node.name} gradient`,
          kernel: activateGradient(webgpu.activation, target.add, context.real),
          buffers: [dy, x, target.value],
          over: target.value,
        },
      );
      return;
    }
    case "sum":
      sumGradient(flow, node, dy);
      return;
    case "kernels": {
      const into = (input: number): ReturnType<GradientFlow["into"]> =>
        flow.into(node.inputs[input]!);
      const place = { context, node, inputs, x, y: pass.values.get(node.id)!, dy };
      webgpu.gradient({
        ...place,
        into,
        weight: (suffix) => masterSlice(context, tensorOf(context, node, suffix)),
        weightGradient: (suffix) => gradients.slice(tensorOf(context, node, suffix)),
      });
      return;
    }
    case "batch-norm":
    case "input":
    case "name":
      throw new Error(`${node.op} is no unit of its own`);
    default:
      webgpu satisfies never;
  }
}

function sumGradient(flow: GradientFlow, node: AnyNode, dy: Value): void {
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
