import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { OptimizerConfig } from "../../training/optimizer-config.ts";
import { usedSlots } from "../../training/optimizer-slots.ts";

/** Floats of one entry of the table that tells where a parameter's gradient lies. */
export const blockFloats = 64;

/** One update of all parameters; one item per four values. `table` has for each block of 64 parameters: where its gradient starts,
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
let entry = table[item / ${blockFloats / 4}u];
let at = entry.x + item % ${blockFloats / 4}u;
var g = gradients[at];
for (var part = 1u; part < entry.z; part++) { g += gradients[at + part * entry.y]; }
${halfCopy ? "if (scale[2] != 0.0) { return; }\ng /= scale[0];" : ""}
var w = parameters[item];
${decayed ? "g += weightDecay * w;" : ""}
${formula(config)}
parameters[item] = w;
${halfCopy ? "halves[item] = vec4<f16>(w);" : ""}`,
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
      return `let m = momentum * slot0[item] + g;
slot0[item] = m;
w -= step.rate * ${config.nesterov ? "(g + momentum * m)" : "m"};`;
    case "Adadelta":
      return `let square = rho * slot0[item] + rhoRest * g * g;
let delta = sqrt(slot1[item] + eps) / sqrt(square + eps) * g;
slot0[item] = square;
slot1[item] = rho * slot1[item] + rhoRest * delta * delta;
w -= step.rate * delta;`;
    case "Adagrad":
      return `let total = slot0[item] + g * g;
slot0[item] = total;
w -= step.rate * g / (sqrt(total) + eps);`;
    case "Adam":
    case "AdamW":
      return `let m = beta1 * slot0[item] + beta1Rest * g;
let v = beta2 * slot1[item] + beta2Rest * g * g;
slot0[item] = m; slot1[item] = v;
${config.name === "AdamW" ? "w *= 1.0 - step.rate * weightDecay;" : ""}
w -= step.scale1 * m / (sqrt(v) * step.scale2 + eps);`;
    case "Adamax":
      return `let m = beta1 * slot0[item] + beta1Rest * g;
let v = max(beta2 * slot1[item], abs(g) + eps);
slot0[item] = m; slot1[item] = v;
w -= step.scale1 * m / v;`;
    case "RMSprop":
      return `let square = alpha * slot0[item] + alphaRest * g * g;
slot0[item] = square;
let direction = g / (sqrt(square) + eps);
${
  config.momentum === 0
    ? "w -= step.rate * direction;"
    : "let m = momentum * slot1[item] + direction; slot1[item] = m; w -= step.rate * m;"
}`;
    default:
      return config satisfies never;
  }
}
