import type { Pair } from "../../model/node.ts";
import type { Real } from "../conv/conv-shape.ts";
import { defineKernel, itemThreads, unroll, type Kernel } from "../kernel.ts";

export interface DepthwiseOptions {
  readonly real: Real;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Output pixels of one thread. */
  readonly tile: Pair;
  readonly bias: boolean;
  /** The filter lies turned by 180 degrees: towards the input, at stride 1. */
  readonly turned: boolean;
  /** Adds to what is there. */
  readonly add: boolean;
}

const geometryParams = ["items", "c4", "height", "width", "outHeight", "outWidth", "pt", "pl"];

/** Depthwise convolution, a filter per channel. A thread has four channels of a tile of pixels: it loads every pixel under the tile
 *  once and the filter once, into registers; of 3x3 and tiles of 4x4 that is three loads per result instead of eighteen.
 *  Filters lie [kh, kw, 1, C]. Buffers: x, w, [bias,] y. */
export function depthwiseConv(options: DepthwiseOptions): Kernel {
  const { real, kernel, stride, dilation, tile, bias, turned, add } = options;
  const [kh, kw] = kernel;
  const [rows, columns] = tile;
  const taps = kh * kw;
  const at = (t: number): number => (turned ? taps - 1 - t : t);
  return defineKernel({
    name: `depthwise${turned ? "-turned" : ""}-${kh}x${kw}-${stride.join("x")}-${dilation.join("x")}-${rows}x${columns}${bias ? "-bias" : ""}${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<vec4<${real}>>`,
      w: `read array<vec4<${real}>>`,
      ...(bias ? ({ bias: "read array<vec4f>" } as const) : {}),
      y: `write array<vec4<${real}>>`,
    },
    params: [...geometryParams, "tilesX", "tilesY"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4; let place = item / p.c4;
let ox = place % p.tilesX * ${columns}u; let oy = place / p.tilesX % p.tilesY * ${rows}u;
let image = place / p.tilesX / p.tilesY;
// What is above or left of the image wraps around and is too large.
let iy = oy * ${stride[0]}u - p.pt; let ix = ox * ${stride[1]}u - p.pl;
${unroll(taps, (t) => `let w${t} = vec4f(w[${at(t)}u * p.c4 + c]);`)}
${unroll(rows * columns, (i) => `var s${i} = ${bias ? "bias[c]" : "vec4f()"};`)}
${inputRows(options)}
${unroll(
  rows * columns,
  (i) => `if (oy + ${Math.floor(i / columns)}u < p.outHeight && ox + ${i % columns}u < p.outWidth) {
  let to = ((image * p.outHeight + oy + ${Math.floor(i / columns)}u) * p.outWidth + ox + ${i % columns}u) * p.c4 + c;
  y[to] = vec4<${real}>(s${i}${add ? " + vec4f(y[to])" : ""});
}`,
)}`,
  });
}

/** Line by line under the tile: loads its pixels and adds them to every result that they are part of. */
function inputRows({ kernel, stride, dilation, tile }: DepthwiseOptions): string {
  const lines = usesOf(0, kernel, stride, dilation, tile);
  const pixels = usesOf(1, kernel, stride, dilation, tile);
  return [...lines]
    .map(([line, vertical]) => {
      const loads = [...pixels].map(
        ([pixel]) => `let ok${pixel} = inY && ix + ${pixel}u < p.width;
let v${pixel} = select(vec4f(), vec4f(x[select(0u, (line + ix + ${pixel}u) * p.c4 + c, ok${pixel})]), ok${pixel});`,
      );
      const products = vertical.flatMap(({ out: row, tap: ky }) =>
        [...pixels].flatMap(([pixel, horizontal]) =>
          horizontal.map(
            ({ out, tap: kx }) => `s${row * tile[1] + out} += v${pixel} * w${ky * kernel[1] + kx};`,
          ),
        ),
      );
      return `{ let inY = iy + ${line}u < p.height; let line = (image * p.height + iy + ${line}u) * p.width;
${loads.join("\n")}
${products.join("\n")} }`;
    })
    .join("\n");
}

/** Along one axis: for each place of the input under a tile, the results it is part of, and by which tap. */
function usesOf(
  axis: 0 | 1,
  kernel: Pair,
  stride: Pair,
  dilation: Pair,
  tile: Pair,
): ReadonlyMap<number, readonly { readonly out: number; readonly tap: number }[]> {
  const uses = new Map<number, { readonly out: number; readonly tap: number }[]>();
  for (let out = 0; out < tile[axis]; out++)
    for (let tap = 0; tap < kernel[axis]; tap++) {
      const place = out * stride[axis] + tap * dilation[axis];
      uses.set(place, [...(uses.get(place) ?? []), { out, tap }]);
    }
  return new Map([...uses].sort(([a], [b]) => a - b));
}

/** Gradient towards the input at any stride, one item per input pixel and four channels. Buffers: dy, w, dx. */
export const depthwiseInput = (add: boolean, real: Real): Kernel =>
  defineKernel({
    name: `depthwise-input${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      dy: `read array<vec4<${real}>>`,
      w: `read array<vec4<${real}>>`,
      dx: `write array<vec4<${real}>>`,
    },
    params: [...geometryParams, "kh", "kw", "sh", "sw", "dh", "dw"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4; let pixel = item / p.c4;
let ix = pixel % p.width; let iy = pixel / p.width % p.height;
let image = pixel / p.width / p.height;
var sum = vec4f();
for (var ky = 0u; ky < p.kh; ky++) {
  let y = iy + p.pt - ky * p.dh; let oy = y / p.sh;
  if (iy + p.pt < ky * p.dh || y % p.sh != 0u || oy >= p.outHeight) { continue; }
  for (var kx = 0u; kx < p.kw; kx++) {
    let x = ix + p.pl - kx * p.dw; let ox = x / p.sw;
    if (ix + p.pl < kx * p.dw || x % p.sw != 0u || ox >= p.outWidth) { continue; }
    sum += vec4f(dy[((image * p.outHeight + oy) * p.outWidth + ox) * p.c4 + c]) * vec4f(w[(ky * p.kw + kx) * p.c4 + c]);
  }
}
dx[item] = vec4<${real}>(sum${add ? " + vec4f(dx[item])" : ""});`,
  });

/** Filter gradient, one item per four channels and line of the filter (its `kw` taps), and part of the batch's lines (z). Without
 *  strides and gaps every pixel is loaded once: the window moves along in registers. Buffers: x, dy, dw. */
export function depthwiseFilter(kw: number, dense: boolean, real: Real): Kernel {
  const load = (kx: number): string => {
    const place = dense ? `ox + ${kx}u` : `ox * p.sw + ${kx}u * p.dw`;
    return `{ let ix = ${place} - p.pl; let ok = ix < p.width;
v${kx} = select(vec4f(), vec4f(x[select(0u, (from_ + ix) * p.c4 + c, ok)]), ok); }`;
  };
  const move = unroll(kw - 1, (kx) => `v${kx} = v${kx + 1};`);
  return defineKernel({
    name: `depthwise-filter-${kw}${dense ? "-dense" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<vec4<${real}>>`,
      dy: `read array<vec4<${real}>>`,
      dw: "write array<vec4f>",
    },
    params: [...geometryParams, ...["sh", "sw", "dh", "dw", "lines", "linesPerPart", "partStride"]],
    workgroup: [itemThreads],
    builtins: ["item", "group"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4; let ky = item / p.c4;
let first = group.z * p.linesPerPart;
let end = min(first + p.linesPerPart, p.lines);
${unroll(kw, (kx) => `var s${kx} = vec4f(); var v${kx} = vec4f();`)}
for (var line = first; line < end; line++) {
  let iy = line % p.outHeight * p.sh + ky * p.dh - p.pt;
  if (iy >= p.height) { continue; }
  let from_ = (line / p.outHeight * p.height + iy) * p.width;
  ${dense ? `{ let ox = 0u; ${unroll(kw - 1, (kx) => load(kx))} }` : ""}
  for (var ox = 0u; ox < p.outWidth; ox++) {
    ${dense ? load(kw - 1) : unroll(kw, load)}
    let g = vec4f(dy[(line * p.outWidth + ox) * p.c4 + c]);
    ${unroll(kw, (kx) => `s${kx} += v${kx} * g;`)}
    ${dense ? move : ""}
  }
}
${unroll(kw, (kx) => `dw[group.z * p.partStride + (ky * ${kw}u + ${kx}u) * p.c4 + c] = s${kx};`)}`,
  });
}
