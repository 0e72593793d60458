import type { KernelFamily } from "../conv/conv-shape.ts";

/** The threads of one workgroup, and how they add up what each of them has: through workgroup memory, or as one subgroup
 *  without it – and without barriers, which software adapters compile and run slowly. */
export interface Adders {
  readonly threads: number;
  readonly subgroup: boolean;
}

/** @param threads of a workgroup that is no subgroup */
export const addersOf = (family: KernelFamily, threads = 64): Adders =>
  family.kind === "subgroup"
    ? { threads: family.lanes, subgroup: true }
    : { threads, subgroup: false };

/** Extensions that `addUp` needs. */
export const addersEnable = ({ subgroup }: Adders): readonly string[] =>
  subgroup ? ["subgroups"] : [];

/** WGSL that adds up the variables `names` of all threads; afterwards those of the first `columns` threads hold the totals, the
 *  k-th of every k-th of `columns` threads. Every thread must get there. */
export function addUp(
  { threads, subgroup }: Adders,
  names: readonly string[],
  type: "f32" | "vec4f" = "vec4f",
  columns = 1,
): { readonly globals: string; readonly code: string } {
  const each = (line: (name: string, i: number) => string): string => names.map(line).join(" ");
  if (subgroup && columns === 1)
    return { globals: "", code: each((name) => `${name} = subgroupAdd(${name});`) };
  return {
    globals: each((_, i) => `var<workgroup> sums${i}: array<${type}, ${threads}>;`),
    code: `${each((name, i) => `sums${i}[index] = ${name};`)}
for (var half = ${threads / 2}u; half >= ${columns}u; half /= 2u) {
  workgroupBarrier();
  if (index < half) { ${each((_, i) => `sums${i}[index] += sums${i}[index + half];`)} }
}
${each((name, i) => `${name} = sums${i}[index];`)}`,
  };
}
