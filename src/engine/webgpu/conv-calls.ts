import { convFilterRows, filterTileRows } from "./kernels/conv-filter-rows.ts";
import { convFilterTile, filterTile } from "./kernels/conv-filter-tile.ts";
import { convRows } from "./kernels/conv-rows.ts";
import { convTile, tileColumns } from "./kernels/conv-tile.ts";
import { columnsPerLane } from "./kernels/register-tile.ts";
import { convFlops, type ConvShape, type KernelFamily, type Real } from "./conv-shape.ts";
import type { Dispatch } from "./program.ts";

/** A kernel with its parameters and grid; the buffers are the caller's. */
export type Call = Pick<Dispatch, "kernel" | "params" | "grid" | "flops">;

export interface ConvContext {
  readonly family: KernelFamily;
  readonly real: Real;
}

/** y = x * w (+ bias). Buffers: x, w, [bias,] y. */
export function convForward(s: ConvShape, { family, real }: ConvContext, bias: boolean): Call {
  const rows = s.batch * s.outHeight * s.outWidth;
  const shared = {
    rows,
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
  return rowsCall("forward", shared, s.outputs, 1, convFlops(s), { family, real }, bias);
}

/** dx (+)= dy * wᵀ. Buffers: dy, w, dx. */
export function convInputGradient(
  s: ConvShape,
  { family, real }: ConvContext,
  accumulate: boolean,
): Call {
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
  const classes = s.stride[0] * s.stride[1];
  const context = { family, real };
  return rowsCall("input-gradient", shared, s.inputs, classes, convFlops(s), context, false);
}

function rowsCall(
  direction: "forward" | "input-gradient",
  shared: Record<string, number> & { readonly rows: number },
  channels: number,
  classes: number,
  flops: number,
  { family, real }: ConvContext,
  bias: boolean,
): Call {
  if (family.kind === "workgroup") {
    const wide = Math.ceil(shared.rows / 64) * Math.ceil(channels / tileColumns) * classes;
    // Below about two tiles per core of a mid-range GPU, halves keep more of it busy.
    const rowsPerThread = wide >= 128 ? 8 : 4;
    return {
      kernel: convTile({ direction, real, bias, rowsPerThread }),
      params: { ...shared, columns: channels / 4 },
      grid: [
        Math.ceil(channels / tileColumns),
        Math.ceil(shared.rows / (8 * rowsPerThread)),
        classes,
      ],
      flops,
    };
  }
  const columns = columnsPerLane(family.lanes, channels);
  const rows = rowsOfTile(family);
  return {
    kernel: convRows({ direction, family, real, rows, columns, bias }),
    params: { ...shared, columns: channels / columns },
    grid: [Math.ceil(channels / columns / family.lanes), Math.ceil(shared.rows / rows), classes],
    flops,
  };
}

/** Tall tiles need few loads per product, but compile slowly; 8 without broadcasts, where every lane loads every row. */
const rowsOfTile = (family: KernelFamily): number =>
  family.kind === "subgroup" ? 4 * family.lanes : 8;

/** Copies of the filter gradient that are summed by the optimizer. */
export function filterParts(s: ConvShape, { family }: Pick<ConvContext, "family">): number {
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
export function convFilterGradient(
  s: ConvShape,
  { family, real }: ConvContext,
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
  return { kernel: convFilterRows({ family, real, columns }), params, grid: groups, flops };
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
