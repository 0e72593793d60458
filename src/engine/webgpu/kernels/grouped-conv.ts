import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";

const params = [
  ...["items", "height", "width", "inPitch", "outHeight", "outWidth", "outPitch", "outputs"],
  ...["groupIn", "groupOut", "kh", "kw", "sh", "sw", "pt", "pl"],
];

/** Grouped and depthwise convolution, one item per output value: few products per value, nothing to share. Filters lie
 *  [kh, kw, in/groups, outPitch]. Buffers: x, w, [bias,] y. */
export const groupedConv = (bias: boolean, real: Real): Kernel =>
  defineKernel({
    name: `grouped-conv${bias ? "-bias" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<${real}>`,
      w: `read array<${real}>`,
      ...(bias ? ({ bias: "read array<f32>" } as const) : {}),
      y: `write array<${real}>`,
    },
    params,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let o = item % p.outputs; let pixel = item / p.outputs;
let ox = pixel % p.outWidth; let oy = pixel / p.outWidth % p.outHeight;
let image = pixel / p.outWidth / p.outHeight;
let firstIn = o / p.groupOut * p.groupIn;
var sum = ${bias ? "bias[o]" : "0f"};
for (var ky = 0u; ky < p.kh; ky++) {
  for (var kx = 0u; kx < p.kw; kx++) {
    let iy = oy * p.sh + ky - p.pt; let ix = ox * p.sw + kx - p.pl;
    if (iy < p.height && ix < p.width) {
      let from_ = ((image * p.height + iy) * p.width + ix) * p.inPitch + firstIn;
      let tap = (ky * p.kw + kx) * p.groupIn * p.outPitch + o;
      for (var i = 0u; i < p.groupIn; i++) { sum += f32(x[from_ + i]) * f32(w[tap + i * p.outPitch]); }
    }
  }
}
y[pixel * p.outPitch + o] = ${real}(sum);`,
  });

/** Gradient towards the input, one item per input value. Buffers: dy, w, dx. */
export const groupedConvInput = (add: boolean, real: Real): Kernel =>
  defineKernel({
    name: `grouped-conv-input${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: { dy: `read array<${real}>`, w: `read array<${real}>`, dx: `write array<${real}>` },
    params: [...params, "inputs"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.inputs; let pixel = item / p.inputs;
let ix = pixel % p.width; let iy = pixel / p.width % p.height;
let image = pixel / p.width / p.height;
let firstOut = c / p.groupIn * p.groupOut;
var sum = 0f;
for (var ky = 0u; ky < p.kh; ky++) {
  for (var kx = 0u; kx < p.kw; kx++) {
    if (iy + p.pt < ky || ix + p.pl < kx) { continue; }
    let y = iy + p.pt - ky; let x = ix + p.pl - kx;
    let oy = y / p.sh; let ox = x / p.sw;
    if (y % p.sh == 0u && x % p.sw == 0u && oy < p.outHeight && ox < p.outWidth) {
      let from_ = ((image * p.outHeight + oy) * p.outWidth + ox) * p.outPitch + firstOut;
      let tap = ((ky * p.kw + kx) * p.groupIn + c % p.groupIn) * p.outPitch + firstOut;
      for (var o = 0u; o < p.groupOut; o++) { sum += f32(dy[from_ + o]) * f32(w[tap + o]); }
    }
  }
}
let to = pixel * p.inPitch + c;
dx[to] = ${real}(sum${add ? " + f32(dx[to])" : ""});`,
  });

/** Filter gradient, one item per filter value and part of the batch's lines (z). Buffers: x, dy, dw. */
export const groupedConvFilter = (real: Real): Kernel =>
  defineKernel({
    name: "grouped-conv-filter",
    enable: real === "f16" ? ["f16"] : [],
    buffers: { x: `read array<${real}>`, dy: `read array<${real}>`, dw: "write array<f32>" },
    params: [...params, "lines", "linesPerPart", "partStride"],
    workgroup: [itemThreads],
    builtins: ["item", "group"],
    body: `
if (item >= p.items) { return; }
let o = item % p.outputs; let rest = item / p.outputs;
let i = rest % p.groupIn; let tap = rest / p.groupIn;
let c = o / p.groupOut * p.groupIn + i;
let first = group.z * p.linesPerPart;
let end = min(first + p.linesPerPart, p.lines);
var sum = 0f;
for (var line = first; line < end; line++) {
  let iy = line % p.outHeight * p.sh + tap / p.kw - p.pt;
  if (iy >= p.height) { continue; }
  for (var ox = 0u; ox < p.outWidth; ox++) {
    let ix = ox * p.sw + tap % p.kw - p.pl;
    if (ix >= p.width) { continue; }
    sum += f32(x[((line / p.outHeight * p.height + iy) * p.width + ix) * p.inPitch + c])
      * f32(dy[(line * p.outWidth + ox) * p.outPitch + o]);
  }
}
dw[group.z * p.partStride + rest * p.outPitch + o] = sum;`,
  });
