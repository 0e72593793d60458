import { defineKernel, unroll, type Kernel } from "../kernel.ts";
import type { MatrixUnit, Real } from "../conv-shape.ts";
import { activated, plainEnding, type ConvEnding } from "./conv-ending.ts";
import { momentFunctions, storeMoments } from "./tile-moments.ts";
import { plainProduct, tileColumns, unitProduct, type TileProduct } from "./tile-product.ts";

export interface ConvTileOptions {
  readonly direction: "forward" | "input-gradient";
  readonly real: Real;
  readonly bias: boolean;
  /** Forward only; default: the sum as it is. */
  readonly ending?: ConvEnding;
  /** Rows of a tile; 32 for small layers. */
  readonly rows: 32 | 64;
  /** Multiplies on this unit. */
  readonly matrix?: MatrixUnit | undefined;
  /** Forward only: z counts products, whose operands and results lie `xStride`, `wStride` and `yStride` apart. */
  readonly batched?: boolean;
  /** Forward only: one more buffer after y, [tiles, 2, columns] mean and sum of squared deviations of what is stored. */
  readonly moments?: boolean;
}

/** The same product as `convRows` for GPUs: the threads of a workgroup share tiles of `rows` x 64 outputs and 16 or 32 reduced
 *  values in workgroup memory. The reduced axis runs over (tap, channel) without gaps, so the three-channel stem wastes nothing
 *  but its fourth channel. */
export function convTile(options: ConvTileOptions): Kernel {
  const { direction, real, bias, rows, matrix } = options;
  const { ending = plainEnding, batched = false, moments = false } = options;
  const forward = direction === "forward";
  const product = matrix ? unitProduct(matrix, rows, !forward) : plainProduct(rows);
  const { threads, threadRows, blockK4, operand } = product;
  const rowsPerThread = rows / threadRows;
  const loads = (rows * blockK4) / threads;
  const body = `
let mStart = group.y * ${rows}u;
let n0 = group.x * ${tileColumns / 4}u;
let ty = index / 8u; let tx = index % 8u;
${batched ? "let xBase = group.z * p.xStride; let wBase = group.z * p.wStride; let yBase = group.z * p.yStride;" : "const xBase = 0u; const wBase = 0u; const yBase = 0u;"}
${
  forward
    ? "let ky0 = 0u; let kx0 = 0u;"
    : `let py = group.z / p.sw; let px = group.z % p.sw;
let ky0 = (py + p.pt) % p.sh; let kx0 = (px + p.pl) % p.sw;`
}
let tapsX = (p.kw - min(kx0, p.kw) + p.tapStepX - 1u) / p.tapStepX;
let tapsY = (p.kh - min(ky0, p.kh) + p.tapStepY - 1u) / p.tapStepY;
let k4 = tapsX * tapsY * p.c4;
let myRow = index / ${blockK4}u; let myK = index % ${blockK4}u;
${unroll(loads, (r) => rowSetup(forward, product, r))}
${product.begin}
for (var k = 0u; k < k4; k += ${blockK4}u) {
  {
    let kk = k + myK;
    let tap = kk / p.c4; let c = kk % p.c4;
    let tapY = i32(tap / tapsX); let tapX = i32(tap % tapsX);
    ${unroll(loads, (r) => loadRow(forward, product, r))}
    ${forward ? loadForward(product) : loadBackward(product)}
  }
  workgroupBarrier();
  ${product.add}
  workgroupBarrier();
}
${product.finish}
${unroll(rowsPerThread, (i) => storeRow(forward, real, bias, ending, threadRows, i))}
${moments ? storeMoments(real, rows, product) : ""}`;
  return defineKernel({
    name: `${batched ? "products" : `conv-${direction}`}-${matrix ? "matrix" : "tile"}-${rows}x${tileColumns}${moments ? "-moments" : ""}`,
    enable: [...(real === "f16" || operand === "f16" ? ["f16"] : []), ...product.extensions],
    globals: `${product.globals}
${moments ? momentFunctions(product) : ""}`,
    buffers: {
      x: `read array<vec4<${real}>>`,
      w: `read array<vec4<${real}>>`,
      ...(bias ? { bias: "read array<vec4f>" } : {}),
      ...(ending.addend ? { addend: `read array<vec4<${real}>>` } : {}),
      y: `write array<vec4<${real}>>`,
      ...(moments ? { moments: "write array<vec4f>" } : {}),
    },
    params: [
      ...["rows", "rowsPerImage", "rowWidth", "sourceHeight", "sourceWidth", "c4", "columns"],
      ...["kh", "kw", "sh", "sw", "pt", "pl", "tapStepY", "tapStepX"],
      ...["targetHeight", "targetWidth", "accumulate"],
      ...(batched ? ["xStride", "wStride", "yStride"] : []),
    ],
    workgroup: [threads],
    builtins: product.builtins,
    body,
  });
}

/** Rows of `tileA` that all threads together load at once. */
const rowsAtOnce = ({ threads, blockK4 }: TileProduct): number => threads / blockK4;

const rowSetup = (forward: boolean, product: TileProduct, r: number): string => `
let m${r} = mStart + myRow + ${rowsAtOnce(product) * r}u;
let image${r} = m${r} / p.rowsPerImage; let pixel${r} = m${r} % p.rowsPerImage;
${
  forward
    ? `let y${r} = i32(pixel${r} / p.rowWidth * p.sh) - i32(p.pt); let x${r} = i32(pixel${r} % p.rowWidth * p.sw) - i32(p.pl);`
    : `let y${r} = i32(pixel${r} / p.rowWidth + (py + p.pt - ky0) / p.sh);
let x${r} = i32(pixel${r} % p.rowWidth + (px + p.pl - kx0) / p.sw);`
}`;

function loadRow(forward: boolean, product: TileProduct, r: number): string {
  const { operand, pitchA } = product;
  const sign = forward ? "+" : "-";
  return `{
let sy = u32(y${r} ${sign} tapY); let sx = u32(x${r} ${sign} tapX);
var value = vec4<${operand}>();
if (kk < k4 && m${r} < p.rows && sy < p.sourceHeight && sx < p.sourceWidth) {
  value = vec4<${operand}>(x[xBase + ((image${r} * p.sourceHeight + sy) * p.sourceWidth + sx) * p.c4 + c]);
}
tileA[(myRow + ${rowsAtOnce(product) * r}u) * ${pitchA}u + myK] = value;
}`;
}

/** Weights with the columns innermost in memory: each thread loads one column group of some reduced rows. */
const loadForward = ({ threads, blockK4, operand, pitchB }: TileProduct): string => `
for (var row = index / 16u; row < ${4 * blockK4}u; row += ${threads / 16}u) {
  let inner = k * 4u + row;
  let column = n0 + index % 16u;
  var value = vec4<${operand}>();
  if (inner < k4 * 4u && column < p.columns) { value = vec4<${operand}>(w[wBase + inner * p.columns + column]); }
  tileB[row * ${pitchB}u + index % 16u] = value;
}`;

/** Towards the input the reduced axis is innermost in memory. */
const loadBackward = (product: TileProduct): string =>
  product.byColumn ? loadTurned(product) : loadTransposed(product);

/** Each thread loads one group of reduced values of some columns. */
const loadTurned = (product: TileProduct): string => `
let wTap = (ky0 + u32(tapY) * p.tapStepY) * p.kw + kx0 + u32(tapX) * p.tapStepX;
for (var own = myRow; own < ${tileColumns}u; own += ${rowsAtOnce(product)}u) {
  let column = n0 * 4u + own;
  var value = vec4<${product.operand}>();
  if (kk < k4 && column < p.columns * 4u) {
    value = vec4<${product.operand}>(w[(wTap * p.columns * 4u + column) * p.c4 + c]);
  }
  tileB[own * ${product.pitchB}u + myK] = value;
}`;

/** Each thread transposes a block of 4 x 4. */
const loadTransposed = ({ pitchB }: TileProduct): string => `{
let column = n0 + myRow;
var t0 = vec4f(); var t1 = vec4f(); var t2 = vec4f(); var t3 = vec4f();
if (kk < k4 && column < p.columns) {
  let wTap = (ky0 + u32(tapY) * p.tapStepY) * p.kw + kx0 + u32(tapX) * p.tapStepX;
  let at = (wTap * p.columns + column) * 4u * p.c4 + c;
  t0 = vec4f(w[at]); t1 = vec4f(w[at + p.c4]); t2 = vec4f(w[at + 2u * p.c4]); t3 = vec4f(w[at + 3u * p.c4]);
}
let to = myK * 4u * ${pitchB}u + myRow;
${["x", "y", "z", "w"]
  .map(
    (part, q) =>
      `tileB[to + ${q * pitchB}u] = vec4f(t0.${part}, t1.${part}, t2.${part}, t3.${part});`,
  )
  .join("\n")}
}`;

function storeRow(
  forward: boolean,
  real: Real,
  bias: boolean,
  { addend, activation }: ConvEnding,
  threadRows: number,
  i: number,
): string {
  const target = forward
    ? "let pixelTo = m; let ok = m < p.rows;"
    : `let pixel = m % p.rowsPerImage;
let outY = pixel / p.rowWidth * p.sh + py; let outX = pixel % p.rowWidth * p.sw + px;
let ok = m < p.rows && outY < p.targetHeight && outX < p.targetWidth;
let pixelTo = (m / p.rowsPerImage * p.targetHeight + outY) * p.targetWidth + outX;`;
  const half = (h: number): string => {
    const sum = `c${2 * i + h}`;
    return `{ let column = n0 + tx + ${8 * h}u;
if (ok && column < p.columns) {
  let at = yBase + pixelTo * p.columns + column;
  ${bias ? `${sum} += bias[column];` : ""}
  ${addend ? `${sum} += vec4f(addend[at]);` : ""}
  ${forward ? "" : `if (p.accumulate == 1u) { ${sum} += vec4f(y[at]); }`}
  y[at] = vec4<${real}>(${activated(activation, sum, "vec4f")});
} }`;
  };
  return `{ let m = mStart + ty + ${threadRows * i}u; ${target}\n${half(0)}\n${half(1)} }`;
}
