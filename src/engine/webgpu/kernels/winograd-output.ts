import { defineKernel, itemThreads, unroll, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { activated, type ConvEnding } from "./conv-ending.ts";
import { bothAxes, transformed, winogradMatrices, type WinogradTile } from "./winograd.ts";

/** What the kernel's text depends on. */
export interface WinogradOutputOptions {
  readonly real: Real;
  readonly tile: WinogradTile;
  readonly bias: boolean;
  readonly ending: ConvEnding;
  readonly accumulate: boolean;
}

/** Last dispatch of a Winograd convolution: [point, tile, channels] to [batch, outHeight, outWidth, channels] by Aᵀ.
 *  Buffers: products, [bias,] [addend,] y. */
export function winogradOutput(options: WinogradOutputOptions): Kernel {
  const { real, tile, bias, ending, accumulate } = options;
  const size = transformed(tile);
  const more = `${bias ? " + bias[n]" : ""}${ending.addend ? " + f32(addend[at])" : ""}${
    accumulate ? " + f32(y[at])" : ""
  }`;
  const put = (i: number, j: number): string => `if (inY${i} && inX${j}) {
let at = (row${i} + x${j}) * p.columns + n;
let sum = y${i}_${j}${more};
y[at] = ${real}(${activated(ending.activation, "sum", "f32")});
}`;
  return defineKernel({
    name: `winograd-output-${tile}${accumulate ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      products: "read array<f32>",
      ...(bias ? { bias: "read array<f32>" } : {}),
      ...(ending.addend ? { addend: `read array<${real}>` } : {}),
      y: `write array<${real}>`,
    },
    params: ["items", "columns", "tilesX", "tilesPerImage", "tiles", "outHeight", "outWidth"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let n = item % p.columns; let t = item / p.columns;
${unroll(size, (i) => unroll(size, (j) => `let m${i}_${j} = products[${i * size + j}u * p.tiles * p.columns + item];`))}
${bothAxes(winogradMatrices(tile).output, "m", "y")}
let image = t / p.tilesPerImage; let place = t % p.tilesPerImage;
let top = place / p.tilesX * ${tile}u; let left = place % p.tilesX * ${tile}u;
${unroll(tile, (j) => `let x${j} = left + ${j}u; let inX${j} = x${j} < p.outWidth;`)}
${unroll(tile, (i) => `let inY${i} = top + ${i}u < p.outHeight; let row${i} = (image * p.outHeight + top + ${i}u) * p.outWidth;`)}
${unroll(tile, (i) => unroll(tile, (j) => put(i, j)))}`,
  });
}

/** Last dispatch of a Winograd filter gradient: [point, in, out] to [3, 3, in, out] by Cᵀ. Buffers: products, dw. */
export function winogradFilterOutput(tile: WinogradTile): Kernel {
  const size = transformed(tile);
  return defineKernel({
    name: `winograd-filter-output-${tile}`,
    buffers: { products: "read array<f32>", dw: "write array<f32>" },
    params: ["items"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
${unroll(size, (i) => unroll(size, (j) => `let m${i}_${j} = products[${i * size + j}u * p.items + item];`))}
${bothAxes(winogradMatrices(tile).taps, "m", "g")}
${unroll(3, (i) => unroll(3, (j) => `dw[${3 * i + j}u * p.items + item] = g${i}_${j};`))}`,
  });
}
