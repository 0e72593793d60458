import { defineKernel, unroll, writtenOnce, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { broadcast, laneBuiltin, vector, type RegisterFamily } from "./register-tile.ts";

/** What the kernel's text depends on. */
export interface ConvFilterRowsOptions {
  readonly family: RegisterFamily;
  readonly real: Real;
  readonly columns: 1 | 2 | 4;
  /** Pixels of one turn of the loop; the result's width is a multiple. */
  readonly pixels: 1 | 2;
}

/** Groups of four filter rows per tile. */
export const filterTileRows = (family: RegisterFamily): number =>
  family.kind === "subgroup" ? family.lanes : 4;

/** Filter gradient as a matrix product reduced over the pixels of the batch: rows are (tap, input channel), columns output
 *  channels. Each part (z) sums its own lines of the image batch, in order, into its own copy; the optimizer adds the parts. */
export const convFilterRows = writtenOnce((options: ConvFilterRowsOptions): Kernel => {
  const { family, real, columns, pixels } = options;
  const tile = filterTileRows(family);
  const loads = family.kind === "subgroup" ? 1 : tile;
  const out = vector(columns, "f32");
  const products = (i: number, j: number): string =>
    `{ let a = ${broadcast(family, `a${j}_`, i)}; ${unroll(4, (q) => `s${4 * i + q} += a.${"xyzw"[q]} * g${j};`)} }`;
  const body = `
${family.kind === "register" ? "let lane = index;" : ""}
let own = group.x * ${family.lanes}u + lane;
let column = min(own, p.columns - 1u);
let kStart = group.y * ${tile}u;
${unroll(
  loads,
  (r) => `
let k${r} = min(kStart + ${family.kind === "subgroup" ? "lane" : `${r}u`}, p.k4 - 1u);
let tap${r} = k${r} / p.c4; let c${r} = k${r} % p.c4;
let ky${r} = i32(tap${r} / p.kw) - i32(p.pt); let kx${r} = i32(tap${r} % p.kw) - i32(p.pl);`,
)}
${unroll(tile * 4, (i) => `var s${i} = ${out}();`)}
let first = group.z * p.linesPerPart;
let end = min(first + p.linesPerPart, p.lines);
for (var line = first; line < end; line++) {
  let image = line / p.outHeight; let oy = line % p.outHeight;
  ${unroll(
    loads,
    (r) => `let iy${r} = u32(i32(oy * p.sh) + ky${r});
let okY${r} = iy${r} < p.height;
let base${r} = (image * p.height + iy${r}) * p.width;`,
  )}
  for (var ox = 0u; ox < p.outWidth; ox += ${pixels}u) {
    ${unroll(pixels, (j) => `let g${j} = ${out}(dy[(line * p.outWidth + ox + ${j}u) * p.columns + column]);`)}
    ${unroll(pixels, (j) =>
      unroll(
        loads,
        (r) => `let ix${j}_${r} = u32(i32((ox + ${j}u) * p.sw) + kx${r});
let in${j}_${r} = okY${r} && ix${j}_${r} < p.width;
let a${j}_${r} = select(vec4f(), vec4f(x[select(0u, (base${r} + ix${j}_${r}) * p.c4 + c${r}, in${j}_${r})]), in${j}_${r});`,
      ),
    )}
    ${unroll(tile, (i) => unroll(pixels, (j) => products(i, j)))}
  }
}
let to = group.z * p.partStride + kStart * 4u * p.columns + own;
if (own < p.columns) {
${unroll(tile, (i) => `if (kStart + ${i}u < p.k4) { ${unroll(4, (q) => `dw[to + ${4 * i + q}u * p.columns] = s${4 * i + q};`)} }`)}
}`;
  return defineKernel({
    name: `conv-filter-gradient-${family.kind}-${tile * 4}x${columns}-${pixels}`,
    enable: [
      ...(family.kind === "subgroup" ? ["subgroups"] : []),
      ...(real === "f16" ? ["f16"] : []),
    ],
    buffers: {
      x: `read array<vec4<${real}>>`,
      dy: `read array<${vector(columns, real)}>`,
      dw: `write array<${out}>`,
    },
    params: [
      ...["lines", "linesPerPart", "partStride", "columns", "k4", "c4", "kw"],
      ...["height", "width", "outHeight", "outWidth", "sh", "sw", "pt", "pl"],
    ],
    workgroup: [family.lanes],
    builtins: ["group", laneBuiltin(family)],
    body,
  });
});
