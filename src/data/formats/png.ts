import { AppError } from "../../core/errors.ts";
import { inflate } from "./gunzip.ts";
import { word, type Word } from "../../core/words/index.ts";

/** Size in pixels, as the file says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bytes of a pixel by colour type, at 8 bits a channel: grey, RGB, palette, grey + alpha, RGBA. */
const channelsByType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Decodes a PNG row by row as it arrives: exact bytes, no canvas in between, which browsers may blur on purpose, and no
 *  more in memory than two rows. Alpha is dropped.
 *  8 bits a channel, not interlaced, no checksums: what comes out is verified by its digest.
 *  @returns rows of RGB, [3 * width] each; the array is reused
 *  @throws AppError "dataset-format"
 *  @see W3C PNG specification, sections 5, 9 and 11 */
export async function* readPngRows(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  accept: (header: PngHeader) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const image = await openImage(chunks);
  accept(image);
  const rowBytes = image.width * image.channels;
  const rgb = new Uint8Array(3 * image.width);
  let previous = new Uint8Array(rowBytes);
  let row = new Uint8Array(rowBytes);
  let filter = -1;
  let filled = 0;
  let rows = 0;
  for await (const chunk of inflate(image.data, "deflate")) {
    for (let at = 0; at < chunk.length && rows < image.height;) {
      if (filter < 0) {
        filter = chunk[at++]!;
        continue;
      }
      const part = chunk.subarray(at, at + rowBytes - filled);
      row.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < rowBytes) break;
      unfilter(filter, row, previous, image.channels);
      toRgb(row, image, rgb);
      yield rgb;
      [previous, row] = [row, previous];
      filter = -1;
      filled = 0;
      rows++;
    }
  }
  if (rows < image.height) throw damaged(word("png-rows", { rows, expected: image.height }));
}

interface OpenImage extends PngHeader {
  readonly channels: number;
  readonly colourType: number;
  readonly palette: Uint8Array;
  readonly data: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

async function openImage(source: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<OpenImage> {
  const iterator = source[Symbol.asyncIterator]();
  let rest = new Uint8Array(0);
  const more = async (): Promise<void> => {
    const next = await iterator.next();
    if (next.done) throw damaged(word("ends-early"));
    const joined = new Uint8Array(rest.length + next.value.length);
    joined.set(rest);
    joined.set(next.value, rest.length);
    rest = joined;
  };
  const take = async (length: number): Promise<Uint8Array<ArrayBuffer>> => {
    while (rest.length < length) await more();
    const bytes = rest.slice(0, length);
    rest = rest.slice(length);
    return bytes;
  };
  const nextHeader = async (): Promise<{ length: number; type: string }> => {
    const header = await take(8);
    return {
      length: new DataView(header.buffer).getUint32(0),
      type: String.fromCharCode(...header.subarray(4)),
    };
  };
  if ((await take(8)).some((byte, i) => byte !== signature[i])) throw damaged(word("no-png"));
  const first = await nextHeader();
  if (first.type !== "IHDR" || first.length !== 13) throw damaged(word("png-header"));
  const header = await take(13 + 4);
  const view = new DataView(header.buffer);
  const colourType = header[9]!;
  const channels = channelsByType[colourType];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0)
    throw damaged(word("png-kind"));
  let palette = new Uint8Array(0);
  let chunk = await nextHeader();
  while (chunk.type !== "IDAT") {
    if (chunk.length > 1_000_000) throw damaged(word("png-part"));
    const content = await take(chunk.length + 4);
    if (chunk.type === "PLTE") palette = content.slice(0, chunk.length);
    chunk = await nextHeader();
  }

  /** The contents of all IDAT chunks, passed on as they arrive. */
  async function* data(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    try {
      while (chunk.type === "IDAT") {
        for (let left = chunk.length; left > 0;) {
          if (rest.length === 0) await more();
          const part = rest.slice(0, left);
          rest = rest.slice(part.length);
          left -= part.length;
          yield part;
        }
        await take(4);
        chunk = await nextHeader();
      }
    } finally {
      await iterator.return?.();
    }
  }
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    channels,
    colourType,
    palette,
    data: data(),
  };
}

/** Undoes a row's filter in place. a = left, b = above, c = above left. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  if (filter > 4) throw damaged(word("png-filter", { filter }));
  if (filter === 0) return;
  for (let i = 0; i < row.length; i++) {
    const a = i < step ? 0 : row[i - step]!;
    const b = above[i]!;
    const c = i < step ? 0 : above[i - step]!;
    const guess =
      filter === 1 ? a : filter === 2 ? b : filter === 3 ? (a + b) >> 1 : paeth(a, b, c);
    row[i] = row[i]! + guess;
  }
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function toRgb(row: Uint8Array, image: OpenImage, rgb: Uint8Array): void {
  const { channels, colourType, palette } = image;
  for (let x = 0; x < image.width; x++) {
    const at = x * channels;
    for (let c = 0; c < 3; c++)
      rgb[3 * x + c] =
        colourType === 3
          ? palette[3 * row[at]! + c]!
          : channels >= 3
            ? row[at + c]!
            : row[at]!;
  }
}

const damaged = (problem: Word): AppError =>
  new AppError("dataset-format", word("image-unreadable", { problem }));
