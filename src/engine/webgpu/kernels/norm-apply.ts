import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { groupName, type NormGroup } from "./norm-group.ts";

/** Normalises, scales, adds and activates in one pass; one item per four channels.
 *  Buffers: a, statistics of a, scale (gamma, beta) of a, [b, [statistics, scale of b]], y. */
export function normApply(group: NormGroup, real: Real): Kernel {
  const { addend, activation } = group;
  return defineKernel({
    name: `norm-apply-${groupName(group)}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: { ...groupInputs(group, real), y: `write array<vec4<${real}>>` },
    params: ["items", "c4", "beta", "betaB"],
    globals: activation.functions,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4;
var u = (vec4f(a[item]) - statA[c]) * statA[p.c4 + c] * scaleA[c] + scaleA[p.beta + c];
${addendTerm(addend)}
y[item] = vec4<${real}>(activate(u));`,
  });
}

/** Bindings that forward and backward kernels of a group share. */
export function groupInputs({ addend }: NormGroup, real: Real): Record<string, `read ${string}`> {
  return {
    a: `read array<vec4<${real}>>`,
    statA: "read array<vec4f>",
    scaleA: "read array<vec4f>",
    ...(addend === "none" ? {} : { b: `read array<vec4<${real}>>` }),
    ...(addend === "norm" ? { statB: "read array<vec4f>", scaleB: "read array<vec4f>" } : {}),
  };
}

/** Adds to the pre-activation `u` of item `item`, channel group `c`. */
export const addendTerm = (addend: NormGroup["addend"]): string =>
  ({
    none: "",
    value: "u += vec4f(b[item]);",
    norm: "u += (vec4f(b[item]) - statB[c]) * statB[p.c4 + c] * scaleB[c] + scaleB[p.betaB + c];",
  })[addend];
