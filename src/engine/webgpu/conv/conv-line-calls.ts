import { convFlops, type ConvShape } from "./conv-shape.ts";
import type { ConvContext, ConvDirection, ConvVariant } from "./conv-variant.ts";
import { plainEnding } from "../kernels/conv-ending.ts";
import { convFilterLines, linePixels } from "../kernels/conv-filter-lines.ts";
import { convLines } from "../kernels/conv-lines.ts";
import { columnsPerLane } from "../kernels/register-tile.ts";

/** Subgroups of this size; SwiftShader's are smaller, and it compiles long kernels slowly. */
const lanes = 8;
const tileRows = 32;

const both = ([a, b]: readonly [number, number], value: number): boolean =>
  a === value && b === value;

/** Kernels that keep whole lines of the image in registers: 3x3 filters of stride 1 and padding 1 on software adapters with
 *  subgroups of eight. */
export function lineVariants(
  direction: ConvDirection,
  s: ConvShape,
  { family, real }: Pick<ConvContext, "family" | "real">,
): readonly ConvVariant[] {
  if (family.kind !== "subgroup" || family.lanes !== lanes) return [];
  if (!both(s.kernel, 3) || !both(s.stride, 1) || !both(s.padding, 1)) return [];
  if (direction === "filter-gradient") return filterLines(s, real);
  if (tileRows % s.width !== 0) return [];
  const forward = direction === "forward";
  const [inner, channels] = forward ? [s.inputs, s.outputs] : [s.outputs, s.inputs];
  const columns = columnsPerLane(lanes, channels);
  // So many products outgrow a processor's cache of instructions: rows are a tenth faster.
  if (columns === 4) return [];
  const rows = s.batch * s.height * s.width;
  return [
    {
      name: `lines-${tileRows}x${columns}`,
      workspaces: [],
      parts: 1,
      takesEnding: forward,
      calls: ({ bias = false, ending = plainEnding, accumulate = false }) => [
        {
          kernel: convLines({
            ...{ direction, lanes, real, columns, bias, ending },
            rows: tileRows,
            width: s.width,
          }),
          params: {
            rows,
            height: s.height,
            c4: inner / 4,
            columns: channels / columns,
            accumulate: accumulate ? 1 : 0,
          },
          grid: [Math.ceil(channels / columns / lanes), Math.ceil(rows / tileRows), 1],
          flops: convFlops(s),
          buffers: [
            "first",
            "second",
            ...(bias ? ["bias" as const] : []),
            ...(ending.addend ? ["addend" as const] : []),
            "result",
          ],
        },
      ],
    },
  ];
}

function filterLines(s: ConvShape, real: ConvContext["real"]): readonly ConvVariant[] {
  if (s.inputs % 16 !== 0 || s.width % linePixels !== 0) return [];
  const channels = s.inputs % 32 === 0 ? 32 : 16;
  // Four, and as many sums again, were no faster.
  const columns = s.outputs >= 2 * lanes ? 2 : 1;
  const grid = [Math.ceil(s.outputs / columns / lanes), (3 * s.inputs) / channels] as const;
  const lines = s.batch * s.height;
  const wanted = Math.max(1, Math.min(Math.ceil(16 / (grid[0] * grid[1])), Math.floor(lines / 4)));
  const floats = 9 * s.inputs * s.outputs;
  return [
    {
      name: `lines-${channels}x${columns}`,
      workspaces: [],
      parts: wanted,
      calls: ({ parts = wanted, partFloats = floats }) => [
        {
          kernel: convFilterLines({ real, channels, columns }),
          params: {
            lines,
            linesPerPart: Math.ceil(lines / parts),
            partStride: partFloats / columns,
            columns: s.outputs / columns,
            c4: s.inputs / 4,
            height: s.height,
            width: s.width,
          },
          grid: [...grid, parts],
          flops: convFlops(s),
          buffers: ["first", "second", "result"],
        },
      ],
    },
  ];
}
