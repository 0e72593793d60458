import {
  convVariant,
  convVariants,
  endingVariant,
  runConv,
  type ConvOperands,
  type ConvRun,
} from "./conv-calls.ts";
import { convFlops, smallFlops, type ConvShape } from "./conv-shape.ts";
import type { ConvDirection, ConvOptions, ConvVariant } from "./conv-variant.ts";
import { maxGroups } from "../kernel.ts";
import type { PlanContext } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";

/** A part of a convolution, with the memory that it reads and writes. */
interface Piece {
  readonly shape: ConvShape;
  readonly operands: ConvOperands;
}

/** What a convolution says of its result for a batch norm: mean and sum of squared deviations of every tile of so many rows. */
export interface Moments {
  /** [tiles, 2, outputs] in f32. */
  readonly slice: Slice;
  readonly tileRows: number;
}

/** A direction of a convolution that is to be written. */
export interface ConvTask extends ConvRun {
  readonly direction: ConvDirection;
  readonly shape: ConvShape;
}

/** Writes a convolution, in pieces where one dispatch would be more work than `maxDispatchFlops` – drivers reset a GPU that does
 *  not answer, and a page on it stands still meanwhile – or have a larger grid than devices take. Pieces give the same bits as the
 *  whole, because none of the sums is cut: outputs and input gradients are cut between images, filter gradients between taps. */
export function lowerConv(context: PlanContext, task: ConvTask): void {
  const { direction, shape, options } = task;
  const whole = options.ending
    ? endingVariant(shape, context)
    : convVariant(direction, shape, context);
  lowerVariant(context, whole, task);
}

/** Writes a forward convolution with the moments of its result; null, and without, where its kernel does not know them. */
export function lowerConvMoments(
  context: PlanContext,
  { label, shape, operands, options }: Omit<ConvTask, "direction">,
): Moments | null {
  const task = { label, direction: "forward", shape } as const;
  const variant = convVariant("forward", shape, context);
  const { momentRows: tileRows } = variant;
  if (tileRows === undefined || !isFine(context, shape, variant)) {
    lowerVariant(context, variant, { ...task, operands, options });
    return null;
  }
  const bytes = tilesOf(shape, shape.batch, tileRows) * momentBytes(shape);
  const slice = context.writer.whole(`${label} moments`, bytes);
  lowerVariant(context, variant, {
    ...task,
    operands: { ...operands, moments: slice },
    options: { ...options, moments: true },
  });
  return { slice, tileRows };
}

function lowerVariant(context: PlanContext, whole: ConvVariant, task: ConvTask): void {
  const { direction, shape, operands, options } = task;
  const cut =
    direction === "filter-gradient"
      ? betweenTaps(context, shape, operands, options)
      : betweenImages(context, task, {
          most: largestBatch(whole, shape, options),
          tileRows: options.moments ? whole.momentRows! : 1,
        });
  const pieces = cut.map((piece) => ({
    ...piece,
    variant: convVariants(direction, piece.shape, context).find(({ name }) => name === whole.name),
  }));
  if (pieces.length < 2 || pieces.some(({ variant }) => !variant)) {
    runConv(context.writer, whole, task);
    return;
  }
  for (const { variant, operands } of pieces)
    runConv(context.writer, variant!, { ...task, operands });
}

/** Images whose grid a device takes. */
function largestBatch(variant: ConvVariant, { batch }: ConvShape, options: ConvOptions): number {
  const groups = Math.max(...variant.calls(options).flatMap(({ grid }) => grid));
  return groups <= maxGroups ? batch : Math.floor((batch * maxGroups) / groups);
}

/** Bindings start at multiples of 256 bytes. */
const isAligned = (bytes: number): boolean => bytes % 256 === 0;

/** Tiles in the rows of some images. */
const tilesOf = (s: ConvShape, images: number, tileRows: number): number =>
  Math.ceil((images * s.outHeight * s.outWidth) / tileRows);

/** Of one tile. */
const momentBytes = (s: ConvShape): number => 2 * s.outputs * 4;

/** Images at whose multiples a convolution can be cut: there everything that is bound may begin, and a tile does. */
function leastImages(s: ConvShape, bytesPerValue: number, tileRows: number): number {
  const pixels = s.outHeight * s.outWidth;
  const fits = (images: number): boolean =>
    isAligned(images * s.height * s.width * s.inputs * bytesPerValue) &&
    isAligned(images * pixels * s.outputs * bytesPerValue) &&
    (images * pixels) % tileRows === 0 &&
    isAligned(tilesOf(s, images, tileRows) * momentBytes(s));
  let images = 1;
  while (images < s.batch && !fits(images)) images++;
  return images;
}

/** Work that every GPU does within about 50 ms, if not every device. */
const finePiece = 4 * smallFlops;

/** Whether pieces that are cut between tiles alone are fine enough for any GPU. Asked where nothing is cut, too: the bits of a
 *  result must not depend on how fast a device seemed to be. */
function isFine({ bytesPerValue }: PlanContext, s: ConvShape, variant: ConvVariant): boolean {
  const batch = leastImages(s, bytesPerValue, variant.momentRows ?? 1);
  if (batch === leastImages(s, bytesPerValue, 1)) return true;
  return batch <= largestBatch(variant, s, {}) && convFlops({ ...s, batch }) <= finePiece;
}

function betweenImages(
  { maxDispatchFlops = Infinity, bytesPerValue }: PlanContext,
  { direction, shape: s, operands }: ConvTask,
  { most, tileRows }: { readonly most: number; readonly tileRows: number },
): readonly Piece[] {
  const { first, second, bias, addend, result, moments } = operands;
  const input = s.height * s.width * s.inputs * bytesPerValue;
  const output = s.outHeight * s.outWidth * s.outputs * bytesPerValue;
  const least = leastImages(s, bytesPerValue, tileRows);
  const bearable = Math.min((maxDispatchFlops * s.batch) / convFlops(s), most);
  const images = least * Math.max(1, Math.floor(bearable / least));
  const pieces: Piece[] = [];
  for (let start = 0; start < s.batch; start += images) {
    const batch = Math.min(images, s.batch - start);
    const part = ({ region, offset }: Slice, image: number): Slice => ({
      region,
      offset: offset + start * image,
      bytes: batch * image,
    });
    const [from, to] = [start, start + batch].map((image) => tilesOf(s, image, tileRows));
    const forward = direction === "forward";
    pieces.push({
      shape: { ...s, batch },
      operands: {
        first: part(first, forward ? input : output),
        second,
        bias,
        addend: addend && part(addend, output),
        result: part(result, forward ? output : input),
        moments: moments && {
          region: moments.region,
          offset: moments.offset + from! * momentBytes(s),
          bytes: (to! - from!) * momentBytes(s),
        },
      },
    });
  }
  return pieces;
}

function betweenTaps(
  { maxDispatchFlops = Infinity }: PlanContext,
  s: ConvShape,
  { result, ...operands }: ConvOperands,
  { partFloats }: ConvOptions,
): readonly Piece[] {
  const [rows, columns] = s.kernel;
  const tapBytes = s.inputs * s.outputs * 4;
  const width = convFlops(s) / rows <= maxDispatchFlops ? columns : 1;
  const fits = convFlops(s) <= maxDispatchFlops;
  if (fits || partFloats === undefined || !isAligned(width * tapBytes)) return [];
  const pieces: Piece[] = [];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x += width) {
      // A tap further down or right is one whose image begins that much less padded; below zero it begins inside.
      const padding = [s.padding[0] - y, s.padding[1] - x] as const;
      const before = (y * columns + x) * tapBytes;
      const { region, offset, bytes } = result;
      const own = { region, offset: offset + before, bytes: bytes - before };
      pieces.push({
        shape: { ...s, kernel: [1, width], padding },
        operands: { ...operands, result: own },
      });
    }
  return pieces;
}
