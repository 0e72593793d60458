import { defineKernel, type Kernel } from "../kernel.ts";
import type { Real } from "../conv-shape.ts";
import { addendTerm } from "./norm-apply.ts";
import { maskedGradient } from "./norm-gradient.ts";
import { activationFunctions, groupName, type NormGroup } from "./norm-group.ts";
import { statisticsOf } from "./norm-statistics.ts";

/** Threads of one workgroup, which does all rows of four channels: for adapters with so few threads that channels alone occupy
 *  them. What one pass left in the cache the next one finds there, and a dispatch is saved. */
const threads = 64;

/** The backward kernel of two batch norms before a ReLU binds most. */
export const mostBuffersOfWholeNorm = 10;

/** Batch statistics and normalisation of a group in one dispatch.
 *  Buffers: a, statistics of a, running of a, scale of a, [b, [the same three of b]], y. */
export function normWhole(group: NormGroup, real: Real): Kernel {
  const { addend, activation } = group;
  const dual = addend === "norm";
  const one = (name: string, input: string): Record<string, `${"read" | "write"} ${string}`> => ({
    [input]: `read array<vec4<${real}>>`,
    [`stat${name}`]: "write array<vec4f>",
    [`running${name}`]: "write array<vec4f>",
    [`scale${name}`]: "read array<vec4f>",
  });
  const statistics = (name: string, input: string): string => `{
  let shift = vec4f(${input}[c]);
  var sum = vec4f(); var square = vec4f();
  for (var r = index; r < p.rows; r += ${threads}u) {
    let d = vec4f(${input}[r * p.c4 + c]) - shift;
    sum += d; square += d * d;
  }
  ${reduce(["sum", "square"])}
  if (index == 0u) {
    let at = statistics(shift, sums0[0], sums1[0], p.eps${name});
    stat${name}[c] = at.mean; stat${name}[p.c4 + c] = at.inverse;
    running${name}[c] = mix(running${name}[c], at.mean, p.momentum${name});
    running${name}[p.pitch + c] = mix(running${name}[p.pitch + c], at.unbiased, p.momentum${name});
    mean${name} = at.mean; inverse${name} = at.inverse;
  }
  workgroupBarrier();
}`;
  return defineKernel({
    name: `norm-whole-${groupName(group)}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      ...one("A", "a"),
      ...(dual ? one("B", "b") : addend === "value" ? { b: `read array<vec4<${real}>>` } : {}),
      y: `write array<vec4<${real}>>`,
    },
    params: [
      ...["rows", "c4", "beta", "betaB", "pitch"],
      ...["epsA:f32", "momentumA:f32", "epsB:f32", "momentumB:f32"],
    ],
    globals: `${activationFunctions[activation]}
${statisticsOf}
${workgroupSums(2)}
var<workgroup> meanA: vec4f; var<workgroup> inverseA: vec4f;
${dual ? "var<workgroup> meanB: vec4f; var<workgroup> inverseB: vec4f;" : ""}`,
    workgroup: [threads],
    builtins: ["group", "index"],
    body: `
let c = group.x;
${statistics("A", "a")}
${dual ? statistics("B", "b") : ""}
let shiftA = meanA; let factorA = inverseA; let gammaA = scaleA[c]; let betaA = scaleA[p.beta + c];
${dual ? "let shiftB = meanB; let factorB = inverseB; let gammaB = scaleB[c]; let betaB = scaleB[p.betaB + c];" : ""}
for (var r = index; r < p.rows; r += ${threads}u) {
  let item = r * p.c4 + c;
  var u = (vec4f(a[item]) - shiftA) * factorA * gammaA + betaA;
  ${dual ? "u += (vec4f(b[item]) - shiftB) * factorB * gammaB + betaB;" : addendTerm(addend)}
  y[item] = vec4<${real}>(activate(u));
}`,
  });
}

/** Both backward passes of a group in one dispatch, in place: dy becomes the gradient before the activation, a (and b) the
 *  gradients of the norms' inputs.
 *  Buffers: dy, [y,] a, statistics, scale, its gradient, [b, [statistics, scale, its gradient]]. */
export function normGradientWhole(group: NormGroup, real: Real): Kernel {
  const { addend, activation } = group;
  const dual = addend === "norm";
  const recompute = activation === "silu";
  const sums = dual ? ["s0", "s1", "s2"] : ["s0", "s1"];
  const one = (name: string, input: string): Record<string, `${"read" | "write"} ${string}`> => ({
    [input]: `write array<vec4<${real}>>`,
    [`stat${name}`]: "read array<vec4f>",
    [`scale${name}`]: "read array<vec4f>",
    [`dScale${name}`]: "write array<vec4f>",
  });
  const gradient = (name: string, input: string, sum: string): string => `{
    let hat = (vec4f(${input}[item]) - mean${name}) * inv${name};
    ${input}[item] = vec4<${real}>((d - (total0 + hat * ${sum}) * p.perRow) * inv${name} * gamma${name});
  }`;
  return defineKernel({
    name: `norm-gradient-whole-${groupName(group)}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      g: `write array<vec4<${real}>>`,
      ...(activation === "relu" ? { y: `read array<vec4<${real}>>` } : {}),
      ...one("A", "a"),
      ...(dual
        ? one("B", "b")
        : recompute && addend === "value"
          ? { b: `read array<vec4<${real}>>` }
          : {}),
    },
    params: ["rows", "c4", "beta", "betaB", "perRow:f32"],
    globals: `${recompute ? activationFunctions[activation] : ""}
${workgroupSums(sums.length)}`,
    workgroup: [threads],
    builtins: ["group", "index"],
    body: `
let c = group.x;
let meanA = statA[c]; let invA = statA[p.c4 + c]; let gammaA = scaleA[c];
${dual ? "let meanB = statB[c]; let invB = statB[p.c4 + c]; let gammaB = scaleB[c];" : ""}
var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f();
for (var r = index; r < p.rows; r += ${threads}u) {
  let item = r * p.c4 + c;
  var d = vec4f(g[item]);
  let hatA = (vec4f(a[item]) - meanA) * invA;
  ${dual ? "let hatB = (vec4f(b[item]) - meanB) * invB;" : ""}
  ${maskedGradient(group, real)}
  s0 += d; s1 += d * hatA;
  ${dual ? "s2 += d * hatB;" : ""}
}
${reduce(sums)}
if (index == 0u) {
  dScaleA[c] = sums1[0]; dScaleA[p.beta + c] = sums0[0];
  ${dual ? "dScaleB[c] = sums2[0]; dScaleB[p.betaB + c] = sums0[0];" : ""}
}
let total0 = sums0[0]; let total1 = sums1[0];
${dual ? "let total2 = sums2[0];" : ""}
for (var r = index; r < p.rows; r += ${threads}u) {
  let item = r * p.c4 + c;
  let d = vec4f(g[item]);
  ${gradient("A", "a", "total1")}
  ${dual ? gradient("B", "b", "total2") : ""}
}`,
  });
}

const workgroupSums = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `var<workgroup> sums${i}: array<vec4f, ${threads}>;`,
  ).join("\n");

/** The totals lie in element 0 and every thread may read them. */
const reduce = (names: readonly string[]): string => `
${names.map((name, i) => `sums${i}[index] = ${name};`).join(" ")}
for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
  workgroupBarrier();
  if (index < half) { ${names.map((_, i) => `sums${i}[index] += sums${i}[index + half];`).join(" ")} }
}
workgroupBarrier();`;
