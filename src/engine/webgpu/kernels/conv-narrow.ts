import { defineKernel, unroll, type Kernel } from "../kernel.ts";
import type { Real } from "../conv-shape.ts";

export interface ConvNarrowOptions {
  readonly direction: "forward" | "input-gradient";
  readonly lanes: number;
  readonly real: Real;
  /** Pixels of one lane. */
  readonly rows: number;
  /** Groups of four channels of the result, all of them in one tile. */
  readonly columns: number;
  readonly bias: boolean;
}

/** `convRows` the other way round, for results of few channels: a lane owns all channels of its own pixels, and the weights are
 *  loaded once per subgroup and broadcast. With 16 channels a lane of `convRows` would read its weights two by two, and reading
 *  is what software adapters wait for: 28 instead of 16 GFLOP/s on lavapipe. */
export function convNarrow(options: ConvNarrowOptions): Kernel {
  const { direction, lanes, real, rows, columns, bias } = options;
  const forward = direction === "forward";
  const weights = 4 * columns;
  const loads = Math.ceil(weights / lanes);
  const body = `
let mStart = group.y * ${lanes * rows}u + lane;
${forward ? "let ky0 = 0u; let kx0 = 0u;" : parityClass}
${unroll(rows, (r) => rowSetup(forward, r, r * lanes))}
${unroll(loads, (j) => `let e${j} = min(lane + ${j * lanes}u, ${weights - 1}u);`)}
${unroll(rows * columns, (i) => `var c${i} = vec4f();`)}
for (var ty = 0u; ky0 + ty * p.tapStepY < p.kh; ty++) {
  for (var tx = 0u; kx0 + tx * p.tapStepX < p.kw; tx++) {
    let tap = (ky0 + ty * p.tapStepY) * p.kw + kx0 + tx * p.tapStepX;
    ${unroll(rows, (r) => tapSetup(forward, r))}
    for (var c = 0u; c < p.c4; c++) {
      ${unroll(rows, (r) => `let a${r} = select(vec4f(), vec4f(x[at${r} + c]), in${r});`)}
      ${unroll(loads, (j) => `let d${j} = vec4f(w[${weightIndex(forward, columns, j)}]);`)}
      ${forward ? outerProducts(options) : innerProducts(options)}
    }
  }
}
${unroll(rows, (r) => store(options, r))}`;
  return defineKernel({
    name: `conv-${direction}-narrow-${rows}x${columns}`,
    enable: ["subgroups", ...(real === "f16" ? ["f16"] : [])],
    buffers: {
      x: `read array<vec4<${real}>>`,
      w: `read array<vec4<${real}>>`,
      ...(bias ? ({ bias: "read array<vec4f>" } as const) : {}),
      y: `write array<vec4<${real}>>`,
    },
    params: [
      ...["rows", "rowsPerImage", "rowWidth", "sourceHeight", "sourceWidth", "c4", "columns"],
      ...["kh", "kw", "sh", "sw", "pt", "pl", "tapStepY", "tapStepX"],
      ...["targetHeight", "targetWidth", "accumulate"],
    ],
    workgroup: [lanes],
    builtins: ["group", "lane"],
    body,
  });
}

const parityClass = `
let py = group.z / p.sw; let px = group.z % p.sw;
let ky0 = (py + p.pt) % p.sh; let kx0 = (px + p.pl) % p.sw;`;

const rowSetup = (forward: boolean, r: number, offset: number): string => `
let m${r} = mStart + ${offset}u;
let image${r} = m${r} / p.rowsPerImage; let pixel${r} = m${r} % p.rowsPerImage;
let ry${r} = pixel${r} / p.rowWidth; let rx${r} = pixel${r} % p.rowWidth;
${
  forward
    ? `let y${r} = i32(ry${r} * p.sh) - i32(p.pt); let x${r} = i32(rx${r} * p.sw) - i32(p.pl);`
    : `let y${r} = i32(ry${r} + (py + p.pt - ky0) / p.sh); let x${r} = i32(rx${r} + (px + p.pl - kx0) / p.sw);`
}`;

function tapSetup(forward: boolean, r: number): string {
  const sign = forward ? "+" : "-";
  return `let sy${r} = u32(y${r} ${sign} i32(ty)); let sx${r} = u32(x${r} ${sign} i32(tx));
let in${r} = m${r} < p.rows && sy${r} < p.sourceHeight && sx${r} < p.sourceWidth;
let at${r} = select(0u, ((image${r} * p.sourceHeight + sy${r}) * p.sourceWidth + sx${r}) * p.c4, in${r});`;
}

/** Filters lie [tap, in, out]: forward four lines of all outputs, towards the input one vec4 along `out` for every input. */
const weightIndex = (forward: boolean, columns: number, j: number): string =>
  forward
    ? `(tap * p.c4 + c) * ${4 * columns}u + e${j}`
    : `(tap * ${4 * columns}u + e${j}) * p.c4 + c`;

const weight = (lanes: number, e: number): string =>
  `subgroupBroadcast(d${Math.floor(e / lanes)}, ${e % lanes}u)`;

const outerProducts = ({ lanes, rows, columns }: ConvNarrowOptions): string =>
  unroll(
    4 * columns,
    (e) => `{ let b = ${weight(lanes, e)};
${unroll(rows, (r) => `c${r * columns + (e % columns)} += a${r}.${"xyzw"[Math.floor(e / columns)]} * b;`)} }`,
  );

const innerProducts = ({ lanes, rows, columns }: ConvNarrowOptions): string =>
  unroll(
    columns,
    (j) => `{ ${unroll(4, (i) => `let b${i} = ${weight(lanes, 4 * j + i)};`)}
${unroll(rows, (r) => `c${r * columns + j} += vec4f(dot(a${r}, b0), dot(a${r}, b1), dot(a${r}, b2), dot(a${r}, b3));`)} }`,
  );

function store({ direction, real, columns, bias }: ConvNarrowOptions, r: number): string {
  const forward = direction === "forward";
  const place = forward
    ? `let to = m${r} * ${columns}u; let ok = m${r} < p.rows;`
    : `let ty = ry${r} * p.sh + py; let tx = rx${r} * p.sw + px;
let ok = m${r} < p.rows && ty < p.targetHeight && tx < p.targetWidth;
let to = ((image${r} * p.targetHeight + ty) * p.targetWidth + tx) * ${columns}u;`;
  const one = (j: number): string => {
    const sum = `c${r * columns + j}`;
    const add = forward ? "" : `if (p.accumulate == 1u) { ${sum} += vec4f(y[to + ${j}u]); }\n`;
    return `${add}y[to + ${j}u] = vec4<${real}>(${sum}${bias ? ` + bias[${j}]` : ""});`;
  };
  return `{ ${place}\nif (ok) {\n${unroll(columns, one)}\n} }`;
}
