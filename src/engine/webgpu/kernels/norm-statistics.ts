import { defineKernel, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { addersEnable, addUp, type Adders } from "./add-up.ts";

/** Threads of a workgroup, and the groups of four channels that it reads side by side. */
export interface SumThreads extends Adders {
  readonly columns: number;
}

/** WGSL, the beginning of a kernel that sums over rows: thread `index` takes every `threads / columns`-th row of its chunk, from
 *  `firstRow` to `end`, of the group of channels `c`. Threads without channels have no rows and stay for the barriers. */
export const sumRows = ({ threads, columns }: SumThreads): { begin: string; each: string } => ({
  begin: `let own = group.x * ${columns}u + index % ${columns}u;
let c = min(own, p.c4 - 1u);
let first = group.y * p.rowsPerChunk;
let end = select(0u, min(first + p.rowsPerChunk, p.rows), own < p.c4);`,
  each: `for (var r = first + index / ${columns}u; r < end; r += ${threads / columns}u)`,
});

/** Batch statistics of [rows, C], one workgroup per `columns` groups of four channels and chunk of rows. Sums are taken of
 *  x - x[0], so a large mean costs no digits. With one chunk the result is final, else `finishStatistics` adds the chunks.
 *  Buffers: x, sums [chunks, 2, C] or with one chunk statistics [2, C] = mean, 1/std; then running, whose variances lie
 *  `pitch` vec4 after the means. */
export function normStatistics(real: Real, final: boolean, layout: SumThreads): Kernel {
  const { threads, columns } = layout;
  const { begin, each } = sumRows(layout);
  const { globals, code } = addUp(layout, ["sum", "square"], "vec4f", columns);
  return defineKernel({
    name: `norm-statistics-${threads}-${columns}${final ? "-final" : ""}`,
    enable: [...addersEnable(layout), ...(real === "f16" ? ["f16"] : [])],
    buffers: {
      x: `read array<vec4<${real}>>`,
      result: "write array<vec4f>",
      ...(final ? { running: "write array<vec4f>" } : {}),
    },
    params: ["rows", "rowsPerChunk", "c4", "pitch", "eps:f32", "momentum:f32"],
    globals: `${globals}
${final ? finish : ""}`,
    workgroup: [threads],
    builtins: ["group", "index"],
    body: `
${begin}
let shift = vec4f(x[c]);
var sum = vec4f(); var square = vec4f();
${each} {
  let d = vec4f(x[r * p.c4 + c]) - shift;
  sum += d; square += d * d;
}
${code}
if (index < ${columns}u && own < p.c4) {
${
  final
    ? "finish(c, shift, sum, square);"
    : "result[group.y * 2u * p.c4 + c] = sum; result[(group.y * 2u + 1u) * p.c4 + c] = square;"
}
}`,
  });
}

/** Adds the chunks of `normStatistics`. Buffers: x (for the shift), sums, statistics, running. */
export function finishStatistics(real: Real): Kernel {
  return defineKernel({
    name: "norm-statistics-finish",
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<vec4<${real}>>`,
      sums: "read array<vec4f>",
      result: "write array<vec4f>",
      running: "write array<vec4f>",
    },
    params: ["rows", "chunks", "c4", "pitch", "eps:f32", "momentum:f32"],
    globals: finish,
    workgroup: [64],
    builtins: ["item"],
    body: `
if (item >= p.c4) { return; }
var sum = vec4f(); var square = vec4f();
for (var i = 0u; i < p.chunks; i++) {
  sum += sums[i * 2u * p.c4 + item]; square += sums[(i * 2u + 1u) * p.c4 + item];
}
finish(item, vec4f(x[item]), sum, square);`,
  });
}

const mergingThreads = 256;

/** Batch statistics of [rows, C] from the moments of tiles of `tileRows` rows, the last of what is left: first the mean of the means,
 *  then the squares within the tiles and between them. One workgroup per four channels.
 *  Buffers: moments [tiles, 2, C] = mean, sum of squared deviations from it; statistics [2, C] = mean, 1/std; running.
 *  @see Chan, Golub and LeVeque, Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979 */
export function mergeMoments(): Kernel {
  const sum = (value: string): string => `{
  var sum = vec4f();
  for (var t = index; t < tiles; t += ${mergingThreads}u) {
    let n = f32(min(p.tileRows, p.rows - t * p.tileRows));
    let at = t * 2u * p.c4 + c;
    sum += ${value};
  }
  sums[index] = sum;
}
for (var half = ${mergingThreads / 2}u; half > 0u; half /= 2u) {
  workgroupBarrier();
  if (index < half) { sums[index] += sums[index + half]; }
}
workgroupBarrier();`;
  return defineKernel({
    name: "norm-statistics-merge",
    buffers: {
      moments: "read array<vec4f>",
      result: "write array<vec4f>",
      running: "write array<vec4f>",
    },
    params: ["rows", "tileRows", "c4", "pitch", "eps:f32", "momentum:f32"],
    globals: `var<workgroup> sums: array<vec4f, ${mergingThreads}>;
${finish}`,
    workgroup: [mergingThreads],
    builtins: ["group", "index"],
    body: `
let c = group.x;
let tiles = (p.rows + p.tileRows - 1u) / p.tileRows;
let first = moments[c];
${sum("n * (moments[at] - first)")}
let mean = first + sums[0] / f32(p.rows);
workgroupBarrier();
${sum("moments[at + p.c4] + n * (moments[at] - mean) * (moments[at] - mean)")}
if (index == 0u) { finish(c, mean, vec4f(), sums[0]); }`,
  });
}

/** WGSL: statistics of `p.rows` values from the sums of what they exceed `shift` by.
 *  PyTorch: biased variance normalises, the unbiased one enters the running average. */
export const statisticsOf = `struct Statistics { mean: vec4f, inverse: vec4f, unbiased: vec4f }
fn statistics(shift: vec4f, sum: vec4f, square: vec4f, eps: f32) -> Statistics {
  let n = f32(p.rows);
  let offset = sum / n;
  let variance = max(square / n - offset * offset, vec4f());
  return Statistics(shift + offset, 1.0 / sqrt(variance + eps), variance * (n / max(n - 1.0, 1.0)));
}`;

const finish = `${statisticsOf}
fn finish(c: u32, shift: vec4f, sum: vec4f, square: vec4f) {
  let at = statistics(shift, sum, square, p.eps);
  result[c] = at.mean;
  result[p.c4 + c] = at.inverse;
  running[c] = mix(running[c], at.mean, p.momentum);
  running[p.pitch + c] = mix(running[p.pitch + c], at.unbiased, p.momentum);
}`;

/** statistics [2, C] = mean, 1/std from running [2, C], for evaluation. */
export const runningStatistics = (): Kernel =>
  defineKernel({
    name: "norm-running-statistics",
    buffers: { running: "read array<vec4f>", result: "write array<vec4f>" },
    params: ["c4", "pitch", "eps:f32"],
    workgroup: [64],
    builtins: ["item"],
    body: `
if (item >= p.c4) { return; }
result[item] = running[item];
result[p.c4 + item] = 1.0 / sqrt(running[p.pitch + item] + p.eps);`,
  });
