import type { Pair } from "../../model/node.ts";
import type { Real } from "../conv/conv-shape.ts";
import { defineKernel, itemThreads, unroll, type Kernel } from "../kernel.ts";

/** What the kernel's text depends on; pairs are [height, width]. */
export interface DepthwiseOptions {
  readonly real: Real;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Neighbouring output pixels of one thread. */
  readonly columns: number;
  readonly bias: boolean;
  /** The filter lies turned by 180 degrees: towards the input, at stride 1. */
  readonly turned: boolean;
  /** Adds to what is there. */
  readonly add: boolean;
}

const geometryParams = ["items", "c4", "height", "width", "outHeight", "outWidth", "pt", "pl"];

/** Lines of results that are unfinished at a time. */
export const openLines = (kernel: Pair, stride: Pair, dilation: Pair): number =>
  Math.floor(((kernel[0] - 1) * dilation[0]) / stride[0]) + 1;

/** Depthwise convolution, a filter per channel. A thread has four channels of a strip, `columns` pixels wide and `rows` lines high, and
 *  goes down it: it holds the filter and the unfinished lines of results in registers, loads each pixel once, and adds it to all of them.
 *  Of 3x3 and four columns these are not two loads per result instead of eighteen.
 *  Filters lie [kh, kw, 1, C]. Buffers: x, w, [bias,] y. */
export function depthwiseConv(options: DepthwiseOptions): Kernel {
  const { real, kernel, stride, dilation, columns, bias, turned, add } = options;
  const [kh, kw] = kernel;
  const taps = kh * kw;
  const open = openLines(kernel, stride, dilation);
  const at = (t: number): number => (turned ? taps - 1 - t : t);
  const start = bias ? "bias4" : "vec4f()";
  return defineKernel({
    name: `depthwise${turned ? "-turned" : ""}-${kh}x${kw}-${stride.join("x")}-${dilation.join("x")}-${columns}${bias ? "-bias" : ""}${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<vec4<${real}>>`,
      w: `read array<vec4<${real}>>`,
      ...(bias ? ({ bias: "read array<vec4f>" } as const) : {}),
      y: `write array<vec4<${real}>>`,
    },
    params: [...geometryParams, "strips", "rows"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4; let place = item / p.c4;
let across = (p.outWidth + ${columns - 1}u) / ${columns}u;
let ox = place % across * ${columns}u; let firstLine = place / across % p.strips * p.rows;
let image = place / across / p.strips;
let lines = min(p.rows, p.outHeight - firstLine);
// What is above or left of the image wraps around and is too large.
var iy = firstLine * ${stride[0]}u - p.pt; let ix = ox * ${stride[1]}u - p.pl;
var to = ((image * p.outHeight + firstLine) * p.outWidth + ox) * p.c4 + c;
${unroll(taps, (t) => `let w${t} = vec4f(w[${at(t)}u * p.c4 + c]);`)}
${[...underStrip(options)].map(([pixel]) => `let ok${pixel} = ix + ${pixel}u < p.width;`).join("\n")}
${bias ? "let bias4 = bias[c];" : ""}
${unroll(open * columns, (i) => `var s${i} = ${start};`)}
for (var line = 0u; line < lines + ${open - 1}u; line++) {
  ${inputLines(options)}
  if (line >= ${open - 1}u) {
    ${unroll(columns, (j) => `if (ox + ${j}u < p.outWidth) { let own = to + ${j}u * p.c4; y[own] = vec4<${real}>(s${(open - 1) * columns + j}${add ? " + vec4f(y[own])" : ""}); }`)}
    to += p.outWidth * p.c4;
  }
  ${unroll((open - 1) * columns, (i) => `s${open * columns - 1 - i} = s${(open - 1) * columns - 1 - i};`)}
  ${unroll(columns, (j) => `s${j} = ${start};`)}
  iy += ${stride[0]}u;
}`,
  });
}

/** Pixels of the input under a strip: the results that each is part of, and by which tap. */
function underStrip({
  kernel,
  stride,
  dilation,
  columns,
}: DepthwiseOptions): ReadonlyMap<number, readonly (readonly [column: number, tap: number])[]> {
  const uses = new Map<number, (readonly [number, number])[]>();
  for (let column = 0; column < columns; column++)
    for (let tap = 0; tap < kernel[1]; tap++) {
      const pixel = column * stride[1] + tap * dilation[1];
      uses.set(pixel, [...(uses.get(pixel) ?? []), [column, tap]]);
    }
  return uses;
}

/** The lines of the input that come with a line of results, each added to the open lines: by tap `ky` it is part of the line that began
 *  so many lines before as its place is below that line's first. */
function inputLines(options: DepthwiseOptions): string {
  const { kernel, stride, dilation, columns } = options;
  const pixels = [...underStrip(options)];
  const load = (pixel: number): string =>
    `let v${pixel} = select(vec4f(), vec4f(x[at + ${pixel}u * p.c4]), inY && ok${pixel});`;
  return Array.from({ length: stride[0] }, (_, line) => {
    const taps = Array.from({ length: kernel[0] }, (_, ky) => ky).filter(
      (ky) => (ky * dilation[0]) % stride[0] === line,
    );
    if (taps.length === 0) return "";
    const products = taps.flatMap((ky) => {
      const open = Math.floor((ky * dilation[0]) / stride[0]);
      return pixels.flatMap(([pixel, uses]) =>
        uses.map(
          ([column, kx]) => `s${open * columns + column} += v${pixel} * w${ky * kernel[1] + kx};`,
        ),
      );
    });
    return `{ let inY = iy + ${line}u < p.height; let at = ((image * p.height + iy + ${line}u) * p.width + ix) * p.c4 + c;
${pixels.map(([pixel]) => load(pixel)).join("\n")}
${products.join("\n")} }`;
  }).join("\n");
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
