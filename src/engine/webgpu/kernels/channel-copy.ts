import type { Real } from "../conv/conv-shape.ts";
import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";

/** Copies a range of channels, one item per value: ranges need not begin at multiples of four. */
export const copyChannels = (add: boolean, real: Real): Kernel =>
  copyKernel(`copy-channels${add ? "-add" : ""}`, add, real, real);

/** The same where ranges begin at multiples of four and end there or with their value: one item per four channels, and all parameters
 *  in fours. What is padded is copied, too, being zero. */
export const copyQuads = (add: boolean, real: Real): Kernel =>
  copyKernel(`copy-quads${add ? "-add" : ""}`, add, real, `vec4<${real}>`);

const copyKernel = (name: string, add: boolean, real: Real, type: string): Kernel =>
  defineKernel({
    name,
    enable: real === "f16" ? ["f16"] : [],
    buffers: { x: `read array<${type}>`, y: `write array<${type}>` },
    params: ["items", "channels", "fromPitch", "fromChannel", "toPitch", "toChannel"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let pixel = item / p.channels; let c = item % p.channels;
let from_ = pixel * p.fromPitch + p.fromChannel + c;
let to = pixel * p.toPitch + p.toChannel + c;
y[to] = ${add ? "y[to] + " : ""}x[from_];`,
  });

/** Gradient of a range of channels where none is yet: dy in the range, zero elsewhere; one item per four channels of dx.
 *  Buffers: dy, dx. */
export const rangeGradient = (real: Real): Kernel =>
  defineKernel({
    name: "range-gradient",
    enable: real === "f16" ? ["f16"] : [],
    buffers: { dy: `read array<${real}>`, dx: `write array<vec4<${real}>>` },
    params: ["items", "c4", "first", "channels", "dyPitch"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
var value = vec4<${real}>();
for (var i = 0u; i < 4u; i++) {
  // Before the range this wraps around and is too large.
  let c = item % p.c4 * 4u + i - p.first;
  if (c < p.channels) { value[i] = dy[item / p.c4 * p.dyPitch + c]; }
}
dx[item] = value;`,
  });
