import { defineKernel, unroll, type Kernel } from "../kernel.ts";
import type { Real } from "../conv-shape.ts";
import { activated, plainEnding, type ConvEnding } from "./conv-ending.ts";
import { multiplyAdd } from "./register-tile.ts";
import { momentFunctions, storeMoments } from "./tile-moments.ts";

export interface ConvTileOptions {
  readonly direction: "forward" | "input-gradient";
  readonly real: Real;
  readonly bias: boolean;
  /** Forward only; default: the sum as it is. */
  readonly ending?: ConvEnding;
  /** Rows per thread: 8 gives tiles of 64 pixels, 4 of 32 for small layers. */
  readonly rowsPerThread: 4 | 8;
  /** Forward only: z counts products, whose operands and results lie `xStride`, `wStride` and `yStride` apart. */
  readonly batched?: boolean;
  /** Forward only: one more buffer after y, [tiles, 2, columns] mean and sum of squared deviations of what is stored. */
  readonly moments?: boolean;
}

/** Columns of one tile. */
export const tileColumns = 64;
const blockK4 = 4;
/** One vec4 of padding per row keeps the eight rows that are read together in different banks. */
const pitch = blockK4 + 1;

/** The same product as `convRows` for GPUs: 64 threads share tiles of 8·rowsPerThread x 64 outputs and 16 reduced values in
 *  workgroup memory; each thread owns rowsPerThread x 8 outputs. The reduced axis runs over (tap, channel) without gaps, so the
 *  three-channel stem wastes nothing but its fourth channel. */
export function convTile(options: ConvTileOptions): Kernel {
  const { direction, real, bias, rowsPerThread } = options;
  const { ending = plainEnding, batched = false, moments = false } = options;
  const forward = direction === "forward";
  const rows = 8 * rowsPerThread;
  const loads = rows / 16;
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
let myK = index % 4u;
${unroll(loads, (r) => rowSetup(forward, r))}
${unroll(rowsPerThread * 2, (i) => `var c${i} = vec4f();`)}
for (var k = 0u; k < k4; k += ${blockK4}u) {
  {
    let kk = k + myK;
    let tap = kk / p.c4; let c = kk % p.c4;
    let tapY = i32(tap / tapsX); let tapX = i32(tap % tapsX);
    ${unroll(loads, (r) => loadRow(forward, r))}
    ${forward ? loadForward : loadTransposed}
  }
  workgroupBarrier();
  for (var kq = 0u; kq < ${blockK4}u; kq++) {
    ${unroll(rowsPerThread, (i) => `let a${i} = tileA[(ty + ${8 * i}u) * ${pitch}u + kq];`)}
    ${unroll(
      2,
      (half) => `{
${unroll(4, (q) => `let b${q} = tileB[(kq * 4u + ${q}u) * ${tileColumns / 4}u + tx + ${8 * half}u];`)}
${unroll(rowsPerThread, (i) => multiplyAdd(`c${2 * i + half}`, `a${i}`))}
}`,
    )}
  }
  workgroupBarrier();
}
${unroll(rowsPerThread, (i) => storeRow(forward, real, bias, ending, i))}
${moments ? storeMoments(real, rowsPerThread) : ""}`;
  return defineKernel({
    name: `${batched ? "products" : `conv-${direction}`}-tile-${rows}x${tileColumns}${moments ? "-moments" : ""}`,
    enable: real === "f16" ? ["f16"] : [],
    globals: `var<workgroup> tileA: array<vec4f, ${rows * pitch}>;
var<workgroup> tileB: array<vec4f, ${(blockK4 * 4 * tileColumns) / 4}>;
${moments ? momentFunctions : ""}`,
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
    workgroup: [64],
    builtins: ["group", "index"],
    body,
  });
}

const rowSetup = (forward: boolean, r: number): string => `
let m${r} = mStart + index / 4u + ${16 * r}u;
let image${r} = m${r} / p.rowsPerImage; let pixel${r} = m${r} % p.rowsPerImage;
${
  forward
    ? `let y${r} = i32(pixel${r} / p.rowWidth * p.sh) - i32(p.pt); let x${r} = i32(pixel${r} % p.rowWidth * p.sw) - i32(p.pl);`
    : `let y${r} = i32(pixel${r} / p.rowWidth + (py + p.pt - ky0) / p.sh);
let x${r} = i32(pixel${r} % p.rowWidth + (px + p.pl - kx0) / p.sw);`
}`;

function loadRow(forward: boolean, r: number): string {
  const sign = forward ? "+" : "-";
  return `{
let sy = u32(y${r} ${sign} tapY); let sx = u32(x${r} ${sign} tapX);
var value = vec4f();
if (kk < k4 && m${r} < p.rows && sy < p.sourceHeight && sx < p.sourceWidth) {
  value = vec4f(x[xBase + ((image${r} * p.sourceHeight + sy) * p.sourceWidth + sx) * p.c4 + c]);
}
tileA[(index / 4u + ${16 * r}u) * ${pitch}u + myK] = value;
}`;
}

/** 16 x 64 weights, columns innermost in memory: each thread loads one column group of four reduced rows. */
const loadForward = `for (var j = 0u; j < 4u; j++) {
  let row = k * 4u + index / 16u + 4u * j;
  let column = n0 + index % 16u;
  var value = vec4f();
  if (row < k4 * 4u && column < p.columns) { value = vec4f(w[wBase + row * p.columns + column]); }
  tileB[(index / 16u + 4u * j) * ${tileColumns / 4}u + index % 16u] = value;
}`;

/** Towards the input the reduced axis is innermost in memory: each thread transposes a block of 4 x 4. */
const loadTransposed = `{
let column = n0 + index / 4u;
var t0 = vec4f(); var t1 = vec4f(); var t2 = vec4f(); var t3 = vec4f();
if (kk < k4 && column < p.columns) {
  let wTap = (ky0 + u32(tapY) * p.tapStepY) * p.kw + kx0 + u32(tapX) * p.tapStepX;
  let at = (wTap * p.columns + column) * 4u * p.c4 + c;
  t0 = vec4f(w[at]); t1 = vec4f(w[at + p.c4]); t2 = vec4f(w[at + 2u * p.c4]); t3 = vec4f(w[at + 3u * p.c4]);
}
let to = myK * 4u * ${tileColumns / 4}u + index / 4u;
${["x", "y", "z", "w"]
  .map(
    (part, q) =>
      `tileB[to + ${(q * tileColumns) / 4}u] = vec4f(t0.${part}, t1.${part}, t2.${part}, t3.${part});`,
  )
  .join("\n")}
}`;

function storeRow(
  forward: boolean,
  real: Real,
  bias: boolean,
  { addend, activation }: ConvEnding,
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
  return `{ let m = mStart + ty + ${8 * i}u; ${target}\n${half(0)}\n${half(1)} }`;
}
