import type { Real } from "../conv/conv-shape.ts";
import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";

/** y (+)= x · factor, one factor per image and channel; one item per four channels of a pixel. Buffers: x, factor, y. */
export const channelScale = (add: boolean, real: Real): Kernel =>
  defineKernel({
    name: `channel-scale${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<vec4<${real}>>`,
      factor: `read array<vec4<${real}>>`,
      y: `write array<vec4<${real}>>`,
    },
    params: ["items", "c4", "pixels"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let value = vec4f(x[item]) * vec4f(factor[item / p.c4 / p.pixels * p.c4 + item % p.c4]);
y[item] = vec4<${real}>(value${add ? " + vec4f(y[item])" : ""});`,
  });

/** Gradient of the factors: the sum of dy · x over an image's pixels; one item per image and four channels. Buffers: dy, x, result. */
export const channelScaleFactor = (add: boolean, real: Real): Kernel =>
  defineKernel({
    name: `channel-scale-factor${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      dy: `read array<vec4<${real}>>`,
      x: `read array<vec4<${real}>>`,
      result: `write array<vec4<${real}>>`,
    },
    params: ["items", "c4", "pixels"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let first = item / p.c4 * p.pixels * p.c4 + item % p.c4;
var sum = vec4f();
for (var i = 0u; i < p.pixels; i++) {
  let at = first + i * p.c4;
  sum += vec4f(dy[at]) * vec4f(x[at]);
}
result[item] = vec4<${real}>(sum${add ? " + vec4f(result[item])" : ""});`,
  });
