import { defineKernel, type Kernel } from "../kernel.ts";
import type { Real } from "../conv-shape.ts";

const threads = 64;

/** Sum over rows per channel, one workgroup per four channels. Buffers: dy [rows, C], db [C]. */
export const biasGradient = (real: Real): Kernel =>
  defineKernel({
    name: "bias-gradient",
    enable: real === "f16" ? ["f16"] : [],
    buffers: { dy: `read array<vec4<${real}>>`, db: "write array<vec4f>" },
    params: ["rows", "c4"],
    globals: `var<workgroup> sums: array<vec4f, ${threads}>;`,
    workgroup: [threads],
    builtins: ["group", "index"],
    body: `
var sum = vec4f();
for (var r = index; r < p.rows; r += ${threads}u) { sum += vec4f(dy[r * p.c4 + group.x]); }
sums[index] = sum;
for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
  workgroupBarrier();
  if (index < half) { sums[index] += sums[index + half]; }
}
if (index == 0u) { db[group.x] = sums[0]; }`,
  });
