import {
  convVariant,
  convVariants,
  endingVariant,
  runConv,
  type ConvOperands,
} from "./conv-calls.ts";
import { convFlops, type ConvShape } from "./conv-shape.ts";
import type { ConvDirection, ConvOptions, ConvVariant } from "./conv-variant.ts";
import { maxGroups } from "./kernel.ts";
import type { PlanContext } from "./plan-context.ts";
import type { Slice } from "./program.ts";

/** A part of a convolution, with the memory that it reads and writes. */
interface Piece {
  readonly shape: ConvShape;
  readonly operands: ConvOperands;
}

/** Writes a convolution, in pieces where one dispatch would be more work than `maxDispatchFlops` – drivers reset a GPU that does
 *  not answer, and a page on it stands still meanwhile – or have a larger grid than devices take. Pieces give the same bits as the whole, because none of the sums is cut:
 *  outputs and input gradients are cut between images, filter gradients between taps. */
export function lowerConv(
  context: PlanContext,
  label: string,
  direction: ConvDirection,
  shape: ConvShape,
  operands: ConvOperands,
  options: ConvOptions,
): void {
  const whole = options.ending
    ? endingVariant(shape, context)
    : convVariant(direction, shape, context);
  const cut =
    direction === "filter-gradient"
      ? betweenTaps(context, shape, operands, options)
      : betweenImages(context, direction, shape, operands, largestBatch(whole, shape, options));
  const pieces = cut.map((piece) => ({
    ...piece,
    variant: convVariants(direction, piece.shape, context).find(({ name }) => name === whole.name),
  }));
  if (pieces.length < 2 || pieces.some(({ variant }) => !variant)) {
    runConv(context.writer, label, whole, operands, options);
    return;
  }
  for (const piece of pieces)
    runConv(context.writer, label, piece.variant!, piece.operands, options);
}

/** Images whose grid a device takes. */
function largestBatch(variant: ConvVariant, { batch }: ConvShape, options: ConvOptions): number {
  const groups = Math.max(...variant.calls(options).flatMap(({ grid }) => grid));
  return groups <= maxGroups ? batch : Math.floor((batch * maxGroups) / groups);
}

/** Bindings start at multiples of 256 bytes. */
const isAligned = (bytes: number): boolean => bytes % 256 === 0;

function betweenImages(
  { maxDispatchFlops = Infinity, bytesPerValue }: PlanContext,
  direction: ConvDirection,
  s: ConvShape,
  { first, second, bias, addend, result }: ConvOperands,
  most: number,
): readonly Piece[] {
  const input = s.height * s.width * s.inputs * bytesPerValue;
  const output = s.outHeight * s.outWidth * s.outputs * bytesPerValue;
  const bearable = Math.floor((maxDispatchFlops * s.batch) / convFlops(s));
  let images = Math.max(1, Math.min(bearable, most));
  const aligned = (): boolean => isAligned(images * input) && isAligned(images * output);
  while (images > 1 && !aligned()) images--;
  while (images < s.batch && !aligned()) images++;
  const pieces: Piece[] = [];
  for (let start = 0; start < s.batch; start += images) {
    const batch = Math.min(images, s.batch - start);
    const part = ({ region, offset }: Slice, image: number): Slice => ({
      region,
      offset: offset + start * image,
      bytes: batch * image,
    });
    const forward = direction === "forward";
    pieces.push({
      shape: { ...s, batch },
      operands: {
        first: part(first, forward ? input : output),
        second,
        bias,
        addend: addend && part(addend, output),
        result: part(result, forward ? output : input),
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
