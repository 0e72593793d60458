import { defineKernel, unroll, writtenOnce, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { activated, plainEnding, type ConvEnding } from "./conv-ending.ts";
import {
  broadcast,
  laneBuiltin,
  loadedRow,
  multiplyAdd,
  rowsPerLane,
  vector,
  type RegisterFamily,
} from "./register-tile.ts";

/** What the kernel's text depends on. */
export interface ConvRowsOptions {
  readonly direction: "forward" | "input-gradient";
  readonly family: RegisterFamily;
  readonly real: Real;
  /** Output pixels of one tile. */
  readonly rows: number;
  /** Output channels of one lane. */
  readonly columns: 1 | 2 | 4;
  readonly bias: boolean;
  /** Forward only; default: the sum as it is. */
  readonly ending?: ConvEnding;
  /** Forward only: z counts products, whose operands and results lie `xStride`, `wStride` and `yStride` apart. */
  readonly batched?: boolean;
}

/** Convolution forward or towards its input as one matrix product: rows are pixels of the whole batch, columns channels, the
 *  reduced axis is (tap, channel). A lane owns `columns` channels of all rows of the tile; each row's pixels are loaded by one
 *  lane and broadcast. Strides of the input gradient: the pixels of one parity class (z) need the same taps, so none is tested. */
export const convRows = writtenOnce((options: ConvRowsOptions): Kernel => {
  const { direction, family, real, rows, columns, bias } = options;
  const { ending = plainEnding, batched = false } = options;
  const forward = direction === "forward";
  const loads = rowsPerLane(family, rows);
  const half = real === "f16";
  const out = vector(columns, "f32");
  const body = `
${family.kind === "register" ? "let lane = index;" : ""}
let own = group.x * ${family.lanes}u + lane;
let column = min(own, p.columns - 1u);
let mStart = group.y * ${rows}u;
${forward ? "let ky0 = 0u; let kx0 = 0u;" : parityClass}
${batched ? "let xBase = group.z * p.xStride; let wBase = group.z * p.wStride; let yBase = group.z * p.yStride;" : "const xBase = 0u; const wBase = 0u; const yBase = 0u;"}
${unroll(loads, (r) => rowSetup(forward, r, loadedRow(family, r)))}
${unroll(rows, (i) => `var c${i} = ${out}();`)}
for (var ty = 0u; ky0 + ty * p.tapStepY < p.kh; ty++) {
  for (var tx = 0u; kx0 + tx * p.tapStepX < p.kw; tx++) {
    let tap = (ky0 + ty * p.tapStepY) * p.kw + kx0 + tx * p.tapStepX;
    ${unroll(loads, (r) => tapSetup(forward, r))}
    ${forward ? "let w0 = wBase + tap * p.c4 * 4u * p.columns + column;" : `let w0 = (tap * p.columns + column) * ${columns}u * p.c4;`}
    for (var c = 0u; c < p.c4; c++) {
      ${unroll(loads, (r) => `let d${r} = select(vec4f(), vec4f(x[xBase + at${r} + c]), in${r});`)}
      ${forward ? forwardWeights(out) : transposedWeights(columns, out)}
      ${unroll(rows, (i) => `{ let a = ${broadcast(family, "d", i)}; ${multiplyAdd(`c${i}`, "a")} }`)}
    }
  }
}
${bias ? `let b = bias[column];\n${unroll(rows, (i) => `c${i} += b;`)}` : ""}
${unroll(rows, (i) => `let to${i} = ${forward ? `select(0xffffffffu, mStart + ${i}u, mStart + ${i}u < p.rows)` : broadcast(family, "target", i)};`)}
if (own < p.columns) {
${unroll(rows, (i) => storeRows({ forward, columns, real, ending }, i))}
}`;
  return defineKernel({
    name: `${batched ? "products" : `conv-${direction}`}-${family.kind}-${rows}x${columns}`,
    enable: [...(family.kind === "subgroup" ? ["subgroups"] : []), ...(half ? ["f16"] : [])],
    buffers: {
      x: `read array<vec4<${real}>>`,
      w: `read array<${forward ? vector(columns, real) : `vec4<${real}>`}>`,
      ...(bias ? { bias: `read array<${out}>` } : {}),
      ...(ending.addend ? { addend: `read array<${vector(columns, real)}>` } : {}),
      y: `write array<${vector(columns, real)}>`,
    },
    params: [
      ...["rows", "rowsPerImage", "rowWidth", "sourceHeight", "sourceWidth", "c4", "columns"],
      ...["kh", "kw", "sh", "sw", "pt", "pl", "tapStepY", "tapStepX"],
      ...["targetHeight", "targetWidth", "accumulate"],
      ...(batched ? ["xStride", "wStride", "yStride"] : []),
    ],
    workgroup: [family.lanes],
    builtins: ["group", laneBuiltin(family)],
    body,
  });
});

const parityClass = `
let py = group.z / p.sw; let px = group.z % p.sw;
let ky0 = (py + p.pt) % p.sh; let kx0 = (px + p.pl) % p.sw;`;

const rowSetup = (forward: boolean, r: number, row: string): string => `
let m${r} = mStart + ${row};
let image${r} = m${r} / p.rowsPerImage; let pixel${r} = m${r} % p.rowsPerImage;
let ry${r} = pixel${r} / p.rowWidth; let rx${r} = pixel${r} % p.rowWidth;
${
  forward
    ? `let ok${r} = m${r} < p.rows;
let y${r} = i32(ry${r} * p.sh) - i32(p.pt); let x${r} = i32(rx${r} * p.sw) - i32(p.pl);
`
    : `let ty${r} = ry${r} * p.sh + py; let tx${r} = rx${r} * p.sw + px;
let ok${r} = m${r} < p.rows && ty${r} < p.targetHeight && tx${r} < p.targetWidth;
let y${r} = i32(ry${r}) + i32((py + p.pt - ky0) / p.sh); let x${r} = i32(rx${r}) + i32((px + p.pl - kx0) / p.sw);
let target${r} = select(0xffffffffu, (image${r} * p.targetHeight + ty${r}) * p.targetWidth + tx${r}, ok${r});`
}
let base${r} = image${r} * p.sourceHeight;`;

function tapSetup(forward: boolean, r: number): string {
  const sign = forward ? "+" : "-";
  return `let sy${r} = u32(y${r} ${sign} i32(ty)); let sx${r} = u32(x${r} ${sign} i32(tx));
let in${r} = ok${r} && sy${r} < p.sourceHeight && sx${r} < p.sourceWidth;
let at${r} = select(0u, ((base${r} + sy${r}) * p.sourceWidth + sx${r}) * p.c4, in${r});`;
}

/** Loads `b0` to `b3`: a lane's columns of four reduced values, `c` being the group of four. */
export const forwardWeights = (out: string): string =>
  unroll(4, (q) => `let b${q} = ${out}(w[w0 + (c * 4u + ${q}u) * p.columns]);`);

/** Filters lie [tap, in, out]; towards the input the columns are `in`, so a lane reads a vec4 along `out` for each of its columns. */
export function transposedWeights(columns: number, out: string): string {
  const load = unroll(columns, (v) => `let t${v} = vec4f(w[w0 + ${v}u * p.c4 + c]);`);
  const pick = (q: number): string =>
    Array.from({ length: columns }, (_, v) => `t${v}.${"xyzw"[q]}`).join(", ");
  return `${load}\n${unroll(4, (q) => `let b${q} = ${out}(${pick(q)});`)}`;
}

/** How a lane's sums are stored. */
export interface StoredRows {
  readonly forward: boolean;
  readonly columns: number;
  readonly real: Real;
  readonly ending: ConvEnding;
}

/** Stores row `i`, the sum `c{i}`, at pixel `to{i}` unless that is outside. */
export function storeRows({ forward, columns, real, ending }: StoredRows, i: number): string {
  const { addend, activation } = ending;
  const at = `yBase + to${i} * p.columns + own`;
  const sums = vector(columns, "f32");
  const add = forward
    ? `${addend ? `c${i} += ${sums}(addend[${at}]);\n` : ""}`
    : `if (p.accumulate == 1u) { c${i} += ${sums}(y[${at}]); }\n`;
  const result = activated(activation, `c${i}`, sums);
  return `if (to${i} != 0xffffffffu) {\n${add}y[${at}] = ${vector(columns, real)}(${result});\n}`;
}
