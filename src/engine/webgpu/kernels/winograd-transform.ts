import { defineKernel, itemThreads, unroll, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { bothAxes, transformed, winogradMatrices, type WinogradTile } from "./winograd.ts";

/** What the kernel's text depends on. */
export interface WinogradTransformOptions {
  readonly direction: "forward" | "input-gradient" | "filter-gradient";
  readonly real: Real;
  readonly tile: WinogradTile;
}

/** Scalars, because vectors of four need more registers than there are and take long to compile.
 *  First dispatch of a Winograd convolution: both operands of the matrix products, side by side, in f32.
 *  `first` [batch, height, width, channels] becomes [point, tile, channels] by Bᵀ; then
 *  forward the filter [3, 3, in, out] becomes [point, in, out] by G, towards the input, turned, [point, out, in];
 *  for the filter's gradient dy [batch, outHeight, outWidth, out] becomes [point, tile, out] by H.
 *  Buffers: first, second, transformed first, transformed second. */
export function winogradTransform({ direction, real, tile }: WinogradTransformOptions): Kernel {
  return defineKernel({
    name: `winograd-transform-${direction}-${tile}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      first: `read array<${real}>`,
      second: `read array<${real}>`,
      toFirst: "write array<f32>",
      toSecond: "write array<f32>",
    },
    params: [
      ...["sourceItems", "items", "inner", "columns", "tilesX", "tilesPerImage", "tiles"],
      ...["height", "width", "outHeight", "outWidth", "pt", "pl"],
    ],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item < p.sourceItems) {
${source(tile)}
} else if (item < p.items) {
let own = item - p.sourceItems;
${{ forward: forwardFilter, "input-gradient": turnedFilter, "filter-gradient": outputGradient }[direction](tile)}
}`,
  });
}

function source(tile: WinogradTile): string {
  const size = transformed(tile);
  return `let c = item % p.inner; let t = item / p.inner;
let image = t / p.tilesPerImage; let place = t % p.tilesPerImage;
let top = i32(place / p.tilesX * ${tile}u) - i32(p.pt); let left = i32(place % p.tilesX * ${tile}u) - i32(p.pl);
${unroll(size, (j) => `let x${j} = u32(left + ${j}); let inX${j} = x${j} < p.width;`)}
${unroll(
  size,
  (i) => `let y${i} = u32(top + ${i}); let inY${i} = y${i} < p.height;
let row${i} = (image * p.height + y${i}) * p.width;
${unroll(size, (j) => load("first", [i, j], `(row${i} + x${j}) * p.inner + c`))}`,
)}
${bothAxes(winogradMatrices(tile).source, "d", "v")}
${store(size, ["v", "toFirst"], "p.tiles * p.inner", "t * p.inner + c")}`;
}

/** Into `d`; outside the image is zero. */
const load = (from: string, [i, j]: readonly [number, number], at: string): string =>
  `let d${i}_${j} = select(0.0, f32(${from}[select(0u, ${at}, inY${i} && inX${j})]), inY${i} && inX${j});`;

/** Values lie point by point. */
const store = (
  size: number,
  [name, to]: readonly [string, string],
  stride: string,
  at: string,
): string =>
  unroll(size, (i) =>
    unroll(size, (j) => `${to}[${i * size + j}u * (${stride}) + ${at}] = ${name}${i}_${j};`),
  );

function forwardFilter(tile: WinogradTile): string {
  return `let at = own;
${unroll(3, (i) => unroll(3, (j) => `let g${i}_${j} = f32(second[${3 * i + j}u * p.inner * p.columns + at]);`))}
${bothAxes(winogradMatrices(tile).filter, "g", "u")}
${store(transformed(tile), ["u", "toSecond"], "p.inner * p.columns", "at")}`;
}

/** Here c counts the channels of dy, the filter's outputs, and n those of dx, its inputs. */
function turnedFilter(tile: WinogradTile): string {
  const tap = (i: number, j: number): string =>
    `let g${i}_${j} = f32(second[(${3 * (2 - i) + (2 - j)}u * p.columns + n) * p.inner + k]);`;
  return `let n = own % p.columns; let k = own / p.columns;
${unroll(3, (i) => unroll(3, (j) => tap(i, j)))}
${bothAxes(winogradMatrices(tile).filter, "g", "u")}
${store(transformed(tile), ["u", "toSecond"], "p.inner * p.columns", "k * p.columns + n")}`;
}

function outputGradient(tile: WinogradTile): string {
  return `let n = own % p.columns; let t = own / p.columns;
let image = t / p.tilesPerImage; let place = t % p.tilesPerImage;
let top = place / p.tilesX * ${tile}u; let left = place % p.tilesX * ${tile}u;
${unroll(tile, (j) => `let x${j} = left + ${j}u; let inX${j} = x${j} < p.outWidth;`)}
${unroll(
  tile,
  (i) => `let y${i} = top + ${i}u; let inY${i} = y${i} < p.outHeight;
let row${i} = (image * p.outHeight + y${i}) * p.outWidth;
${unroll(tile, (j) => load("second", [i, j], `(row${i} + x${j}) * p.columns + n`))}`,
)}
${bothAxes(winogradMatrices(tile).gradient, "d", "v")}
${store(transformed(tile), ["v", "toSecond"], "p.tiles * p.columns", "t * p.columns + n")}`;
}
