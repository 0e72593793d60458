import { defineKernel, unroll, writtenOnce, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { vector } from "./register-tile.ts";

/** Pixels of one turn of the loop; the image's width is a multiple. Longer turns outgrow a processor's cache of instructions. */
export const linePixels = 2;

const lanes = 8;

/** What the kernel's text depends on. */
export interface ConvFilterLinesOptions {
  readonly real: Real;
  /** Input channels of one tile. */
  readonly channels: 16 | 32;
  /** Output channels of one lane. */
  readonly columns: 1 | 2;
}

/** Filter gradient of 3x3 filters of stride 1 and padding 1 for subgroups of eight: a workgroup (y) owns the three taps of a line
 *  for some input channels and `columns` output channels per lane, and each loaded pixel serves all three taps from registers.
 *  With 16 channels half of the lanes load one pixel's, half the next one's. Parts (z) as in `convFilterRows`. */
export const convFilterLines = writtenOnce(
  ({ real, channels, columns }: ConvFilterLinesOptions): Kernel => {
    const quads = channels / 4;
    /** Pixels that the lanes load at once. */
    const loaded = lanes / quads;
    const out = vector(columns, "f32");
    const each = (line: (tx: number, k: number, q: number) => string): string =>
      unroll(3, (tx) => unroll(quads, (k) => unroll(4, (q) => line(tx, k, q))));
    /** Pixel j of the turn; its outputs are g{j+1} right of it (tap 0), g{j} and g{j-1}, counted from g0 = the one before. */
    const products = (j: number): string =>
      unroll(quads, (k) => {
        const sums = unroll(3, (tx) =>
          unroll(4, (q) => `s${tx}_${k}_${q} += a.${"xyzw"[q]} * g${j + 2 - tx};`),
        );
        return `{ let a = subgroupBroadcast(v${Math.floor(j / loaded)}, ${(j % loaded) * quads + k}u);\n${sums} }`;
      });
    return defineKernel({
      name: `conv-filter-gradient-lines-${channels}x${columns}`,
      enable: ["subgroups", ...(real === "f16" ? ["f16"] : [])],
      buffers: {
        x: `read array<vec4<${real}>>`,
        dy: `read array<${vector(columns, real)}>`,
        dw: `write array<${out}>`,
      },
      params: ["lines", "linesPerPart", "partStride", "columns", "c4", "height", "width"],
      workgroup: [lanes],
      builtins: ["group", "lane"],
      body: `
let own = group.x * ${lanes}u + lane;
let column = min(own, p.columns - 1u);
let ty = group.y % 3u; let block = group.y / 3u;
let channel = block * ${quads}u + lane % ${quads}u; let side = lane / ${quads}u;
${each((tx, k, q) => `var s${tx}_${k}_${q} = ${out}();`)}
let first = group.z * p.linesPerPart;
let end = min(first + p.linesPerPart, p.lines);
for (var line = first; line < end; line++) {
  let y = line % p.height + ty;
  let pixels = select(0u, p.width, y >= 1u && y <= p.height);
  let to = line * p.width;
  let origin = (to + ty * p.width - p.width + side) * p.c4 + channel;
  var before = ${out}();
  var here = ${out}(dy[to * p.columns + column]);
  for (var j = 0u; j < pixels; j += ${linePixels}u) {
    ${unroll(linePixels / loaded, (i) => `let v${i} = vec4f(x[origin + (j + ${loaded * i}u) * p.c4]);`)}
    let g0 = before; let g1 = here;
    ${unroll(linePixels, (i) =>
      i < linePixels - 1
        ? `let g${i + 2} = ${out}(dy[(to + j + ${i + 1}u) * p.columns + column]);`
        : `let last = j + ${linePixels}u < pixels;
let g${i + 2} = select(${out}(), ${out}(dy[select(0u, (to + j + ${i + 1}u) * p.columns + column, last)]), last);`,
    )}
    ${unroll(linePixels, products)}
    before = g${linePixels}; here = g${linePixels + 1};
  }
}
let at = group.z * p.partStride + own;
if (own < p.columns) {
${each((tx, k, q) => `dw[at + ((ty * 3u + ${tx}u) * p.c4 * 4u + block * ${channels}u + ${4 * k + q}u) * p.columns] = s${tx}_${k}_${q};`)}
}`,
    });
  },
);
