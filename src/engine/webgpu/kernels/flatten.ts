import type { Real } from "../conv/conv-shape.ts";
import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";

/** Images [pixels, pitch] to features [channels · pixels], a channel's pixels together; one item per four features. Buffers: x, y. */
export const flatten = (real: Real): Kernel =>
  turn(
    "flatten",
    real,
    "",
    `let feature = item % p.c4 * 4u + i;
  if (feature < p.channels * p.pixels) {
    let pixel = item / p.c4 * p.pixels + feature % p.pixels;
    value[i] = x[pixel * p.pitch + feature / p.pixels];
  }`,
  );

/** The other way, for gradients; one item per four channels of a pixel. Buffers: dy, dx. */
export const flattenGradient = (add: boolean, real: Real): Kernel =>
  turn(
    `flatten-gradient${add ? "-add" : ""}`,
    real,
    add ? " + y[item]" : "",
    `let c = item % p.c4 * 4u + i;
  let pixel = item / p.c4;
  if (c < p.channels) { value[i] = x[pixel / p.pixels * p.pitch + c * p.pixels + pixel % p.pixels]; }`,
  );

const turn = (name: string, real: Real, more: string, each: string): Kernel =>
  defineKernel({
    name,
    enable: real === "f16" ? ["f16"] : [],
    buffers: { x: `read array<${real}>`, y: `write array<vec4<${real}>>` },
    params: ["items", "c4", "channels", "pixels", "pitch"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
var value = vec4<${real}>();
for (var i = 0u; i < 4u; i++) {
  ${each}
}
y[item] = value${more};`,
  });
