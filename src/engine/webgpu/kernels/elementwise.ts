import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import type { Activation } from "./norm-group.ts";
import { drawFunctions } from "./draw.ts";

interface ItemKernel {
  readonly name: string;
  readonly real: Real;
  readonly buffers: Record<string, "read" | "write" | "step">;
  readonly params?: readonly string[];
  readonly globals?: string;
  readonly body: string;
}

/** One item per four channels; `value(buffer)` and `store(buffer, v)` hide the storage type. */
function itemKernel({ name, real, buffers, params = [], globals = "", body }: ItemKernel): Kernel {
  const entries = Object.entries(buffers).map(
    ([buffer, access]) =>
      [buffer, access === "step" ? "step" : `${access} array<vec4<${real}>>`] as const,
  );
  return defineKernel({
    name,
    enable: real === "f16" ? ["f16"] : [],
    buffers: Object.fromEntries(entries) as Record<string, `read ${string}` | "step">,
    params: ["items", ...params],
    globals: `alias Stored = vec4<${real}>;\n${globals}`,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `if (item >= p.items) { return; }\n${body}`,
  });
}

/** y = act(x). */
export const activate = (activation: Activation, real: Real): Kernel =>
  itemKernel({
    name: `activate-${activation.name}`,
    real,
    buffers: { x: "read", y: "write" },
    ...(activation.movesZero ? { params: ["c4", "channels"] } : {}),
    globals: activation.functions,
    body: activation.movesZero
      ? `let own = vec4u(item % p.c4 * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(p.channels);
y[item] = Stored(select(vec4f(), activate(vec4f(x[item])), own));`
      : "y[item] = Stored(activate(vec4f(x[item])));",
  });

/** dx (+)= dy * act'(x). */
export const activateGradient = (activation: Activation, add: boolean, real: Real): Kernel =>
  itemKernel({
    name: `activate-gradient-${activation.name}${add ? "-add" : ""}`,
    real,
    buffers: { dy: "read", x: "read", dx: "write" },
    globals: activation.functions,
    body: `let value = vec4f(dy[item]) * slope(vec4f(x[item]));
dx[item] = Stored(value${add ? " + vec4f(dx[item])" : ""});`,
  });

/** y = a + b. */
export const sum = (real: Real): Kernel =>
  itemKernel({
    name: "sum",
    real,
    buffers: { a: "read", b: "read", y: "write" },
    body: "y[item] = Stored(vec4f(a[item]) + vec4f(b[item]));",
  });

/** y (+)= factor * x. */
export const copy = (add: boolean, real: Real): Kernel =>
  itemKernel({
    name: `copy${add ? "-add" : ""}`,
    real,
    buffers: { x: "read", y: "write" },
    params: ["factor:f32"],
    body: `y[item] = Stored(p.factor * vec4f(x[item])${add ? " + vec4f(y[item])" : ""});`,
  });

/** y (+)= x * mask / (1 - rate); the mask is drawn, not stored, so the gradient uses the same kernel. An element's number is its
 *  index in the unpadded NHWC batch. */
export const dropout = (add: boolean, real: Real): Kernel =>
  itemKernel({
    name: `dropout${add ? "-add" : ""}`,
    real,
    buffers: { x: "read", y: "write", step: "step" },
    params: ["channels", "c4", "purpose", "threshold", "factor:f32"],
    globals: drawFunctions,
    body: `
let first = item / p.c4 * p.channels + item % p.c4 * 4u;
var keep = vec4f();
for (var i = 0u; i < 4u; i++) {
  if (draw(step.seed, step.done, first + i, p.purpose) >= p.threshold) { keep[i] = p.factor; }
}
y[item] = Stored(keep * vec4f(x[item])${add ? " + vec4f(y[item])" : ""});`,
  });

/** Zeros in the channels after the last real one; one item per pixel. */
export const clearChannels = (real: Real): Kernel =>
  defineKernel({
    name: "clear-channels",
    enable: real === "f16" ? ["f16"] : [],
    buffers: { y: `write array<${real}>` },
    params: ["items", "channels", "pitch"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
for (var c = p.channels; c < p.pitch; c++) { y[item * p.pitch + c] = 0; }`,
  });
