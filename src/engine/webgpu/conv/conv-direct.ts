import { plainEnding } from "../kernels/conv-ending.ts";
import { convRows } from "../kernels/conv-rows.ts";
import { convTile, type ConvTileOptions } from "../kernels/conv-tile.ts";
import { columnsPerLane, type RegisterFamily } from "../kernels/register-tile.ts";
import type { TileSize } from "../kernels/tile-product.ts";
import { filterVariant } from "./conv-filter.ts";
import {
  convFlops,
  matrixShape,
  tapParams,
  type ConvShape,
  type MatrixUnit,
  type Products,
} from "./conv-shape.ts";
import type { Call, ConvContext, ConvDirection, ConvOptions, ConvVariant } from "./conv-variant.ts";
import { lineVariants } from "./conv-line-calls.ts";

type Context = Pick<ConvContext, "family" | "real">;

/** `count` matrix products [rows, inner] · [inner, columns] in f32, one after the other in memory. */
export function productsCall(
  { count, rows, inner, columns }: Products,
  { family }: Pick<ConvContext, "family">,
): Call {
  const shape = matrixShape(rows, inner, columns);
  const context = { family, real: "f32" } as const;
  const tile = tilesOf("forward", shape, context, count)[0]!;
  const call = productCall(context, { direction: "forward", shape, tile }, { batched: true });
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

/** Kernels of one dispatch that multiply without transforming first; they take any shape. The default first. */
export function directVariants(
  direction: ConvDirection,
  shape: ConvShape,
  context: Context,
): readonly ConvVariant[] {
  const lines = lineVariants(direction, shape, context);
  if (direction === "filter-gradient") {
    const more =
      context.family.kind === "workgroup"
        ? [{ split: true }, ...unitsOf(context).map((matrix) => ({ matrix }))]
        : [];
    const usual = filterVariant(shape, context);
    return [
      ...[...lines, usual],
      ...more
        .map((tile) => filterVariant(shape, context, tile))
        .filter(({ name, parts }) => !name.startsWith("split") || parts > usual.parts),
    ];
  }
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
        ...productCall(context, { direction, shape, tile }, options),
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

/** The device's matrix unit for this storage type, if there is one. */
const unitsOf = ({ family, real }: Context): readonly MatrixUnit[] => {
  const unit = family.kind === "workgroup" ? family.matrices?.[real] : undefined;
  return unit ? [unit] : [];
};

/** Outputs of one tile. */
interface Tile {
  readonly name: string;
  readonly rows: number;
  /** Columns of a lane's, in register tiles. */
  readonly columns: 1 | 2 | 4;
  /** In workgroup memory. */
  readonly shared?: { readonly size: TileSize } & Pick<ConvTileOptions, "matrix">;
}

function tilesOf(
  direction: "forward" | "input-gradient",
  shape: ConvShape,
  context: Context,
  products = 1,
): readonly Tile[] {
  const { family } = context;
  const { shared, channels, classes } = productOf(direction, shape, false);
  if (family.kind === "workgroup") {
    const tilesOfSize = ({ rows, columns }: TileSize): number =>
      Math.ceil(shared.rows / rows) * Math.ceil(channels / columns) * classes * products;
    const large: TileSize = { rows: 64, columns: 64 };
    const small: TileSize = { rows: 32, columns: 64 };
    const largest: TileSize = { rows: 128, columns: 128 };
    // Below about two tiles per core of a mid-range GPU, halves keep more of it busy.
    const usual = tilesOfSize(large) >= 128 ? [large, small] : [small, large];
    // Fewer loads from memory per product, where there is work for many.
    const huge = channels >= 128 && tilesOfSize(largest) >= 128 ? [largest] : [];
    const tile = (kind: string, own: NonNullable<Tile["shared"]>): Tile => ({
      name: `${kind}-${own.size.rows}x${own.size.columns}`,
      ...{ rows: own.size.rows, columns: 4, shared: own },
    });
    return [
      ...[...usual, ...huge].map((size) => tile("tile", { size })),
      ...unitsOf(context).flatMap((matrix) =>
        usual.map((size) => tile("matrix", { size, matrix })),
      ),
    ];
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

/** A convolution as a product of matrices, cut into tiles. */
interface TiledProduct {
  readonly direction: "forward" | "input-gradient";
  readonly shape: ConvShape;
  readonly tile: Tile;
}

function productCall(
  { family, real }: Context,
  { direction, shape, tile }: TiledProduct,
  options: ConvOptions & { readonly batched?: boolean },
): Call {
  const { bias = false, ending = plainEnding, accumulate = false, batched = false } = options;
  const { moments = false } = options;
  const { rows, columns, shared: own } = tile;
  const { shared, channels, classes } = productOf(direction, shape, accumulate);
  const flops = convFlops(shape);
  if (family.kind === "workgroup") {
    const { size, ...more } = own!;
    return {
      kernel: convTile({ direction, real, bias, ending, batched, moments, size, ...more }),
      params: { ...shared, columns: channels / 4 },
      grid: [Math.ceil(channels / size.columns), Math.ceil(shared.rows / rows), classes],
      flops,
    };
  }
  return {
    kernel: convRows({ direction, family, real, rows, columns, bias, ending, batched }),
    params: { ...shared, columns: channels / columns },
    grid: [Math.ceil(channels / columns / family.lanes), Math.ceil(shared.rows / rows), classes],
    flops,
  };
}
