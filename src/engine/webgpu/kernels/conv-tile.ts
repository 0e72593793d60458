import { defineKernel, unroll, writtenOnce, type Kernel } from "../kernel.ts";
import type { MatrixUnit, Real } from "../conv/conv-shape.ts";
import { activated, plainEnding, type ConvEnding } from "./conv-ending.ts";
import { momentFunctions, storeMoments } from "./tile-moments.ts";
import { plainProduct, unitProduct, type TileProduct, type TileSize } from "./tile-product.ts";

/** What the kernel's text depends on. */
export interface ConvTileOptions {
  readonly direction: "forward" | "input-gradient";
  readonly real: Real;
  readonly bias: boolean;
  /** Forward only; default: the sum as it is. */
  readonly ending?: ConvEnding;
  readonly size: TileSize;
  /** Multiplies on this unit. */
  readonly matrix?: MatrixUnit | undefined;
  /** Forward only: z counts products, whose operands and results lie `xStride`, `wStride` and `yStride` apart. */
  readonly batched?: boolean;
  /** Forward only: one more buffer after y, [tiles, 2, columns] mean and sum of squared deviations of what is stored. */
  readonly moments?: boolean;
}

/** The same product as `convRows` for GPUs: the threads of a workgroup share tiles of outputs and 16 or 32 reduced values in
 *  workgroup memory. The reduced axis runs over (tap, channel) without gaps, so the three-channel stem wastes nothing but its
 *  fourth channel.
 *
 *  Loads do not branch – what is outside is read at 0 and set to zero –, so that all of a tile are under way at once: compilers for
 *  GPUs wait at the end of each branch. Nothing is divided in the loop. */
export const convTile = writtenOnce((options: ConvTileOptions): Kernel => {
  const { direction, real, bias, size, matrix } = options;
  const { ending = plainEnding, batched = false, moments = false } = options;
  const forward = direction === "forward";
  const product = matrix ? unitProduct(matrix, size, !forward) : plainProduct(size);
  const { threads, threadRows, blockK4, operand, lineThreads } = product;
  const rowsPerThread = size.rows / threadRows;
  const source = { ...product, real };
  const loads = [leftLoads(forward, source), rightLoads(forward, source)].flat();
  const fetch = `${offsets(forward)}
${loads.map((one) => one.fetch).join("\n")}`;
  const put = loads.map((one) => one.put).join("\n");
  const body = `
let mStart = group.y * ${size.rows}u;
let n0 = group.x * ${size.columns / 4}u;
let ty = index / ${lineThreads}u; let tx = index % ${lineThreads}u;
${batched ? "let xBase = group.z * p.xStride; let wBase = group.z * p.wStride; let yBase = group.z * p.yStride;" : "const xBase = 0u; const wBase = 0u; const yBase = 0u;"}
${
  forward
    ? "const ky0 = 0u; const kx0 = 0u;"
    : `let py = group.z / p.sw; let px = group.z % p.sw;
let ky0 = (py + p.pt) % p.sh; let kx0 = (px + p.pl) % p.sw;`
}
let tapsX = (p.kw - min(kx0, p.kw) + p.tapStepX - 1u) / p.tapStepX;
let tapsY = (p.kh - min(ky0, p.kh) + p.tapStepY - 1u) / p.tapStepY;
let k4 = tapsX * tapsY * p.c4;
let myRow = index / ${blockK4}u; let myK = index % ${blockK4}u;
var tapY = myK / p.c4 / tapsX; var tapX = myK / p.c4 % tapsX; var c = myK % p.c4;
let stepY = ${blockK4}u / p.c4 / tapsX; let stepX = ${blockK4}u / p.c4 % tapsX; let stepC = ${blockK4}u % p.c4;
${loads.map((one) => one.setup).join("\n")}
${product.begin}
var fetched = 0u;
for (var k = 0u; k < k4; k += ${blockK4}u) {
  ${fetch}
  ${put}
  workgroupBarrier();
  ${walk(product)}
  ${product.add}
  workgroupBarrier();
}
${product.finish}
${unroll(rowsPerThread, (i) => storeRow({ forward, real, bias, ending }, product, i))}
${moments ? storeMoments(real, product) : ""}`;
  return defineKernel({
    name: `${batched ? "products" : `conv-${direction}`}-${matrix ? "matrix" : "tile"}-${size.rows}x${size.columns}${moments ? "-moments" : ""}`,
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
});

/** To the thread's reduced group in the next tiles. */
const walk = ({ blockK4 }: TileProduct): string => `fetched += ${blockK4}u;
c += stepC; tapX += stepX; tapY += stepY;
if (c >= p.c4) { c -= p.c4; tapX += 1u; }
if (tapX >= tapsX) { tapX -= tapsX; tapY += 1u; }`;

/** Distances of the thread's reduced group from the first, in memory; what is left of or above an image wraps around. */
const offsets = (forward: boolean): string =>
  forward
    ? "let xOffset = (tapY * p.sourceWidth + tapX) * p.c4 + c;"
    : `let xOffset = c - (tapY * p.sourceWidth + tapX) * p.c4;
let wTap = (ky0 + tapY * p.tapStepY) * p.kw + kx0 + tapX * p.tapStepX;`;

/** One vec4 on its way from memory to a tile. */
interface Load {
  /** Before the loop; declares what `fetch` leaves to `put`. */
  readonly setup: string;
  readonly fetch: string;
  readonly put: string;
}

/** Where a vec4 comes from and goes to, in WGSL. */
interface LoadText {
  readonly name: string;
  readonly setup: string;
  readonly from: { readonly array: "x" | "w"; readonly at: string; readonly ok: string };
  readonly to: string;
}

function loadOf({ real, operand }: LoadingProduct, { name, setup, from, to }: LoadText): Load {
  return {
    setup: `${setup}\nvar ${name} = vec4<${real}>(); var ${name}Ok = false;`,
    fetch: `${name}Ok = ${from.ok};
${name} = ${from.array}[select(0u, ${from.at}, ${name}Ok)];`,
    // Whatever uses a value waits for it.
    put: `${to} = select(vec4<${operand}>(), vec4<${operand}>(${name}), ${name}Ok);`,
  };
}

/** With what lies in memory. */
type LoadingProduct = TileProduct & { readonly real: Real };

/** Rows of a tile that all threads together load at once, a thread one reduced group of each. */
const rowsAtOnce = ({ threads, blockK4 }: TileProduct): number => threads / blockK4;

/** Pixels of x or dy, into `tileA`. */
function leftLoads(forward: boolean, product: LoadingProduct): readonly Load[] {
  const sign = forward ? "+" : "-";
  return Array.from({ length: product.rows / rowsAtOnce(product) }, (_, r) => {
    const row = `myRow + ${rowsAtOnce(product) * r}u`;
    const setup = `let m${r} = mStart + ${row};
let image${r} = m${r} / p.rowsPerImage; let pixel${r} = m${r} % p.rowsPerImage;
${
  forward
    ? `let y${r} = pixel${r} / p.rowWidth * p.sh - p.pt; let x${r} = pixel${r} % p.rowWidth * p.sw - p.pl;`
    : `let y${r} = pixel${r} / p.rowWidth + (py + p.pt - ky0) / p.sh; let x${r} = pixel${r} % p.rowWidth + (px + p.pl - kx0) / p.sw;`
}
let from${r} = xBase + ((image${r} * p.sourceHeight + y${r}) * p.sourceWidth + x${r}) * p.c4;`;
    const inside = `m${r} < p.rows && tapY < tapsY && y${r} ${sign} tapY < p.sourceHeight && x${r} ${sign} tapX < p.sourceWidth`;
    const from = { array: "x", at: `from${r} + xOffset`, ok: inside } as const;
    const to = `tileA[(${row}) * ${product.pitchA}u + myK]`;
    return loadOf(product, { name: `left${r}`, setup, from, to });
  });
}

/** Filters, into `tileB`. Towards the input the reduced axis is innermost in memory. */
function rightLoads(forward: boolean, product: LoadingProduct): readonly Load[] {
  if (forward) return straightLoads(product);
  return product.byColumn ? turnedLoads(product) : [transposedLoad(product)];
}

/** The columns are innermost in memory: a thread loads one column group of some reduced rows. */
function straightLoads(product: LoadingProduct): readonly Load[] {
  const { threads, blockK4, pitchB, columns } = product;
  const groups = columns / 4;
  const apart = threads / groups;
  return Array.from({ length: (4 * blockK4) / apart }, (_, r) => {
    const setup = r === 0 ? `let column = index % ${groups}u; let inner = index / ${groups}u;` : "";
    const row = `inner + ${apart * r}u`;
    const from = {
      array: "w",
      at: `wBase + (fetched * 4u + ${row}) * p.columns + n0 + column`,
      ok: `fetched * 4u + ${row} < k4 * 4u && n0 + column < p.columns`,
    } as const;
    const to = `tileB[(${row}) * ${pitchB}u + column]`;
    return loadOf(product, { name: `right${r}`, setup, from, to });
  });
}

/** A thread loads one group of reduced values of some columns. */
function turnedLoads(product: LoadingProduct): readonly Load[] {
  return Array.from({ length: product.columns / rowsAtOnce(product) }, (_, r) => {
    const own = `myRow + ${rowsAtOnce(product) * r}u`;
    const from = {
      array: "w",
      at: `(wTap * p.columns * 4u + n0 * 4u + ${own}) * p.c4 + c`,
      ok: `tapY < tapsY && n0 * 4u + ${own} < p.columns * 4u`,
    } as const;
    const to = `tileB[(${own}) * ${product.pitchB}u + myK]`;
    return loadOf(product, { name: `right${r}`, setup: "", from, to });
  });
}

/** A thread transposes a block of 4 x 4; there may be more threads than blocks. */
function transposedLoad({ real, pitchB, columns }: LoadingProduct): Load {
  const groups = columns / 4;
  return {
    setup: `${unroll(4, (q) => `var right${q} = vec4<${real}>();`)}\nvar rightOk = false;`,
    fetch: `{ rightOk = tapY < tapsY && myRow < ${groups}u && n0 + myRow < p.columns;
let at = select(0u, (wTap * p.columns + n0 + myRow) * 4u * p.c4 + c, rightOk);
let step = select(0u, p.c4, rightOk);
${unroll(4, (q) => `right${q} = w[at + ${q}u * step];`)} }`,
    put: `if (myRow < ${groups}u) { let to = myK * 4u * ${pitchB}u + myRow;
${["x", "y", "z", "w"]
  .map((part, q) => {
    const turned = [0, 1, 2, 3].map((i) => `right${i}.${part}`).join(", ");
    return `tileB[to + ${q * pitchB}u] = select(vec4f(), vec4f(vec4<${real}>(${turned})), rightOk);`;
  })
  .join("\n")} }`,
  };
}

/** How a tile's sums are stored. */
interface Stored {
  readonly forward: boolean;
  readonly real: Real;
  readonly bias: boolean;
  readonly ending: ConvEnding;
}

function storeRow(
  { forward, real, bias, ending: { addend, activation } }: Stored,
  { threadRows, lineThreads }: TileProduct,
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
    return `{ let column = n0 + tx + ${lineThreads * h}u;
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
