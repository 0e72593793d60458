import { defineKernel, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { addendTerm } from "./norm-apply.ts";
import {
  firstGradient,
  gradientAccess,
  needsInputs,
  readsOutput,
  secondGradient,
} from "./norm-gradient.ts";
import { groupName, slopeFunctions, type NormGroup } from "./norm-group.ts";
import { statisticsOf } from "./norm-statistics.ts";

/** The kernels of two batch norms bind most. */
export const mostBuffersOfWholeNorm = 9;

/** Batch statistics and normalisation of a group in one dispatch, a subgroup of `lanes` threads for all rows of four channels: for
 *  adapters with so few threads that channels alone occupy them. What one pass left in the cache the next one finds there, and a
 *  dispatch is saved.
 *  Buffers: a, statistics of a, running of a, scale of a, [b, [the same three of b]], y. */
export function normWhole(group: NormGroup, real: Real, lanes: number): Kernel {
  const { addend, activation } = group;
  const dual = addend === "norm";
  const one = (name: string, input: string): Record<string, `${"read" | "write"} ${string}`> => ({
    [input]: `read array<vec4<${real}>>`,
    [`stat${name}`]: "write array<vec4f>",
    [`running${name}`]: "write array<vec4f>",
    [`scale${name}`]: "read array<vec4f>",
  });
  const statistics = (name: string, input: string): string => `
var sum${name} = vec4f(); var square${name} = vec4f();
let first${name} = vec4f(${input}[c]);
for (var r = lane; r < p.rows; r += ${lanes}u) {
  let d = vec4f(${input}[r * p.c4 + c]) - first${name};
  sum${name} += d; square${name} += d * d;
}
let at${name} = statistics(first${name}, subgroupAdd(sum${name}), subgroupAdd(square${name}), p.eps${name});
if (lane == 0u) {
  stat${name}[c] = at${name}.mean; stat${name}[p.c4 + c] = at${name}.inverse;
  running${name}[c] = mix(running${name}[c], at${name}.mean, p.momentum${name});
  running${name}[p.pitch + c] = mix(running${name}[p.pitch + c], at${name}.unbiased, p.momentum${name});
}
let gamma${name} = scale${name}[c]; let beta${name} = scale${name}[p.beta${name === "A" ? "" : name} + c];`;
  return defineKernel({
    name: `norm-whole-${groupName(group)}`,
    enable: ["subgroups", ...(real === "f16" ? ["f16"] : [])],
    buffers: {
      ...one("A", "a"),
      ...(dual ? one("B", "b") : addend === "value" ? { b: `read array<vec4<${real}>>` } : {}),
      y: `write array<vec4<${real}>>`,
    },
    params: [
      ...["rows", "c4", "beta", "betaB", "pitch"],
      ...["epsA:f32", "momentumA:f32", "epsB:f32", "momentumB:f32"],
    ],
    globals: `${activation.functions}
${statisticsOf}`,
    workgroup: [lanes],
    builtins: ["group", "lane"],
    body: `
let c = group.x;
${statistics("A", "a")}
${dual ? statistics("B", "b") : ""}
for (var r = lane; r < p.rows; r += ${lanes}u) {
  let item = r * p.c4 + c;
  var u = (vec4f(a[item]) - atA.mean) * atA.inverse * gammaA + betaA;
  ${dual ? "u += (vec4f(b[item]) - atB.mean) * atB.inverse * gammaB + betaB;" : addendTerm(addend)}
  y[item] = vec4<${real}>(activate(u));
}`,
  });
}

/** Both backward passes of a group in one dispatch like `normWhole`, in place: a (and b) become the gradients of the
 *  norms' inputs and, with an added value, dy the gradient before the activation.
 *  Buffers: dy, [y,] a, statistics, scale, its gradient, [b, [statistics, scale, its gradient]]. */
export function normGradientWhole(group: NormGroup, real: Real, lanes: number): Kernel {
  const { addend, activation } = group;
  const dual = addend === "norm";
  const one = (name: string, input: string): Record<string, `${"read" | "write"} ${string}`> => ({
    [input]: `write array<vec4<${real}>>`,
    [`stat${name}`]: "read array<vec4f>",
    [`scale${name}`]: "read array<vec4f>",
    [`dScale${name}`]: "write array<vec4f>",
  });
  const gradient = (name: string, input: string, sum: string): string =>
    `${input}[item] = vec4<${real}>((d - (total0 + hat${name} * ${sum}) * p.perRow) * inv${name} * gamma${name});`;
  return defineKernel({
    name: `norm-gradient-whole-${groupName(group)}`,
    enable: ["subgroups", ...(real === "f16" ? ["f16"] : [])],
    buffers: {
      g: `${gradientAccess(group)} array<vec4<${real}>>`,
      ...(readsOutput(group) ? { y: `read array<vec4<${real}>>` } : {}),
      ...one("A", "a"),
      ...(dual
        ? one("B", "b")
        : needsInputs(group) && addend === "value"
          ? { b: `read array<vec4<${real}>>` }
          : {}),
    },
    params: ["rows", "c4", "beta", "betaB", "perRow:f32"],
    globals: slopeFunctions(activation),
    workgroup: [lanes],
    builtins: ["group", "lane"],
    body: `
let c = group.x;
let meanA = statA[c]; let invA = statA[p.c4 + c]; let gammaA = scaleA[c];
${dual ? "let meanB = statB[c]; let invB = statB[p.c4 + c]; let gammaB = scaleB[c];" : ""}
var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f();
for (var r = lane; r < p.rows; r += ${lanes}u) {
  let item = r * p.c4 + c;
  var d = vec4f(g[item]);
  let hatA = (vec4f(a[item]) - meanA) * invA;
  ${dual ? "let hatB = (vec4f(b[item]) - meanB) * invB;" : ""}
  ${firstGradient(group, real)}
  s0 += d; s1 += d * hatA;
  ${dual ? "s2 += d * hatB;" : ""}
}
let total0 = subgroupAdd(s0); let total1 = subgroupAdd(s1);
${dual ? "let total2 = subgroupAdd(s2);" : ""}
if (lane == 0u) {
  dScaleA[c] = total1; dScaleA[p.beta + c] = total0;
  ${dual ? "dScaleB[c] = total2; dScaleB[p.betaB + c] = total0;" : ""}
}
for (var r = lane; r < p.rows; r += ${lanes}u) {
  let item = r * p.c4 + c;
  var d = vec4f(g[item]);
  let hatA = (vec4f(a[item]) - meanA) * invA;
  ${dual ? "let hatB = (vec4f(b[item]) - meanB) * invB;" : ""}
  ${secondGradient(group)}
  ${gradient("A", "a", "total1")}
  ${dual ? gradient("B", "b", "total2") : ""}
}`,
  });
}
