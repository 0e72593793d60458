import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { OptimizerConfig } from "../../training/optimizer-config.ts";
import { usedSlots } from "../../training/optimizer-slots.ts";

/** Floats of one entry of the table that tells where a parameter's gradient lies. */
export const blockFloats = 64;

/** Vectors of four values that one item updates: one look at the table serves them all. */
const vectorsPerItem = 4;
const blockVectors = blockFloats / 4;
const itemsPerBlock = blockVectors / vectorsPerItem;

/** Items of an update of so many values, whole blocks. */
export const updateItems = (floats: number): number => floats / 4 / vectorsPerItem;

/** One update of all parameters. `table` has for each block of 64 parameters: where its gradient starts,
 *  the distance between its parts (both in vec4) and their number; the parts are added here, in order.
 *  The step block gives the learning rate and what depends on the step: `scale1` and `scale2` of PyTorch's formulas.
 *  Buffers: parameters, gradients, table, [slot1, [slot2,]] [half-precision copy, loss scale,] step. */
export function optimizerUpdate(config: OptimizerConfig, halfCopy: boolean): Kernel {
  const slots = usedSlots(config);
  const numbers = Object.keys(optimizerParams(config));
  const decayed = config.weightDecay !== 0 && config.name !== "AdamW";
  return defineKernel({
    name: `optimizer-${config.name}`,
    enable: halfCopy ? ["f16"] : [],
    buffers: {
      parameters: "write array<vec4f>",
      gradients: "read array<vec4f>",
      table: "read array<vec4u>",
      ...Object.fromEntries(slots.map((_, i) => [`slot${i}`, "write array<vec4f>"] as const)),
      ...(halfCopy
        ? ({ halves: "write array<vec4<f16>>", scale: "read array<f32>" } as const)
        : {}),
      step: "step",
    },
    params: ["items", ...numbers.map((name) => `${name}:f32`)],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
${numbers.map((name) => `let ${name} = p.${name};`).join("\n")}
${halfCopy ? "if (scale[2] != 0.0) { return; }" : ""}
let block = item / ${itemsPerBlock}u; let place = item % ${itemsPerBlock}u;
let entry = table[block];
for (var k = place; k < ${blockVectors}u; k += ${itemsPerBlock}u) {
  let i = block * ${blockVectors}u + k;
  let at = entry.x + k;
  var g = gradients[at];
  for (var part = 1u; part < entry.z; part++) { g += gradients[at + part * entry.y]; }
  ${halfCopy ? "g /= scale[0];" : ""}
  var w = parameters[i];
  ${decayed ? "g += weightDecay * w;" : ""}
  ${formula(config)}
  parameters[i] = w;
  ${halfCopy ? "halves[i] = vec4<f16>(w);" : ""}
}`,
  });
}

/** The numbers of an optimizer as its kernel's parameters – not its constants: a tuner that searches them would otherwise have a
 *  kernel compiled for every trial. `…Rest` is one minus a decay rate, in double precision as in PyTorch. */
export function optimizerParams(config: OptimizerConfig): Readonly<Record<string, number>> {
  const params: Record<string, number> = {};
  for (const [name, value] of Object.entries(config)) {
    if (typeof value !== "number") continue;
    params[name] = value;
    if (/^(beta[12]|rho|alpha)$/.test(name)) params[`${name}Rest`] = 1 - value;
  }
  return params;
}

/** scale1 and scale2 of a step; the formulas that need none get 1. @param step 1 for the first step */
export function stepScales(config: OptimizerConfig, rate: number, step: number): [number, number] {
  switch (config.name) {
    case "Adam":
    case "AdamW":
      return [rate / (1 - config.beta1 ** step), 1 / Math.sqrt(1 - config.beta2 ** step)];
    case "Adamax":
      return [rate / (1 - config.beta1 ** step), 1];
    case "SGD":
    case "Adadelta":
    case "Adagrad":
    case "RMSprop":
      return [1, 1];
    default:
      return config satisfies never;
  }
}

/** torch.optim's single-tensor formulas; `g` has the weight decay already. */
function formula(config: OptimizerConfig): string {
  switch (config.name) {
    case "SGD":
      if (config.momentum === 0) return "w -= step.rate * g;";
      return `let m = momentum * slot0[i] + g;
slot0[i] = m;
w -= step.rate * ${config.nesterov ? "(g + momentum * m)" : "m"};`;
    case "Adadelta":
      return `let square = rho * slot0[i] + rhoRest * g * g;
let delta = sqrt(slot1[i] + eps) / sqrt(square + eps) * g;
slot0[i] = square;
slot1[i] = rho * slot1[i] + rhoRest * delta * delta;
w -= step.rate * delta;`;
    case "Adagrad":
      return `let total = slot0[i] + g * g;
slot0[i] = total;
w -= step.rate * g / (sqrt(total) + eps);`;
    case "Adam":
    case "AdamW":
      return `let m = beta1 * slot0[i] + beta1Rest * g;
let v = beta2 * slot1[i] + beta2Rest * g * g;
slot0[i] = m; slot1[i] = v;
${config.name === "AdamW" ? "w *= 1.0 - step.rate * weightDecay;" : ""}
w -= step.scale1 * m / (sqrt(v) * step.scale2 + eps);`;
    case "Adamax":
      return `let m = beta1 * slot0[i] + beta1Rest * g;
let v = max(beta2 * slot1[i], abs(g) + eps);
slot0[i] = m; slot1[i] = v;
w -= step.scale1 * m / v;`;
    case "RMSprop":
      return `let square = alpha * slot0[i] + alphaRest * g * g;
slot0[i] = square;
let direction = g / (sqrt(square) + eps);
${
  config.momentum === 0
    ? "w -= step.rate * direction;"
    : "let m = momentum * slot1[i] + direction; slot1[i] = m; w -= step.rate * m;"
}`;
    default:
      return config satisfies never;
  }
}
