import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";

const windowParams = [
  ...["items", "c4", "height", "width", "outHeight", "outWidth"],
  ...["kh", "kw", "sh", "sw", "pt", "pl"],
];

/** Padding is -∞ for max, counts as zeros for average, and not at all for inside-average. */
export type PoolKind = "max" | "average" | "inside-average";

/** Max or average pooling; one item per output pixel and four channels. */
export function pool(kind: PoolKind, real: Real): Kernel {
  const max = kind === "max";
  return defineKernel({
    name: `pool-${kind}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: { x: `read array<vec4<${real}>>`, y: `write array<vec4<${real}>>` },
    params: windowParams,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4; let pixel = item / p.c4;
let ox = pixel % p.outWidth; let oy = pixel / p.outWidth % p.outHeight;
let image = pixel / p.outWidth / p.outHeight;
var value = vec4f(${max ? "-3.4e38" : "0.0"});
for (var ky = 0u; ky < p.kh; ky++) {
  for (var kx = 0u; kx < p.kw; kx++) {
    let iy = oy * p.sh + ky - p.pt; let ix = ox * p.sw + kx - p.pl;
    if (iy < p.height && ix < p.width) {
      let v = vec4f(x[((image * p.height + iy) * p.width + ix) * p.c4 + c]);
      value = ${max ? "max(value, v)" : "value + v"};
    }
  }
}
y[item] = vec4<${real}>(value${max ? "" : ` / ${divisor(kind)}`});`,
    globals: kind === "inside-average" ? insideWindow : "",
  });
}

/** Gradient of pooling, one item per input pixel and four channels: it visits the windows that cover the pixel. A window's maximum
 *  is its first largest value, found again. Buffers: dy, [x,] dx. */
export function poolGradient(kind: PoolKind, add: boolean, real: Real): Kernel {
  const max = kind === "max";
  const share = max
    ? `dx4 += select(vec4f(), dy4, isMaximum(image, oy, ox, iy, ix, c));`
    : `dx4 += dy4 / ${divisor(kind)};`;
  return defineKernel({
    name: `pool-gradient-${kind}${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      dy: `read array<vec4<${real}>>`,
      ...(max ? { x: `read array<vec4<${real}>>` } : {}),
      dx: `write array<vec4<${real}>>`,
    },
    params: windowParams,
    globals: max ? firstMaximum : kind === "inside-average" ? insideWindow : "",
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c = item % p.c4; let pixel = item / p.c4;
let ix = pixel % p.width; let iy = pixel / p.width % p.height;
let image = pixel / p.width / p.height;
var dx4 = vec4f();
for (var ky = 0u; ky < p.kh; ky++) {
  for (var kx = 0u; kx < p.kw; kx++) {
    let y = iy + p.pt - ky; let x_ = ix + p.pl - kx;
    let oy = y / p.sh; let ox = x_ / p.sw;
    // Negative values wrap around and fail the comparison with the output's size.
    if (y % p.sh == 0u && x_ % p.sw == 0u && oy < p.outHeight && ox < p.outWidth && iy + p.pt >= ky && ix + p.pl >= kx) {
      let dy4 = vec4f(dy[((image * p.outHeight + oy) * p.outWidth + ox) * p.c4 + c]);
      ${share}
    }
  }
}
dx[item] = vec4<${real}>(dx4${add ? " + vec4f(dx[item])" : ""});`,
  });
}

/** What an average divides by, at the output's pixel (oy, ox). */
const divisor = (kind: PoolKind): string =>
  kind === "inside-average"
    ? "(inside(oy * p.sh, p.kh, p.pt, p.height) * inside(ox * p.sw, p.kw, p.pl, p.width))"
    : "f32(p.kh * p.kw)";

const insideWindow = `
/** Taps of a window, which begins at \`start\` of the padded axis, that are not padding. */
fn inside(start: u32, taps: u32, padding: u32, length: u32) -> f32 {
  return f32(min(start + taps, padding + length) - max(start, padding));
}`;

const firstMaximum = `
fn isMaximum(image: u32, oy: u32, ox: u32, iy: u32, ix: u32, c: u32) -> vec4<bool> {
  let own = vec4f(x[((image * p.height + iy) * p.width + ix) * p.c4 + c]);
  var first = vec4<bool>(true);
  var before = true;
  for (var ky = 0u; ky < p.kh; ky++) {
    for (var kx = 0u; kx < p.kw; kx++) {
      let y = oy * p.sh + ky - p.pt; let x_ = ox * p.sw + kx - p.pl;
      if (y == iy && x_ == ix) { before = false; continue; }
      if (y < p.height && x_ < p.width) {
        let v = vec4f(x[((image * p.height + y) * p.width + x_) * p.c4 + c]);
        first = first & select(v <= own, v < own, vec4<bool>(before));
      }
    }
  }
  return first;
}`;

/** Mean over all pixels; one item per image and four channels. */
export const globalPool = (real: Real): Kernel =>
  defineKernel({
    name: "global-pool",
    enable: real === "f16" ? ["f16"] : [],
    buffers: { x: `read array<vec4<${real}>>`, y: `write array<vec4<${real}>>` },
    params: ["items", "c4", "pixels"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
var sum = vec4f();
for (var i = 0u; i < p.pixels; i++) { sum += vec4f(x[(item / p.c4 * p.pixels + i) * p.c4 + item % p.c4]); }
y[item] = vec4<${real}>(sum / f32(p.pixels));`,
  });

/** dx (+)= dy / pixels; one item per input pixel and four channels. */
export const globalPoolGradient = (add: boolean, real: Real): Kernel =>
  defineKernel({
    name: `global-pool-gradient${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: { dy: `read array<vec4<${real}>>`, dx: `write array<vec4<${real}>>` },
    params: ["items", "c4", "pixels"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let value = vec4f(dy[item / p.c4 / p.pixels * p.c4 + item % p.c4]) / f32(p.pixels);
dx[item] = vec4<${real}>(value${add ? " + vec4f(dx[item])" : ""});`,
  });
