import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { addersEnable, addUp, type Adders } from "./add-up.ts";

/** Softmax cross-entropy with label smoothing over a batch of logits [B, pitch], in one workgroup: adds loss sum and correct
 *  answers to `totals` and in training writes d(mean loss)/d(logits), in half precision times the loss scale. Evaluation counts
 *  only rows below step.done - step.first. Buffers: logits, label, totals, [gradient, [loss scale,]] step. */
export function softmaxLoss(training: boolean, real: Real, adders: Adders): Kernel {
  const { threads } = adders;
  const { globals, code } = addUp(adders, ["lossSum", "hitSum"], "f32");
  const scaled = training && real === "f16";
  return defineKernel({
    name: `softmax-loss-${training ? "training" : "evaluation"}`,
    enable: [...addersEnable(adders), ...(real === "f16" ? ["f16"] : [])],
    buffers: {
      logits: `read array<${real}>`,
      label: "read array<u32>",
      totals: "write array<f32>",
      ...(training ? ({ gradient: `write array<${real}>` } as const) : {}),
      ...(scaled ? ({ scale: "read array<f32>" } as const) : {}),
      step: "step",
    },
    params: ["batch", "classes", "pitch", "smoothing:f32"],
    globals,
    workgroup: [threads],
    builtins: ["index"],
    body: `
var lossSum = 0f; var hitSum = 0f;
let rows = ${training ? "p.batch" : "min(p.batch, step.done - step.first)"};
for (var row = index; row < rows; row += ${threads}u) {
  let at = row * p.pitch;
  var best = 0u;
  var largest = f32(logits[at]);
  var total = 0f;
  for (var c = 0u; c < p.classes; c++) {
    let v = f32(logits[at + c]);
    total += v;
    if (v > largest) { largest = v; best = c; }
  }
  var sum = 0f;
  for (var c = 0u; c < p.classes; c++) { sum += exp(f32(logits[at + c]) - largest); }
  let logSum = largest + log(sum);
  let n = f32(p.classes);
  let truth = label[row];
  lossSum += logSum - (1.0 - p.smoothing) * f32(logits[at + truth]) - p.smoothing / n * total;
  hitSum += select(0f, 1f, best == truth);
  ${
    training
      ? `for (var c = 0u; c < p.pitch; c++) {
    let wanted = select(0f, 1.0 - p.smoothing, c == truth) + p.smoothing / n;
    let value = (exp(f32(logits[at + c]) - logSum) - wanted) / f32(p.batch)${scaled ? " * scale[0]" : ""};
    gradient[at + c] = ${real}(select(0f, value, c < p.classes));
  }`
      : ""
  }
}
${code}
if (index == 0u) { totals[0] += lossSum; totals[1] += hitSum; }`,
  });
}

/** Class probabilities [B, classes] from logits [B, pitch], one item per image. */
export const softmax = (real: Real): Kernel =>
  defineKernel({
    name: "softmax",
    enable: real === "f16" ? ["f16"] : [],
    buffers: { logits: `read array<${real}>`, y: "write array<f32>" },
    params: ["batch", "classes", "pitch"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.batch) { return; }
let at = item * p.pitch;
var largest = f32(logits[at]);
for (var c = 1u; c < p.classes; c++) { largest = max(largest, f32(logits[at + c])); }
var sum = 0f;
for (var c = 0u; c < p.classes; c++) { sum += exp(f32(logits[at + c]) - largest); }
for (var c = 0u; c < p.classes; c++) { y[item * p.classes + c] = exp(f32(logits[at + c]) - largest) / sum; }`,
  });
