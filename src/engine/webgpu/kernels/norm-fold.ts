import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";

/** Folds a batch norm with running statistics into the convolution before it: w' = w * s and b' = (b - mean) * s + beta with
 *  s = gamma / sqrt(var + eps). One item per four output channels of one filter value.
 *  Buffers: w, [b,] scale (gamma, beta), running (mean, var), w', b'. */
export function normFold(bias: boolean, real: Real): Kernel {
  return defineKernel({
    name: `norm-fold${bias ? "-bias" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      w: "read array<vec4f>",
      ...(bias ? { b: "read array<vec4f>" } : {}),
      scale: "read array<vec4f>",
      running: "read array<vec4f>",
      foldedW: `write array<vec4<${real}>>`,
      foldedB: "write array<vec4f>",
    },
    params: ["items", "c4", "beta", "pitch", "eps:f32"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4;
let s = scale[c] / sqrt(running[p.pitch + c] + p.eps);
foldedW[item] = vec4<${real}>(w[item] * s);
if (item < p.c4) { foldedB[c] = (${bias ? "b[c]" : "vec4f()"} - running[c]) * s + scale[p.beta + c]; }`,
  });
}
