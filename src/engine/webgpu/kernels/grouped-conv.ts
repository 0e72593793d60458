import type { Real } from "../conv/conv-shape.ts";
import { defineKernel, itemThreads, unroll, type Kernel } from "../kernel.ts";

/** How groups of four channels meet groups of channels. "fours": groups consist of fours on both sides. "shared": the four of a thread
 *  are in one group. "mixed": they may be in several. */
export type GroupedLayout = "fours" | "shared" | "mixed";

/** Neighbouring pixels of one thread, for which it reads the filter once. */
export const groupedPixels = 4;

const params = [
  ...["items", "height", "width", "inPitch", "outHeight", "outWidth", "outPitch", "outputs"],
  ...["groupIn", "groupOut", "kh", "kw", "sh", "sw", "pt", "pl", "dh", "dw", "inputs"],
];

const each = (line: (i: number) => string): string => unroll(groupedPixels, line);
const four = (part: (q: number) => string): string =>
  `vec4f(${[0, 1, 2, 3].map((q) => `f32(${part(q)})`).join(", ")})`;

/** What is read where four channels lie together, else one by one. */
const typeOf = (layout: GroupedLayout, real: Real): string =>
  layout === "fours" ? `vec4<${real}>` : real;

/** Grouped and dilated convolution, one item per four outputs of `groupedPixels` neighbouring pixels. Filters lie
 *  [kh, kw, in/groups, outPitch]. Buffers: x, w, [bias,] y. */
export function groupedConv(layout: GroupedLayout, bias: boolean, real: Real): Kernel {
  const inner = {
    fours: `for (var i = 0u; i < p.groupIn; i += 4u) {
${unroll(4, (q) => `let w${q} = vec4f(w[(tap + i + ${q}u) * (p.outPitch / 4u) + o4]);`)}
${each((j) => `{ let v = vec4f(x[(from${j} + first0 + i) / 4u]); s${j} += select(vec4f(), v.x * w0 + v.y * w1 + v.z * w2 + v.w * w3, ok${j}); }`)}
}`,
    shared: `for (var i = 0u; i < p.groupIn; i++) {
let w0 = vec4f(w[(tap + i) * (p.outPitch / 4u) + o4]);
${each((j) => `s${j} += select(0f, f32(x[from${j} + first0 + i]), ok${j}) * w0;`)}
}`,
    mixed: `for (var i = 0u; i < p.groupIn; i++) {
let w0 = vec4f(w[(tap + i) * (p.outPitch / 4u) + o4]);
${each((j) => `s${j} += select(vec4f(), ${four((q) => `x[from${j} + first${q} + i]`)}, ok${j}) * w0;`)}
}`,
  }[layout];
  return defineKernel({
    name: `grouped-conv-${layout}${bias ? "-bias" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<${typeOf(layout, real)}>`,
      w: `read array<vec4<${real}>>`,
      ...(bias ? ({ bias: "read array<vec4f>" } as const) : {}),
      y: `write array<vec4<${real}>>`,
    },
    params,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let o4 = item % (p.outPitch / 4u); let place = item / (p.outPitch / 4u);
let tiles = (p.outWidth + ${groupedPixels - 1}u) / ${groupedPixels}u;
let ox = place % tiles * ${groupedPixels}u; let oy = place / tiles % p.outHeight;
let image = place / tiles / p.outHeight;
// Where there is no output, its filter is zero.
${unroll(layout === "mixed" ? 4 : 1, (q) => `let first${q} = min(o4 * 4u + ${q}u, p.outputs - 1u) / p.groupOut * p.groupIn;`)}
${each((j) => `var s${j} = ${bias ? "bias[o4]" : "vec4f()"};`)}
for (var ky = 0u; ky < p.kh; ky++) {
  let iy = oy * p.sh + ky * p.dh - p.pt;
  if (iy >= p.height) { continue; }
  let line = (image * p.height + iy) * p.width;
  for (var kx = 0u; kx < p.kw; kx++) {
    let tap = (ky * p.kw + kx) * p.groupIn;
    let ix = ox * p.sw + kx * p.dw - p.pl;
    ${each((j) => `let ok${j} = ix + ${j}u * p.sw < p.width; let from${j} = select(0u, (line + ix + ${j}u * p.sw) * p.inPitch, ok${j});`)}
    ${inner}
  }
}
let to = (image * p.outHeight + oy) * p.outWidth + ox;
${each((j) => `if (ox + ${j}u < p.outWidth) { y[(to + ${j}u) * (p.outPitch / 4u) + o4] = vec4<${real}>(s${j}); }`)}`,
  });
}

/** Gradient towards the input, one item per four inputs of `groupedPixels` neighbouring pixels. Buffers: dy, w, dx. */
export function groupedConvInput(layout: GroupedLayout, add: boolean, real: Real): Kernel {
  const channels = layout === "fours" ? 1 : 4;
  const weights = four((q) => `w[(tap + inner${q}) * p.outPitch + first${q} + o]`);
  const inner = {
    fours: `for (var o = 0u; o < p.groupOut; o += 4u) {
${unroll(4, (q) => `let w${q} = vec4f(w[((tap + inner0 + ${q}u) * p.outPitch + first0 + o) / 4u]);`)}
${each((j) => `{ let g = select(vec4f(), vec4f(dy[(from${j} + first0 + o) / 4u]), ok${j}); s${j} += vec4f(dot(g, w0), dot(g, w1), dot(g, w2), dot(g, w3)); }`)}
}`,
    shared: `for (var o = 0u; o < p.groupOut; o++) {
let w0 = ${weights};
${each((j) => `s${j} += select(0f, f32(dy[from${j} + first0 + o]), ok${j}) * w0;`)}
}`,
    mixed: `for (var o = 0u; o < p.groupOut; o++) {
let w0 = ${weights};
${each((j) => `s${j} += select(vec4f(), ${four((q) => `dy[from${j} + first${q} + o]`)}, ok${j}) * w0;`)}
}`,
  }[layout];
  return defineKernel({
    name: `grouped-conv-input-${layout}${add ? "-add" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      dy: `read array<${typeOf(layout, real)}>`,
      w: `read array<${typeOf(layout, real)}>`,
      dx: `write array<vec4<${real}>>`,
    },
    params,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
let c4 = item % (p.inPitch / 4u); let place = item / (p.inPitch / 4u);
let tiles = (p.width + ${groupedPixels - 1}u) / ${groupedPixels}u;
let ix = place % tiles * ${groupedPixels}u; let iy = place / tiles % p.height;
let image = place / tiles / p.height;
${unroll(
  channels,
  (q) => `let own${q} = min(c4 * 4u + ${q}u, p.inputs - 1u);
let inner${q} = own${q} % p.groupIn; let first${q} = own${q} / p.groupIn * p.groupOut;`,
)}
${each((j) => `var s${j} = vec4f();`)}
for (var ky = 0u; ky < p.kh; ky++) {
  let y = iy + p.pt - ky * p.dh; let oy = y / p.sh;
  if (iy + p.pt < ky * p.dh || y % p.sh != 0u || oy >= p.outHeight) { continue; }
  let line = (image * p.outHeight + oy) * p.outWidth;
  for (var kx = 0u; kx < p.kw; kx++) {
    let tap = (ky * p.kw + kx) * p.groupIn;
    ${each(
      (j) => `let x${j} = ix + ${j}u + p.pl - kx * p.dw; let ox${j} = x${j} / p.sw;
let ok${j} = ix + ${j}u + p.pl >= kx * p.dw && x${j} % p.sw == 0u && ox${j} < p.outWidth;
let from${j} = select(0u, (line + ox${j}) * p.outPitch, ok${j});`,
    )}
    ${inner}
  }
}
// Padded channels stay zero.
let real_ = vec4u(c4 * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(p.inputs);
let to = (image * p.height + iy) * p.width + ix;
${each(
  (j) => `if (ix + ${j}u < p.width) {
  let at = (to + ${j}u) * (p.inPitch / 4u) + c4;
  dx[at] = vec4<${real}>(select(vec4f(), s${j}, real_)${add ? " + vec4f(dx[at])" : ""});
}`,
)}`,
  });
}

/** Input channels of one item of `groupedConvFilter`. */
export const filterInputs = (layout: GroupedLayout): 1 | 4 => (layout === "fours" ? 4 : 1);

/** Filter gradient, one item per four outputs, one or four of a group's inputs, and tap, and part of the batch's lines (z).
 *  Buffers: x, dy, dw. */
export function groupedConvFilter(layout: GroupedLayout, real: Real): Kernel {
  const inputs = filterInputs(layout);
  const add = {
    fours: `let v = vec4f(x[(from_ + first0 + i) / 4u]);
${unroll(4, (q) => `s${q} += v.${"xyzw"[q]} * g;`)}`,
    shared: "s0 += f32(x[from_ + first0 + i]) * g;",
    mixed: `s0 += ${four((q) => `x[from_ + first${q} + i]`)} * g;`,
  }[layout];
  return defineKernel({
    name: `grouped-conv-filter-${layout}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      x: `read array<${typeOf(layout, real)}>`,
      dy: `read array<vec4<${real}>>`,
      dw: "write array<vec4f>",
    },
    params: [...params, "lines", "linesPerPart", "partStride"],
    workgroup: [itemThreads],
    builtins: ["item", "group"],
    body: `
if (item >= p.items) { return; }
let o4 = item % (p.outPitch / 4u); let rest = item / (p.outPitch / 4u) * ${inputs}u;
let i = rest % p.groupIn; let tap = rest / p.groupIn;
${unroll(layout === "mixed" ? 4 : 1, (q) => `let first${q} = min(o4 * 4u + ${q}u, p.outputs - 1u) / p.groupOut * p.groupIn;`)}
let first = group.z * p.linesPerPart;
let end = min(first + p.linesPerPart, p.lines);
${unroll(inputs, (q) => `var s${q} = vec4f();`)}
for (var line = first; line < end; line++) {
  let iy = line % p.outHeight * p.sh + tap / p.kw * p.dh - p.pt;
  if (iy >= p.height) { continue; }
  for (var ox = 0u; ox < p.outWidth; ox++) {
    let ix = ox * p.sw + tap % p.kw * p.dw - p.pl;
    if (ix >= p.width) { continue; }
    let from_ = ((line / p.outHeight * p.height + iy) * p.width + ix) * p.inPitch;
    let g = vec4f(dy[(line * p.outWidth + ox) * (p.outPitch / 4u) + o4]);
    ${add}
  }
}
${unroll(inputs, (q) => `dw[group.z * p.partStride + (rest + ${q}u) * (p.outPitch / 4u) + o4] = s${q};`)}`,
  });
}
