import { productsCall } from "./conv-direct.ts";
import { sumsCall } from "./conv-filter.ts";
import { convFlops, mostTransformedBytes, type ConvShape } from "./conv-shape.ts";
import type { Call, ConvCall, ConvContext, ConvDirection, ConvVariant } from "./conv-variant.ts";
import { itemGrid } from "../kernel.ts";
import { plainEnding } from "../kernels/conv-ending.ts";
import { transformed, type WinogradTile } from "../kernels/winograd.ts";
import { winogradFilterOutput, winogradOutput } from "../kernels/winograd-output.ts";
import { winogradTransform } from "../kernels/winograd-transform.ts";

type Context = Pick<ConvContext, "family" | "real">;

/** Winograd's algorithm for 3x3 filters of stride 1 in three dispatches: transform both operands, (tile + 2)² matrix products,
 *  transform back. 2.25 or 4 times fewer multiplications; workspaces are f32 for any storage type. Tiles of 4x4 first. */
export function winogradVariants(
  direction: ConvDirection,
  shape: ConvShape,
  context: Context,
): readonly ConvVariant[] {
  const [kh, kw] = shape.kernel;
  const [sh, sw] = shape.stride;
  if (kh !== 3 || kw !== 3 || sh !== 1 || sw !== 1) return [];
  const { family } = context;
  // SwiftShader, with four lanes, compiles too slowly; smaller tiles never won without a real GPU's arithmetic.
  if (family.kind === "subgroup" && family.lanes < 8) return [];
  const tiles = family.kind === "workgroup" ? ([4, 2] as const) : ([4] as const);
  return tiles
    .map((tile) => variantOf(direction, shape, context, tile))
    .filter(({ workspaces }) => Math.max(...workspaces) <= mostTransformedBytes);
}

/** Where it is the default. Measured on lavapipe (8 lanes): transforms cost more than they save below 32 channels and, with
 *  few tiles, for the filters themselves. GPUs get it by measurement only. */
export function winogradWins(
  direction: ConvDirection,
  shape: ConvShape,
  { family }: Pick<ConvContext, "family">,
): boolean {
  if (family.kind !== "subgroup") return false;
  const { tiles, inputs, outputs } = geometry(direction, shape, 4);
  return Math.min(inputs, outputs) >= 32 && 4 * tiles >= Math.min(inputs, outputs);
}

function variantOf(
  direction: ConvDirection,
  shape: ConvShape,
  context: Context,
  tile: WinogradTile,
): ConvVariant {
  const filter = direction === "filter-gradient";
  const g = geometry(direction, shape, tile);
  const points = transformed(tile) ** 2;
  const matrices = filter
    ? [g.tiles * g.inputs, g.tiles * g.outputs, g.inputs * g.outputs]
    : [g.tiles * g.inputs, g.inputs * g.outputs, g.tiles * g.outputs];
  return {
    name: `winograd-${tile}x${tile}`,
    workspaces: matrices.map((floats) => points * floats * 4),
    parts: 1,
    takesEnding: direction === "forward",
    calls: ({ bias = false, ending = plainEnding, accumulate = false }) => {
      const { real } = context;
      const secondItems = (filter ? g.tiles : g.inputs) * g.outputs;
      const sourceItems = g.tiles * g.inputs;
      const items = sourceItems + secondItems;
      const transform: ConvCall = {
        kernel: winogradTransform({ direction, real, tile }),
        params: { ...g.params, sourceItems, items },
        grid: itemGrid(items),
        flops: 0,
        buffers: ["first", "second", 0, 1],
      };
      const { tiles, inputs, outputs } = g;
      const products = filter
        ? sumsCall({ count: points, inner: tiles, rows: inputs, columns: outputs }, context)
        : productsCall({ count: points, rows: tiles, inner: inputs, columns: outputs }, context);
      const outItems = (filter ? g.inputs : g.tiles) * g.outputs;
      const output: Call = {
        kernel: filter
          ? winogradFilterOutput(tile)
          : winogradOutput({ real, tile, bias, ending, accumulate }),
        params: { ...g.params, items: outItems },
        grid: itemGrid(outItems),
        flops: 0,
      };
      return [
        transform,
        { ...products, flops: convFlops(shape), buffers: [0, 1, 2] },
        {
          ...output,
          buffers: [
            2,
            ...(bias ? ["bias" as const] : []),
            ...(ending.addend ? ["addend" as const] : []),
            "result",
          ],
        },
      ];
    },
  };
}

interface Geometry {
  readonly tiles: number;
  /** Channels of the source, which the products reduce (the filter gradient: rows of the result), and columns. */
  readonly inputs: number;
  readonly outputs: number;
  readonly params: Readonly<Record<string, number>>;
}

function geometry(direction: ConvDirection, s: ConvShape, tile: WinogradTile): Geometry {
  // Towards the input, dy is the source and the filter lies turned in it.
  const back = direction === "input-gradient";
  const [inputs, outputs] = back ? [s.outputs, s.inputs] : [s.inputs, s.outputs];
  const [outHeight, outWidth] = back ? [s.height, s.width] : [s.outHeight, s.outWidth];
  const tilesX = Math.ceil(outWidth / tile);
  const tilesPerImage = tilesX * Math.ceil(outHeight / tile);
  const tiles = s.batch * tilesPerImage;
  return {
    tiles,
    inputs,
    outputs,
    params: {
      inner: inputs,
      columns: outputs,
      tilesX,
      tilesPerImage,
      tiles,
      height: back ? s.outHeight : s.height,
      width: back ? s.outWidth : s.width,
      outHeight,
      outWidth,
      pt: back ? 2 - s.padding[0] : s.padding[0],
      pl: back ? 2 - s.padding[1] : s.padding[1],
    },
  };
}
