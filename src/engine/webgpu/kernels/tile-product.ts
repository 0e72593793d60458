import { unroll } from "../kernel.ts";
import type { MatrixUnit, Real } from "../conv/conv-shape.ts";
import { matrixDepth, matrixExtensions, matrixProduct, matrixThreads } from "./matrix-product.ts";
import { multiplyAdd } from "./register-tile.ts";

/** Outputs of one tile. */
export interface TileSize {
  readonly rows: 32 | 64 | 128;
  readonly columns: 64 | 128;
}

/** How a workgroup multiplies tiles of [rows, 4·blockK4] and [4·blockK4, columns] that it keeps as `tileA` and `tileB`, arrays
 *  of vec4, and where the sums are. Threads lie in lines of `lineThreads`, an eighth of the columns; a thread's are rows `ty`,
 *  `ty + threadRows` … of column groups `tx` and `tx + lineThreads`. */
export interface TileProduct extends TileSize {
  readonly threads: number;
  readonly lineThreads: number;
  readonly threadRows: number;
  /** Groups of four reduced values in a tile. */
  readonly blockK4: number;
  /** What the tiles hold. */
  readonly operand: Real;
  /** Elements of `tileA` from row to row. */
  readonly pitchA: number;
  /** Elements of `tileB` from one reduced value to the next; or from column to column, where a filter lies turned and tiles can. */
  readonly pitchB: number;
  readonly byColumn: boolean;
  readonly extensions: readonly string[];
  readonly builtins: readonly ("group" | "index" | "subgroup")[];
  readonly globals: string;
  readonly begin: string;
  /** Adds the product of what the tiles hold. */
  readonly add: string;
  /** Leaves the thread's sums in c0, c1 (the first row's), c2 … */
  readonly finish: string;
  /** One of two arrays of columns/4·threadRows vec4f that are free after `finish`. */
  kept(part: 0 | 1, at: string): string;
}

/** Each thread owns rows/threadRows x 8 sums, 16 reduced values at a time; 16 KB of workgroup memory at most. */
export function plainProduct(size: TileSize): TileProduct {
  const { rows, columns } = size;
  const blockK4 = 4;
  const groups = columns / 4;
  const lineThreads = groups / 2;
  const threadRows = lineThreads;
  // The rows that are read together lie in different banks: eight of them need a vec4 of padding each, two do not.
  const pitchA = lineThreads > 8 ? blockK4 : blockK4 + 1;
  const rowsPerThread = rows / threadRows;
  return {
    ...size,
    ...{ threads: threadRows * lineThreads, lineThreads, threadRows, blockK4, operand: "f32" },
    ...{ pitchA, pitchB: groups },
    byColumn: false,
    extensions: [],
    builtins: ["group", "index"],
    globals: `var<workgroup> tileA: array<vec4f, ${rows * pitchA}>;
var<workgroup> tileB: array<vec4f, ${4 * blockK4 * groups}>;`,
    begin: unroll(rowsPerThread * 2, (i) => `var c${i} = vec4f();`),
    add: `for (var kq = 0u; kq < ${blockK4}u; kq++) {
  ${unroll(rowsPerThread, (i) => `let a${i} = tileA[(ty + ${threadRows * i}u) * ${pitchA}u + kq];`)}
  ${unroll(
    2,
    (half) => `{
${unroll(4, (q) => `let b${q} = tileB[(kq * 4u + ${q}u) * ${groups}u + tx + ${lineThreads * half}u];`)}
${unroll(rowsPerThread, (i) => multiplyAdd(`c${2 * i + half}`, `a${i}`))}
}`,
  )}
}`,
    finish: "",
    kept: (part, at) => `${part === 0 ? "tileA" : "tileB"}[${at}]`,
  };
}

/** Four subgroups multiply on a matrix unit, `matrixDepth` reduced values at a time, and hand the sums over in workgroup memory.
 *  @param turned whether filters lie turned in memory, a column's values side by side */
export function unitProduct(unit: MatrixUnit, size: TileSize, turned: boolean): TileProduct {
  const { rows, columns } = size;
  const groups = columns / 4;
  const lineThreads = groups / 2;
  const threads = matrixThreads(unit);
  const threadRows = threads / lineThreads;
  const inner = matrixDepth(unit);
  const blockK4 = inner / 4;
  // Rows of 16 bytes' multiples that begin in different banks.
  const pitchA = blockK4 + 2;
  const pitchB = turned ? pitchA : groups + 2;
  const pitchC = groups + 1;
  const { begin, add, store } = matrixProduct(unit, { rows, columns, inner });
  const lengthC = Math.max(rows * pitchC, 2 * groups * threadRows);
  return {
    ...size,
    ...{ threads, lineThreads, threadRows, blockK4, operand: unit.operand },
    ...{ pitchA, pitchB, byColumn: turned },
    extensions: matrixExtensions,
    builtins: ["group", "index", "subgroup"],
    globals: `var<workgroup> tileA: array<vec4<${unit.operand}>, ${rows * pitchA}>;
var<workgroup> tileB: array<vec4<${unit.operand}>, ${(turned ? columns : 4 * blockK4) * pitchB}>;
var<workgroup> tileC: array<vec4f, ${lengthC}>;`,
    begin,
    add: add(
      { name: "tileA", major: "row", pitch: pitchA },
      { name: "tileB", major: turned ? "col" : "row", pitch: pitchB },
    ),
    finish: `${store({ name: "tileC", major: "row", pitch: pitchC })}
workgroupBarrier();
${unroll(
  rows / threadRows,
  (i) => `var c${2 * i} = tileC[(ty + ${threadRows * i}u) * ${pitchC}u + tx];
var c${2 * i + 1} = tileC[(ty + ${threadRows * i}u) * ${pitchC}u + tx + 8u];`,
)}
workgroupBarrier();`,
    kept: (part, at) => `tileC[${at} + ${part * groups * threadRows}u]`,
  };
}
