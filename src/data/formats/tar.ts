import { AppError } from "../../core/errors.ts";

/** A file in a tar archive; `read` must be called, or the entry is skipped, before the next one is asked for. */
export interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** @throws AppError "dataset-format" above `maxBytes` or when the archive ends in the middle */
  read(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
}

const blockBytes = 512;

/** Walks through a tar archive (ustar, GNU, pax headers skipped) as it arrives, holding one file at most.
 *  @throws AppError "dataset-format" for anything that is no whole tar archive */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<TarEntry, void, undefined> {
  const reader = byteReader(chunks);
  try {
    for (;;) {
      const header = await reader.take(blockBytes);
      if (header === null) throw truncated();
      if (header.every((byte) => byte === 0)) return;
      const { name, sizeBytes, isFile } = parseHeader(header);
      const paddingBytes = (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
      let consumed = false;
      if (isFile)
        yield {
          name,
          sizeBytes,
          async read(maxBytes) {
            if (sizeBytes > maxBytes)
              throw new AppError(
                "dataset-format",
                `${name} in the archive has ${sizeBytes} bytes; at most ${maxBytes} are expected.`,
                { name, sizeBytes, maxBytes },
              );
            const bytes = await reader.take(sizeBytes);
            if (bytes === null) throw truncated();
            consumed = true;
            return bytes;
          },
        };
      await reader.skip(consumed ? paddingBytes : sizeBytes + paddingBytes);
    }
  } finally {
    await reader.close();
  }
}

const truncated = (): AppError =>
  new AppError("dataset-format", "The archive ends in the middle; it was not downloaded completely.");

function parseHeader(header: Uint8Array): { name: string; sizeBytes: number; isFile: boolean } {
  let sum = 0;
  for (let i = 0; i < blockBytes; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  const sizeBytes = octal(header, 124, 12);
  if (octal(header, 148, 8) !== sum || !Number.isSafeInteger(sizeBytes))
    throw new AppError("dataset-format", "This is not a tar archive, or it is damaged.");
  const type = header[156]!;
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  const name = text(header, 0, 100);
  return { name: prefix ? `${prefix}/${name}` : name, sizeBytes, isFile: type === 0 || type === 48 };
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : NaN;
}

/** Cuts a stream of chunks into pieces of any length. */
function byteReader(chunks: AsyncIterable<Uint8Array>): {
  take(length: number): Promise<Uint8Array<ArrayBuffer> | null>;
  skip(length: number): Promise<void>;
  close(): Promise<void>;
} {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  const more = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await iterator.next();
      if (next.done) return false;
      rest = next.value;
    }
    return true;
  };
  return {
    async take(length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        if (!(await more())) return null;
        const part = rest.subarray(0, length - done);
        bytes.set(part, done);
        done += part.length;
        rest = rest.subarray(part.length);
      }
      return bytes;
    },
    async skip(length) {
      for (let left = length; left > 0;) {
        if (!(await more())) return;
        const count = Math.min(left, rest.length);
        rest = rest.subarray(count);
        left -= count;
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}
