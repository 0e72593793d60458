import { plainEnding } from "./kernels/conv-ending.ts";
import { convFilterRows, filterTileRows } from "./kernels/conv-filter-rows.ts";
import { convFilterTile, filterTile } from "./kernels/conv-filter-tile.ts";
import { convRows } from "./kernels/conv-rows.ts";
import { convTile, tileColumns } from "./kernels/conv-tile.ts";
import { columnsPerLane, type RegisterFamily } from "./kernels/register-tile.ts";
import { convFlops, type ConvShape } from "./conv-shape.ts";
import type { Call, ConvContext, ConvDirection, ConvOptions, ConvVariant } from "./conv-variant.ts";

import { lineVariants } from "./conv-line-calls.ts";

type Context = Pick<ConvContext, "family" | "real">;

/** `count` matrix products [rows, inner] · [inner, columns] in f32, one after the other in memory. */
export function productsCall(
  count: number,
  rows: number,
  inner: number,
  columns: number,
  { family }: Pick<ConvContext, "family">,
): Call {
  const shape = matrixShape(rows, inner, columns);
  const context = { family, real: "f32" } as const;
  const tile = tilesOf("forward", shape, context, count)[0]!;
  const call = productCall("forward", shape, context, tile, { batched: true });
  const width = 4 / (family.kind === "workgroup" ? 4 : tile.columns);
  return {
    ...call,
    params: {
      ...call.params,
      xStride: (rows * inner) / 4,
      wStride: ((inner * columns) / 4) * width,
      yStride: ((rows * columns) / 4) * width,
    },
    grid: [call.grid[0], call.grid[1], count],
  };
}

/** `count` products [inner, rows]ᵀ · [inner, columns] in f32: each is a part of a filter gradient of one tap that is never added
 *  to the others. */
export function sumsCall(
  count: number,
  inner: number,
  rows: number,
  columns: number,
  { family }: Pick<ConvContext, "family">,
): Call {
  const shape = { ...matrixShape(inner, rows, columns), height: count, outHeight: count };
  return filterCall(shape, { family, real: "f32" }, count, rows * columns);
}

/** A matrix product as a convolution of one tap on an image of one line. */
const matrixShape = (rows: number, inner: number, columns: number): ConvShape => ({
  batch: 1,
  height: 1,
  width: rows,
  inputs: inner,
  outHeight: 1,
  outWidth: rows,
  outputs: columns,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0],
});

/** Kernels of one dispatch that multiply without transforming first; they take any shape. The default first. */
export function directVariants(
  direction: ConvDirection,
  shape: ConvShape,
  context: Context,
): readonly ConvVariant[] {
  const lines = lineVariants(direction, shape, context);
  if (direction === "filter-gradient") return [...lines, filterVariant(shape, context)];
  const tiles = tilesOf(direction, shape, context).map((tile): ConvVariant => ({
    name: tile.name,
    workspaces: [],
    parts: 1,
    takesEnding: direction === "forward",
    ...(direction === "forward" && context.family.kind === "workgroup"
      ? { momentRows: tile.rows }
      : {}),
    calls: (options) => [
      {
        ...productCall(direction, shape, context, tile, options),
        buffers: [
          "first",
          "second",
          ...(options.bias ? ["bias" as const] : []),
          ...(options.ending?.addend ? ["addend" as const] : []),
          "result",
          ...(options.moments ? ["moments" as const] : []),
        ],
      },
    ],
  }));
  return [...lines, ...tiles];
}

/** Outputs of one tile. */
interface Tile {
  readonly name: string;
  readonly rows: number;
  readonly columns: 1 | 2 | 4;
}

function tilesOf(
  direction: "forward" | "input-gradient",
  shape: ConvShape,
  { family }: Context,
  products = 1,
): readonly Tile[] {
  const { shared, channels, classes } = productOf(direction, shape, false);
  if (family.kind === "workgroup") {
    const wide =
      Math.ceil(shared.rows / 64) * Math.ceil(channels / tileColumns) * classes * products;
    const tiles = [64, 32].map((rows) => ({
      name: `tile-${rows}x${tileColumns}`,
      rows,
      columns: 4 as const,
    }));
    // Below about two tiles per core of a mid-range GPU, halves keep more of it busy.
    return wide >= 128 ? tiles : tiles.reverse();
  }
  const columns = columnsPerLane(family.lanes, channels);
  return registerRows(family).map((rows) => ({ name: `rows-${rows}x${columns}`, rows, columns }));
}

/** Tall tiles need few loads per product, but compile slowly; 8 without broadcasts, where every lane loads every row. */
const registerRows = (family: RegisterFamily): readonly number[] =>
  family.kind === "subgroup" ? [4 * family.lanes, 2 * family.lanes] : [8];

/** y = x * w (+ bias), or dx (+)= dy * wᵀ, as one matrix product. */
function productOf(
  direction: "forward" | "input-gradient",
  s: ConvShape,
  accumulate: boolean,
): {
  readonly shared: Record<string, number> & { readonly rows: number };
  readonly channels: number;
  readonly classes: number;
} {
  if (direction === "forward") {
    const shared = {
      rows: s.batch * s.outHeight * s.outWidth,
      rowsPerImage: s.outHeight * s.outWidth,
      rowWidth: s.outWidth,
      sourceHeight: s.height,
      sourceWidth: s.width,
      c4: s.inputs / 4,
      ...tapParams(s),
      tapStepY: 1,
      tapStepX: 1,
      targetHeight: s.outHeight,
      targetWidth: s.outWidth,
      accumulate: 0,
    };
    return { shared, channels: s.outputs, classes: 1 };
  }
  // Rows are the pixels of one parity class; the largest class decides the grid.
  const height = Math.ceil(s.height / s.stride[0]);
  const width = Math.ceil(s.width / s.stride[1]);
  const shared = {
    rows: s.batch * height * width,
    rowsPerImage: height * width,
    rowWidth: width,
    sourceHeight: s.outHeight,
    sourceWidth: s.outWidth,
    c4: s.outputs / 4,
    ...tapParams(s),
    tapStepY: s.stride[0],
    tapStepX: s.stride[1],
    targetHeight: s.height,
    targetWidth: s.width,
    accumulate: accumulate ? 1 : 0,
  };
  return { shared, channels: s.inputs, classes: s.stride[0] * s.stride[1] };
}

function productCall(
  direction: "forward" | "input-gradient",
  shape: ConvShape,
  { family, real }: Context,
  { rows, columns }: Tile,
  options: ConvOptions & { readonly batched?: boolean },
): Call {
  const { bias = false, ending = plainEnding, accumulate = false, batched = false } = options;
  const { moments = false } = options;
  const { shared, channels, classes } = productOf(direction, shape, accumulate);
  const flops = convFlops(shape);
  if (family.kind === "workgroup")
    return {
      kernel: convTile({
        direction,
        real,
        bias,
        ending,
        batched,
        moments,
        rowsPerThread: rows === 64 ? 8 : 4,
      }),
      params: { ...shared, columns: channels / 4 },
      grid: [Math.ceil(channels / tileColumns), Math.ceil(shared.rows / rows), classes],
      flops,
    };
  return {
    kernel: convRows({ direction, family, real, rows, columns, bias, ending, batched }),
    params: { ...shared, columns: channels / columns },
    grid: [Math.ceil(channels / columns / family.lanes), Math.ceil(shared.rows / rows), classes],
    flops,
  };
}

function filterVariant(s: ConvShape, context: Context): ConvVariant {
  const wanted = filterParts(s, context);
  return {
    name: context.family.kind === "workgroup" ? `tile-${filterTile}` : "rows",
    workspaces: [],
    parts: wanted,
    calls: ({ parts = wanted, partFloats = s.kernel[0] * s.kernel[1] * s.inputs * s.outputs }) => [
      { ...filterCall(s, context, parts, partFloats), buffers: ["first", "second", "result"] },
    ],
  };
}

/** Copies of the filter gradient that are summed by the optimizer. */
function filterParts(s: ConvShape, { family }: Context): number {
  const k4 = (s.kernel[0] * s.kernel[1] * s.inputs) / 4;
  const lines = s.batch * s.outHeight;
  const tiles =
    family.kind === "workgroup"
      ? Math.ceil((k4 * 4) / filterTile) * Math.ceil(s.outputs / filterTile)
      : Math.ceil(k4 / filterTileRows(family)) *
        Math.ceil(s.outputs / columnsPerLane(family.lanes, s.outputs) / family.lanes);
  // Enough groups to fill a large GPU, or the few threads of a software adapter evenly.
  const wanted = family.kind === "workgroup" ? 256 : 16;
  const shortest = family.kind === "workgroup" ? Math.ceil(128 / s.outWidth) : 4;
  return Math.max(1, Math.min(Math.ceil(wanted / tiles), Math.floor(lines / shortest)));
}

/** Filter gradient into `parts` copies, each `partFloats` after the one before. Buffers: x, dy, dw. */
function filterCall(
  s: ConvShape,
  { family, real }: Context,
  parts: number,
  partFloats: number,
): Call {
  const k4 = (s.kernel[0] * s.kernel[1] * s.inputs) / 4;
  const lines = s.batch * s.outHeight;
  const columns = family.kind === "workgroup" ? 4 : columnsPerLane(family.lanes, s.outputs);
  const params = {
    lines,
    linesPerPart: Math.ceil(lines / parts),
    partStride: partFloats / columns,
    columns: s.outputs / columns,
    k4,
    c4: s.inputs / 4,
    height: s.height,
    width: s.width,
    outHeight: s.outHeight,
    outWidth: s.outWidth,
    ...tapParams(s),
  };
  const flops = convFlops(s);
  if (family.kind === "workgroup")
    return {
      kernel: convFilterTile(real),
      params,
      grid: [Math.ceil(s.outputs / filterTile), Math.ceil((k4 * 4) / filterTile), parts],
      flops,
    };
  const groups = [
    Math.ceil(s.outputs / columns / family.lanes),
    Math.ceil(k4 / filterTileRows(family)),
    parts,
  ] as const;
  // On processors, where a subgroup is a vector, two pixels in a turn are up to a sixth faster.
  const pixels = family.kind === "subgroup" && s.outWidth % 2 === 0 ? 2 : 1;
  return {
    kernel: convFilterRows({ family, real, columns, pixels }),
    params,
    grid: groups,
    flops,
  };
}

const tapParams = (
  s: ConvShape,
): { kh: number; kw: number; sh: number; sw: number; pt: number; pl: number } => ({
  kh: s.kernel[0],
  kw: s.kernel[1],
  sh: s.stride[0],
  sw: s.stride[1],
  pt: s.padding[0],
  pl: s.padding[1],
});
