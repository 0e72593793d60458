import { unroll } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import type { TileProduct } from "./tile-product.ts";

/** WGSL, the end of `convTile`'s body: mean and sum of squared deviations from it of the tile's values in `c{i}`, to moments
 *  [tiles, 2, C]. A thread finds the mean of its rows, as what they exceed its first one by, then the squares; one thread of a
 *  column puts those of all lines together, likewise relative to the first: a large mean costs no digits. */
export function storeMoments(real: Real, product: TileProduct): string {
  const { rows, columns, threadRows, lineThreads, kept } = product;
  const groups = columns / 4;
  const rowsPerThread = rows / threadRows;
  const eachRow = (line: (a: string, b: string) => string): string =>
    unroll(
      rowsPerThread,
      (i) => `if (ty + ${threadRows * i}u < count) { ${line(`c${2 * i}`, `c${2 * i + 1}`)} }`,
    );
  // Of the values as they are stored, or a constant is not its own mean; compilers drop a conversion there and back.
  return `
${real === "f16" ? unroll(2 * rowsPerThread, (i) => `c${i} = quantizeToF16(c${i});`) : ""}
let count = min(${rows}u, p.rows - mStart);
let own = max(1.0, rowsOfThread(ty, count));
let first0 = c0; let first1 = c1;
var sum0 = vec4f(); var sum1 = vec4f();
${eachRow((a, b) => `${a} -= first0; sum0 += ${a}; ${b} -= first1; sum1 += ${b};`)}
let mean0 = sum0 / own; let mean1 = sum1 / own;
var square0 = vec4f(); var square1 = vec4f();
${eachRow((a, b) => `${a} -= mean0; square0 += ${a} * ${a}; ${b} -= mean1; square1 += ${b} * ${b};`)}
let place = ty * ${groups}u + tx;
${kept(0, "place")} = first0; ${kept(0, `place + ${lineThreads}u`)} = first1;
${kept(1, "place")} = mean0; ${kept(1, `place + ${lineThreads}u`)} = mean1;
workgroupBarrier();
let mine = index < ${groups}u && n0 + index < p.columns;
var shift = vec4f(); var mean = vec4f(); var square = vec4f();
if (mine) {
  shift = ${kept(0, "index")};
  for (var t = 0u; t < ${threadRows}u; t++) {
    let i = t * ${groups}u + index;
    mean += rowsOfThread(t, count) * (${kept(0, "i")} - shift + ${kept(1, "i")});
  }
  mean /= f32(count);
  for (var t = 0u; t < ${threadRows}u; t++) {
    let i = t * ${groups}u + index;
    let d = ${kept(0, "i")} - shift + ${kept(1, "i")} - mean;
    square += rowsOfThread(t, count) * d * d;
  }
}
workgroupBarrier();
${kept(0, "place")} = square0; ${kept(0, `place + ${lineThreads}u`)} = square1;
workgroupBarrier();
if (mine) {
  for (var t = 0u; t < ${threadRows}u; t++) { square += ${kept(0, `t * ${groups}u + index`)}; }
  let to = group.y * 2u * p.columns + n0 + index;
  moments[to] = shift + mean; moments[to + p.columns] = square;
}`;
}

/** Goes with `storeMoments`: rows of the tile's first `count` that are the `t`-th thread's. */
export const momentFunctions = ({ threadRows }: TileProduct): string =>
  `fn rowsOfThread(t: u32, count: u32) -> f32 { return f32((count + ${threadRows - 1}u - t) / ${threadRows}u); }`;
