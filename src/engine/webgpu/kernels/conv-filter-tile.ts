import { defineKernel, unroll, type Kernel } from "../kernel.ts";
import type { Real } from "../conv-shape.ts";

/** Filter rows and columns of one tile. */
export const filterTile = 64;
const block = 16;

/** The same product as `convFilterRows` for GPUs: 64 threads share 16 pixels x 64 filter rows and 16 x 64 output channels in
 *  workgroup memory and own 8 x 8 filter values each. */
export function convFilterTile(real: Real): Kernel {
  const body = `
let k0 = group.y * ${filterTile / 4}u;
let n0 = group.x * ${filterTile / 4}u;
let ty = index / 8u; let tx = index % 8u;
let myGroup = index % 16u;
let myK = k0 + myGroup;
let tap = myK / p.c4; let c = myK % p.c4;
let ky = i32(tap / p.kw) - i32(p.pt); let kx = i32(tap % p.kw) - i32(p.pl);
let first = group.z * p.linesPerPart * p.outWidth;
let end = min(group.z * p.linesPerPart + p.linesPerPart, p.lines) * p.outWidth;
${unroll(16, (i) => `var s${i} = vec4f();`)}
for (var r = first; r < end; r += ${block}u) {
  for (var j = 0u; j < 4u; j++) {
    let slot = index / 16u + 4u * j;
    let row = r + slot;
    var a = vec4f(); var g = vec4f();
    if (row < end) {
      let line = row / p.outWidth;
      let iy = u32(i32(line % p.outHeight * p.sh) + ky);
      let ix = u32(i32(row % p.outWidth * p.sw) + kx);
      if (myK < p.k4 && iy < p.height && ix < p.width) {
        a = vec4f(x[((line / p.outHeight * p.height + iy) * p.width + ix) * p.c4 + c]);
      }
      if (n0 + myGroup < p.columns) { g = vec4f(dy[row * p.columns + n0 + myGroup]); }
    }
    tileA[slot * 16u + myGroup] = a;
    tileB[slot * 16u + myGroup] = g;
  }
  workgroupBarrier();
  for (var q = 0u; q < ${block}u; q++) {
    let a0 = tileA[q * 16u + ty]; let a1 = tileA[q * 16u + ty + 8u];
    let b0 = tileB[q * 16u + tx]; let b1 = tileB[q * 16u + tx + 8u];
    ${unroll(8, (i) => {
      const a = `a${i >> 2}.${"xyzw"[i & 3]}`;
      return `s${2 * i} += ${a} * b0; s${2 * i + 1} += ${a} * b1;`;
    })}
  }
  workgroupBarrier();
}
${unroll(
  8,
  (i) => `{ let k = (k0 + ty + ${8 * (i >> 2)}u) * 4u + ${i & 3}u;
if (k < p.k4 * 4u) {
  let to = group.z * p.partStride + k * p.columns + n0 + tx;
  if (n0 + tx < p.columns) { dw[to] = s${2 * i}; }
  if (n0 + tx + 8u < p.columns) { dw[to + 8u] = s${2 * i + 1}; }
} }`,
)}`;
  return defineKernel({
    name: `conv-filter-gradient-tile-${filterTile}`,
    enable: real === "f16" ? ["f16"] : [],
    globals: `var<workgroup> tileA: array<vec4f, ${block * 16}>;
var<workgroup> tileB: array<vec4f, ${block * 16}>;`,
    buffers: {
      x: `read array<vec4<${real}>>`,
      dy: `read array<vec4<${real}>>`,
      dw: "write array<vec4f>",
    },
    params: [
      ...["lines", "linesPerPart", "partStride", "columns", "k4", "c4", "kw"],
      ...["height", "width", "outHeight", "outWidth", "sh", "sw", "pt", "pl"],
    ],
    workgroup: [64],
    builtins: ["group", "index"],
    body,
  });
}
