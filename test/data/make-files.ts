import { crc32, deflateSync } from "node:zlib";

/** Cuts bytes into chunks, as a network would. */
export async function* chunksOf(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A ustar archive. */
export function tar(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(files).map(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write("0ustar\x0000", 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
  });
  return new Uint8Array(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

export type PngFilter = 0 | 1 | 2 | 3 | 4;

export interface PngOptions {
  readonly filter: PngFilter;
  readonly alpha?: boolean;
  readonly grey?: boolean;
  /** Bytes of a data chunk. */
  readonly chunk?: number;
  /** Height in the header, if it should differ. */
  readonly height?: number;
}

/** A PNG of RGB rows; an encoder of its own, so that the decoder is not compared with itself. */
export function png(rgb: Uint8Array, width: number, options: PngOptions): Uint8Array<ArrayBuffer> {
  const pixels = rgb.length / 3;
  const step = options.alpha ? 4 : options.grey ? 1 : 3;
  const plain = new Uint8Array(pixels * step);
  for (let p = 0; p < pixels; p++)
    for (let c = 0; c < step; c++) plain[p * step + c] = c === 3 ? 77 : rgb[3 * p + c]!;
  const rowBytes = width * step;
  const height = plain.length / rowBytes;
  const rows = Buffer.alloc(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    rows[y * (rowBytes + 1)] = options.filter;
    for (let i = 0; i < rowBytes; i++) {
      const at = (dx: number, dy: number): number =>
        i - dx * step < 0 || y - dy < 0 ? 0 : plain[(y - dy) * rowBytes + i - dx * step]!;
      const [a, b, c] = [at(1, 0), at(0, 1), at(1, 1)];
      const near = [a, b, c].sort((p, q) => Math.abs(a + b - c - p) - Math.abs(a + b - c - q))[0]!;
      const guess = [0, a, b, Math.floor((a + b) / 2), near][options.filter]!;
      rows[y * (rowBytes + 1) + 1 + i] = plain[y * rowBytes + i]! - guess;
    }
  }
  const data = deflateSync(rows);
  const type = options.alpha ? 6 : options.grey ? 0 : 2;
  return wrapPng(width, options.height ?? height, type, data, options.chunk);
}

/** A PNG file around compressed rows. */
export function wrapPng(
  width: number,
  height: number,
  colourType: number,
  data: Uint8Array,
  chunkBytes = data.length,
): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType], 8);
  const parts = Array.from({ length: Math.ceil(data.length / chunkBytes) }, (_, i) =>
    pngChunk("IDAT", data.subarray(i * chunkBytes, (i + 1) * chunkBytes)),
  );
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(
    Buffer.concat([
      signature,
      pngChunk("IHDR", header),
      pngChunk("tEXt", Buffer.from("Title\0x")),
      ...parts,
      pngChunk("IEND", Buffer.alloc(0)),
    ]),
  );
}

function pngChunk(type: string, content: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length, 0);
  chunk.write(type, 4, "latin1");
  chunk.set(content, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}

/** An idx file of unsigned bytes. */
export function idx(dimensions: readonly number[], data: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.set([0, 0, 8, dimensions.length]);
  dimensions.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return new Uint8Array(Buffer.concat([header, data]));
}
