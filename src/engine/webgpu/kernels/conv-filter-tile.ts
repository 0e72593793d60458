import { defineKernel, unroll, type Kernel } from "../kernel.ts";
import type { MatrixUnit, Real } from "../conv-shape.ts";
import { matrixDepth, matrixExtensions, matrixProduct, matrixThreads } from "./matrix-product.ts";

/** Filter rows and columns of one tile. */
export const filterTile = 64;
const groups = filterTile / 4;

/** How a workgroup multiplies [pixels, 64]ᵀ of `tileA` by [pixels, 64] of `tileB`, arrays of vec4 with `pitch` elements a pixel. */
interface Product {
  readonly threads: number;
  readonly pixels: number;
  readonly operand: Real;
  readonly pitch: number;
  readonly extensions: readonly string[];
  readonly globals: string;
  readonly begin: string;
  readonly add: string;
  /** Hands filter row, group of columns and sums of each to `line`. */
  finish(line: (row: string, column: string, sum: string) => string): string;
}

/** The same product as `convFilterRows` for GPUs: the threads of a workgroup share 16 or 32 pixels x 64 filter rows and as many
 *  x 64 output channels in workgroup memory.
 *  @param matrix multiplies on this unit */
export function convFilterTile(real: Real, matrix?: MatrixUnit): Kernel {
  const product = matrix ? onUnit(matrix) : plain;
  const { threads, pixels, operand, pitch, extensions } = product;
  const body = `
let k0 = group.y * ${groups}u;
let n0 = group.x * ${groups}u;
let ty = index / 8u; let tx = index % 8u;
let myGroup = index % ${groups}u;
let myK = k0 + myGroup;
let tap = myK / p.c4; let c = myK % p.c4;
let ky = i32(tap / p.kw) - i32(p.pt); let kx = i32(tap % p.kw) - i32(p.pl);
let first = group.z * p.linesPerPart * p.outWidth;
let end = min(group.z * p.linesPerPart + p.linesPerPart, p.lines) * p.outWidth;
${product.begin}
for (var r = first; r < end; r += ${pixels}u) {
  for (var slot = index / ${groups}u; slot < ${pixels}u; slot += ${threads / groups}u) {
    let row = r + slot;
    var a = vec4<${operand}>(); var g = vec4<${operand}>();
    if (row < end) {
      let line = row / p.outWidth;
      let iy = u32(i32(line % p.outHeight * p.sh) + ky);
      let ix = u32(i32(row % p.outWidth * p.sw) + kx);
      if (myK < p.k4 && iy < p.height && ix < p.width) {
        a = vec4<${operand}>(x[((line / p.outHeight * p.height + iy) * p.width + ix) * p.c4 + c]);
      }
      if (n0 + myGroup < p.columns) { g = vec4<${operand}>(dy[row * p.columns + n0 + myGroup]); }
    }
    tileA[slot * ${pitch}u + myGroup] = a;
    tileB[slot * ${pitch}u + myGroup] = g;
  }
  workgroupBarrier();
  ${product.add}
  workgroupBarrier();
}
${product.finish(
  (row, column, sum) => `{ let k = k0 * 4u + ${row}; let n = n0 + ${column};
if (k < p.k4 * 4u && n < p.columns) { dw[group.z * p.partStride + k * p.columns + n] = ${sum}; } }`,
)}`;
  return defineKernel({
    name: `conv-filter-gradient-${matrix ? "matrix" : "tile"}-${filterTile}`,
    enable: [...(real === "f16" || operand === "f16" ? ["f16"] : []), ...extensions],
    globals: product.globals,
    buffers: {
      x: `read array<vec4<${real}>>`,
      dy: `read array<vec4<${real}>>`,
      dw: "write array<vec4f>",
    },
    params: [
      ...["lines", "linesPerPart", "partStride", "columns", "k4", "c4", "kw"],
      ...["height", "width", "outHeight", "outWidth", "sh", "sw", "pt", "pl"],
    ],
    workgroup: [threads],
    builtins: ["group", "index", ...(matrix ? ["subgroup" as const] : [])],
    body,
  });
}

const tiles = (operand: Real, length: number): string =>
  ["tileA", "tileB"]
    .map((name) => `var<workgroup> ${name}: array<vec4<${operand}>, ${length}>;`)
    .join("\n");

/** Each of 64 threads owns 8 x 8 filter values. */
const plain: Product = {
  ...{ threads: 64, pixels: 16, operand: "f32", pitch: groups, extensions: [] },
  globals: tiles("f32", 16 * groups),
  begin: unroll(16, (i) => `var s${i} = vec4f();`),
  add: `for (var q = 0u; q < 16u; q++) {
    let a0 = tileA[q * 16u + ty]; let a1 = tileA[q * 16u + ty + 8u];
    let b0 = tileB[q * 16u + tx]; let b1 = tileB[q * 16u + tx + 8u];
    ${unroll(8, (i) => {
      const a = `a${i >> 2}.${"xyzw"[i & 3]}`;
      return `s${2 * i} += ${a} * b0; s${2 * i + 1} += ${a} * b1;`;
    })}
  }`,
  finish: (line) =>
    unroll(16, (i) => {
      const row = `(ty + ${8 * (i >> 3)}u) * 4u + ${(i >> 1) & 3}u`;
      return line(row, i & 1 ? "tx + 8u" : "tx", `s${i}`);
    }),
};

/** Four subgroups multiply on a matrix unit and hand the sums over in workgroup memory. */
function onUnit(unit: MatrixUnit): Product {
  const threads = matrixThreads(unit);
  const pixels = matrixDepth(unit);
  // Rows of 16 bytes' multiples that begin in different banks.
  const pitch = groups + 2;
  const pitchC = groups + 1;
  const size = { rows: filterTile, columns: filterTile, inner: pixels };
  const { begin, add, store } = matrixProduct(unit, size);
  return {
    ...{ threads, pixels, operand: unit.operand, pitch, extensions: matrixExtensions },
    globals: `${tiles(unit.operand, pixels * pitch)}
var<workgroup> tileC: array<vec4f, ${filterTile * pitchC}>;`,
    begin,
    add: add({ name: "tileA", major: "col", pitch }, { name: "tileB", major: "row", pitch }),
    finish: (line) => `${store({ name: "tileC", major: "row", pitch: pitchC })}
workgroupBarrier();
for (var own = index; own < ${filterTile * groups}u; own += ${threads}u) {
${line(`own / ${groups}u`, `own % ${groups}u`, `tileC[own / ${groups}u * ${pitchC}u + own % ${groups}u]`)}
}`,
  };
}
