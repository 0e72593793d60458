import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { addersEnable, addUp } from "./add-up.ts";
import { groupName, noActivation, slopeFunctions, type NormGroup } from "./norm-group.ts";
import { sumRows, type SumThreads } from "./norm-statistics.ts";

/** Where a group's gradient finds act'(u), u being what the activation got: in the norms' inputs, which are read anyway – except
 *  that with ReLU behind an added value the saved output says as much. */
export const readsOutput = ({ addend, activation }: NormGroup): boolean =>
  activation.bySign === true && addend === "value";
/** Whether the value before the activation has to be computed again from the norm's inputs. */
export const needsInputs = (group: NormGroup): boolean =>
  group.activation !== noActivation && !readsOutput(group);

/** Whether the gradient before the activation is stored over the one after it, because the added value's gradient it is. Else the
 *  second pass computes it again: less memory is moved. */
const storesGradient = ({ addend, activation }: NormGroup): boolean =>
  activation !== noActivation && addend === "value";

/** WGSL that turns `d`, the gradient after the activation, into the one before it. Uses `hatA`, `hatB`, `item` and `c`. */
function throughActivation(group: NormGroup): string {
  if (group.activation === noActivation) return "";
  const addend = {
    none: "",
    value: "u += vec4f(b[item]);",
    norm: "u += hatB * scaleB[c] + scaleB[p.betaB + c];",
  };
  const u = readsOutput(group)
    ? "let u = vec4f(y[item]);"
    : `var u = hatA * scaleA[c] + scaleA[p.beta + c];\n${addend[group.addend]}`;
  const slope = group.activation.bySign ? "d = select(vec4f(), d, u > vec4f());" : "d *= slope(u);";
  return `{ ${u}\n${slope} }`;
}

/** The first pass' `d`: what is summed. */
export const firstGradient = (group: NormGroup, real: Real): string =>
  `${throughActivation(group)}\n${storesGradient(group) ? `g[item] = vec4<${real}>(d);` : ""}`;

/** The second pass' `d`. */
export const secondGradient = (group: NormGroup): string =>
  storesGradient(group) ? "" : throughActivation(group);

/** How the first pass reaches the gradient after the activation. */
export const gradientAccess = (group: NormGroup): "read" | "write" =>
  storesGradient(group) ? "write" : "read";

/** First backward pass of a group: with g = dy * act'(u), Σg, Σg·x̂ (and Σg·x̂B) are summed per channel, one workgroup per
 *  `columns` groups of four channels and chunk of rows. With an added value, g replaces dy.
 *  Buffers: dy, [y,] a, statistics, [scale,] [b, [statistics, scale]], result [chunks, 2 or 3, C]; with one chunk (`final`) result
 *  is [2 or 3, C] and the gradients of the scales follow. */
export function normGradientSums(
  group: NormGroup,
  real: Real,
  final: boolean,
  layout: SumThreads,
): Kernel {
  const { addend, activation } = group;
  const { threads, columns } = layout;
  const { begin, each } = sumRows(layout);
  const dual = addend === "norm";
  const count = dual ? 3 : 2;
  const recompute = needsInputs(group);
  const sums = ["s0", "s1", "s2"].slice(0, count);
  const { globals, code } = addUp(layout, sums, "vec4f", columns);
  return defineKernel({
    name: `norm-gradient-sums-${groupName(group)}-${threads}-${columns}${final ? "-final" : ""}`,
    enable: [...addersEnable(layout), ...(real === "f16" ? ["f16"] : [])],
    buffers: {
      g: `${gradientAccess(group)} array<vec4<${real}>>`,
      ...(readsOutput(group) ? { y: `read array<vec4<${real}>>` } : {}),
      a: `read array<vec4<${real}>>`,
      statA: "read array<vec4f>",
      ...(recompute ? { scaleA: "read array<vec4f>" } : {}),
      ...(dual || (recompute && addend === "value") ? { b: `read array<vec4<${real}>>` } : {}),
      ...(dual ? { statB: "read array<vec4f>" } : {}),
      ...(dual && recompute ? { scaleB: "read array<vec4f>" } : {}),
      result: "write array<vec4f>",
      ...(final ? scaleGradients(dual) : {}),
    },
    params: ["rows", "rowsPerChunk", "c4", "beta", "betaB"],
    globals: `${globals}
${slopeFunctions(activation)}`,
    workgroup: [threads],
    builtins: ["group", "index"],
    body: `
${begin}
let meanA = statA[c]; let invA = statA[p.c4 + c];
${dual ? "let meanB = statB[c]; let invB = statB[p.c4 + c];" : ""}
var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f();
${each} {
  let item = r * p.c4 + c;
  var d = vec4f(g[item]);
  let hatA = (vec4f(a[item]) - meanA) * invA;
  ${dual ? "let hatB = (vec4f(b[item]) - meanB) * invB;" : ""}
  ${firstGradient(group, real)}
  s0 += d; s1 += d * hatA;
  ${dual ? "s2 += d * hatB;" : ""}
}
${code}
if (index < ${columns}u && own < p.c4) {
  ${sums.map((sum, i) => `result[(group.y * ${count}u + ${i}u) * p.c4 + c] = ${sum};`).join("\n")}
  ${final ? storeScaleGradients(dual, (i) => sums[i]!, "c") : ""}
}`,
  });
}

/** Adds the chunks. Buffers: sums [chunks, 2 or 3, C], result [2 or 3, C], the scales' gradients. */
export function finishGradientSums(dual: boolean): Kernel {
  const count = dual ? 3 : 2;
  return defineKernel({
    name: `norm-gradient-finish-${count}`,
    buffers: { sums: "read array<vec4f>", result: "write array<vec4f>", ...scaleGradients(dual) },
    params: ["chunks", "c4", "beta", "betaB"],
    workgroup: [64],
    builtins: ["item"],
    body: `
if (item >= p.c4) { return; }
${Array.from({ length: count }, (_, i) => `var s${i} = vec4f();`).join(" ")}
for (var chunk = 0u; chunk < p.chunks; chunk++) {
  ${Array.from({ length: count }, (_, i) => `s${i} += sums[(chunk * ${count}u + ${i}u) * p.c4 + item];`).join("\n")}
}
${Array.from({ length: count }, (_, i) => `result[${i}u * p.c4 + item] = s${i};`).join("\n")}
${storeScaleGradients(dual, (i) => `s${i}`, "item")}`,
  });
}

const scaleGradients = (dual: boolean): Record<string, `write ${string}`> => ({
  dScaleA: "write array<vec4f>",
  ...(dual ? { dScaleB: "write array<vec4f>" } : {}),
});

const storeScaleGradients = (dual: boolean, sum: (i: number) => string, c: string): string => `
dScaleA[${c}] = ${sum(1)}; dScaleA[p.beta + ${c}] = ${sum(0)};
${dual ? `dScaleB[${c}] = ${sum(2)}; dScaleB[p.betaB + ${c}] = ${sum(0)};` : ""}`;

/** Where the gradient of a batch norm's input goes: over the input itself, or to a buffer of its own (`add`: onto what is there). */
export type GradientPlace = "in-place" | "write" | "add";

/** Second backward pass: the gradient of a batch norm's input, da = gamma/std * (g - Σg/n - x̂ Σ(g x̂)/n).
 *  Buffers: dy, or g where the first pass stored it, a, statistics, scale, sums, then da unless in place; with two batch norms (in
 *  place only) b, its statistics and scale. */
export function normGradientApply(group: NormGroup, place: GradientPlace, real: Real): Kernel {
  const dual = group.addend === "norm";
  const again = secondGradient(group);
  const write = {
    "in-place": (name: string) => `${name}[item] = vec4<${real}>(value);`,
    write: () => `da[item] = vec4<${real}>(value);`,
    add: () => `da[item] = vec4<${real}>(vec4f(da[item]) + value);`,
  }[place];
  const one = (name: string, input: string, sum: number): string => `{
let value = (d - (sums[c] + hat${name} * sums[${sum}u * p.c4 + c]) * p.perRow) * inverse${name} * scale${name}[c];
${write(input)}
}`;
  const normalised = (name: string, input: string): string => `
let inverse${name} = stat${name}[p.c4 + c];
let hat${name} = (vec4f(${input}[item]) - stat${name}[c]) * inverse${name};`;
  return defineKernel({
    name: `norm-gradient-apply-${place}${again ? `-${groupName(group)}` : dual ? "-2" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      g: `read array<vec4<${real}>>`,
      a: `${place === "in-place" ? "write" : "read"} array<vec4<${real}>>`,
      statA: "read array<vec4f>",
      scaleA: "read array<vec4f>",
      sums: "read array<vec4f>",
      ...(place === "in-place" ? {} : { da: `write array<vec4<${real}>>` as const }),
      ...(dual
        ? ({
            b: `write array<vec4<${real}>>`,
            statB: "read array<vec4f>",
            scaleB: "read array<vec4f>",
          } as const)
        : {}),
    },
    params: ["items", "c4", "beta", "betaB", "perRow:f32"],
    globals: again ? slopeFunctions(group.activation) : "",
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4;
var d = vec4f(g[item]);
${normalised("A", "a")}
${dual ? normalised("B", "b") : ""}
${again}
${one("A", "a", 1)}
${dual ? one("B", "b", 2) : ""}`,
  });
}
