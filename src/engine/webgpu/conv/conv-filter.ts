import { convFilterRows, filterTileRows } from "../kernels/conv-filter-rows.ts";
import { convFilterTile, filterTile } from "../kernels/conv-filter-tile.ts";
import { columnsPerLane } from "../kernels/register-tile.ts";
import {
  convFlops,
  matrixShape,
  tapParams,
  type ConvShape,
  type MatrixUnit,
  type Products,
} from "./conv-shape.ts";
import type { Call, ConvContext, ConvVariant } from "./conv-variant.ts";

type Context = Pick<ConvContext, "family" | "real">;

/** `count` products [inner, rows]ᵀ · [inner, columns] in f32: each is a part of a filter gradient of one tap that is never added
 *  to the others. */
export function sumsCall(
  { count, inner, rows, columns }: Products,
  { family }: Pick<ConvContext, "family">,
): Call {
  const shape = { ...matrixShape(inner, rows, columns), height: count, outHeight: count };
  return filterCall(shape, { family, real: "f32" }, { parts: count, partFloats: rows * columns });
}

/** How tiles in workgroup memory are made. */
interface FilterTile {
  /** Multiplies on this unit. */
  readonly matrix?: MatrixUnit;
  /** In more parts than usual, which keep more of a large GPU busy and take longer to add up. */
  readonly split?: boolean;
}

/** A kernel of a filter gradient. */
export function filterVariant(s: ConvShape, context: Context, tile: FilterTile = {}): ConvVariant {
  const wanted = filterParts(s, context, tile);
  const kind = tile.matrix ? "matrix" : tile.split ? "split" : "tile";
  return {
    name: context.family.kind === "workgroup" ? `${kind}-${filterTile}` : "rows",
    workspaces: [],
    parts: wanted,
    calls: ({ parts = wanted, partFloats = s.kernel[0] * s.kernel[1] * s.inputs * s.outputs }) => [
      {
        ...filterCall(s, context, { parts, partFloats, matrix: tile.matrix }),
        buffers: ["first", "second", "result"],
      },
    ],
  };
}

/** Copies of the filter gradient that are summed by the optimizer. */
function filterParts(s: ConvShape, { family }: Context, { split }: FilterTile): number {
  const k4 = (s.kernel[0] * s.kernel[1] * s.inputs) / 4;
  const lines = s.batch * s.outHeight;
  const tiles =
    family.kind === "workgroup"
      ? Math.ceil((k4 * 4) / filterTile) * Math.ceil(s.outputs / filterTile)
      : Math.ceil(k4 / filterTileRows(family)) *
        Math.ceil(s.outputs / columnsPerLane(family.lanes, s.outputs) / family.lanes);
  // Enough groups to fill a large GPU, or the few threads of a software adapter evenly.
  const wanted = family.kind === "workgroup" ? (split ? 512 : 256) : 16;
  const shortest = family.kind === "workgroup" ? Math.ceil(128 / s.outWidth) : 4;
  return Math.max(1, Math.min(Math.ceil(wanted / tiles), Math.floor(lines / shortest)));
}

/** Where a filter's gradient goes, and what multiplies. */
interface FilterParts {
  readonly parts: number;
  readonly partFloats: number;
  readonly matrix?: MatrixUnit | undefined;
}

/** Filter gradient into `parts` copies, each `partFloats` after the one before. Buffers: x, dy, dw. */
function filterCall(
  s: ConvShape,
  { family, real }: Context,
  { parts, partFloats, matrix }: FilterParts,
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
      kernel: convFilterTile(real, matrix),
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
