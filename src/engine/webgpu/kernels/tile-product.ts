import { unroll } from "../kernel.ts";
import type { MatrixUnit, Real } from "../conv-shape.ts";
import { matrixDepth, matrixExtensions, matrixProduct, matrixThreads } from "./matrix-product.ts";
import { multiplyAdd } from "./register-tile.ts";

/** Columns of one tile. */
export const tileColumns = 64;
const groups = tileColumns / 4;

/** How a workgroup multiplies tiles of [rows, 4·blockK4] and [4·blockK4, tileColumns] that it keeps as `tileA` and `tileB`, arrays
 *  of vec4, and where the sums are. Threads lie in lines of eight; a thread's are rows `ty`, `ty + threadRows` … of column groups
 *  `tx` and `tx + 8`. */
export interface TileProduct {
  readonly threads: number;
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
  /** One of three arrays of 16·threadRows vec4f that are free after `finish`. */
  kept(part: 0 | 1 | 2, at: string): string;
}

/** 64 threads own rows/8 x 8 sums each, 16 reduced values at a time. */
export function plainProduct(rows: 32 | 64): TileProduct {
  const [blockK4, threadRows] = [4, 8];
  // One vec4 of padding per row keeps the eight rows that are read together in different banks.
  const pitchA = blockK4 + 1;
  const rowsPerThread = rows / threadRows;
  return {
    ...{ threads: 64, threadRows, blockK4, operand: "f32", pitchA, pitchB: groups },
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
${unroll(4, (q) => `let b${q} = tileB[(kq * 4u + ${q}u) * ${groups}u + tx + ${8 * half}u];`)}
${unroll(rowsPerThread, (i) => multiplyAdd(`c${2 * i + half}`, `a${i}`))}
}`,
  )}
}`,
    finish: "",
    kept: (part, at) =>
      part === 0 ? `tileA[${at}]` : `tileB[${at} + ${(part - 1) * 16 * threadRows}u]`,
  };
}

/** Four subgroups multiply on a matrix unit, `matrixDepth` reduced values at a time, and hand the sums over in workgroup memory.
 *  @param turned whether filters lie turned in memory, a column's values side by side */
export function unitProduct(unit: MatrixUnit, rows: 32 | 64, turned: boolean): TileProduct {
  const threads = matrixThreads(unit);
  const threadRows = threads / 8;
  const inner = matrixDepth(unit);
  const blockK4 = inner / 4;
  // Rows of 16 bytes' multiples that begin in different banks.
  const pitchA = blockK4 + 2;
  const pitchB = turned ? pitchA : groups + 2;
  const pitchC = groups + 1;
  const { begin, add, store } = matrixProduct(unit, { rows, columns: tileColumns, inner });
  const lengthC = Math.max(rows * pitchC, 3 * 16 * threadRows);
  return {
    ...{ threads, threadRows, blockK4, operand: unit.operand, pitchA, pitchB, byColumn: turned },
    extensions: matrixExtensions,
    builtins: ["group", "index", "subgroup"],
    globals: `var<workgroup> tileA: array<vec4<${unit.operand}>, ${rows * pitchA}>;
var<workgroup> tileB: array<vec4<${unit.operand}>, ${(turned ? tileColumns : 4 * blockK4) * pitchB}>;
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
    kept: (part, at) => `tileC[${at} + ${part * 16 * threadRows}u]`,
  };
}
