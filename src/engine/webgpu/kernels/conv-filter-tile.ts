import { defineKernel, unroll, writtenOnce, type Kernel } from "../kernel.ts";
import type { MatrixUnit, Real } from "../conv/conv-shape.ts";
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
 *  x 64 output channels in workgroup memory. Loads do not branch and nothing is divided in the loop: see `convTile`.
 *  @param matrix multiplies on this unit */
export const convFilterTile = writtenOnce((real: Real, matrix?: MatrixUnit): Kernel => {
  const product = matrix ? onUnit(matrix) : plain;
  const { threads, pixels, operand, pitch, extensions } = product;
  const apart = threads / groups;
  const slots = Array.from({ length: pixels / apart }, (_, i) => i);
  const each = (line: (slot: number) => string): string => slots.map(line).join("\n");
  const fetch = each(
    (i) => `{ let inside = row + ${apart * i}u < end;
leftOk${i} = inside && myK < p.k4 && py${i} + ky < p.height && px${i} + kx < p.width;
rightOk${i} = inside && n0 + myGroup < p.columns;
left${i} = x[select(0u, at${i}, leftOk${i})];
right${i} = dy[select(0u, (row + ${apart * i}u) * p.columns + n0 + myGroup, rightOk${i})]; }`,
  );
  // Whatever uses a value waits for it.
  const put = each(
    (
      i,
    ) => `tileA[(slot + ${apart * i}u) * ${pitch}u + myGroup] = select(vec4<${operand}>(), vec4<${operand}>(left${i}), leftOk${i});
tileB[(slot + ${apart * i}u) * ${pitch}u + myGroup] = select(vec4<${operand}>(), vec4<${operand}>(right${i}), rightOk${i});`,
  );
  const walk = `row += ${pixels}u;
${each(
  (i) => `px${i} += stepX; py${i} += stepY; at${i} += step;
if (px${i} >= spanX) { px${i} -= spanX; py${i} += p.sh; at${i} += nextLine; }
if (py${i} >= spanY) { py${i} -= spanY; at${i} += nextImage; }`,
)}`;
  const body = `
let k0 = group.y * ${groups}u;
let n0 = group.x * ${groups}u;
let ty = index / 8u; let tx = index % 8u;
let myGroup = index % ${groups}u; let slot = index / ${groups}u;
let myK = k0 + myGroup;
let tap = myK / p.c4;
let ky = tap / p.kw - p.pt; let kx = tap % p.kw - p.pl;
let end = min(group.z * p.linesPerPart + p.linesPerPart, p.lines) * p.outWidth;
var row = group.z * p.linesPerPart * p.outWidth + slot;
let last = end - min(end, group.z * p.linesPerPart * p.outWidth);
// The next pixels: so many lines and images further, and what a step across their ends adds. What is negative wraps around.
let spanX = p.outWidth * p.sw; let spanY = p.outHeight * p.sh;
let stepLines = ${pixels}u / p.outWidth;
let stepX = ${pixels}u % p.outWidth * p.sw; let stepY = stepLines % p.outHeight * p.sh;
let step = ((stepLines / p.outHeight * p.height + stepY) * p.width + stepX) * p.c4;
let nextLine = (p.sh * p.width - spanX) * p.c4;
let nextImage = (p.height - spanY) * p.width * p.c4;
${each(
  (i) => `let line${i} = (row + ${apart * i}u) / p.outWidth;
var py${i} = line${i} % p.outHeight * p.sh; var px${i} = (row + ${apart * i}u) % p.outWidth * p.sw;
var at${i} = ((line${i} / p.outHeight * p.height + py${i} + ky) * p.width + px${i} + kx) * p.c4 + myK % p.c4;
var left${i} = vec4<${real}>(); var right${i} = vec4<${real}>(); var leftOk${i} = false; var rightOk${i} = false;`,
)}
${product.begin}
for (var r = 0u; r < last; r += ${pixels}u) {
  ${fetch}
  ${put}
  workgroupBarrier();
  ${walk}
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
});

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
    let a0 = tileA[q * ${groups}u + ty]; let a1 = tileA[q * ${groups}u + ty + 8u];
    let b0 = tileB[q * ${groups}u + tx]; let b1 = tileB[q * ${groups}u + tx + 8u];
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
