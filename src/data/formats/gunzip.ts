import { AppError } from "../../core/errors.ts";
import { throughStreams } from "./stream.ts";
import { word } from "../../core/words/index.ts";

/** Inflates gzip on the way through; bytes without gzip's two magic bytes pass unchanged, for servers that unpack.
 *  @throws AppError "dataset-format" when the compressed stream is damaged or ends early */
export async function* gunzip(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw new AppError("dataset-format", word("empty-file"));
  const whole = chain(first.value, iterator);
  if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* inflate(whole, "gzip");
  else yield* whole;
}

/** Runs chunks through the browser's own decompressor, pulled by the consumer.
 *  @throws AppError "dataset-format"; an error of `chunks` passes through as it is */
export const inflate = (
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  format: "gzip" | "deflate",
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> =>
  throughStreams(
    chunks,
    new DecompressionStream(format) as ReadableWritablePair<Uint8Array<ArrayBuffer>>,
    word("damaged-gzip"),
  );

async function* chain(
  first: Uint8Array<ArrayBuffer>,
  rest: AsyncIterator<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  try {
    yield first;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** All of a stream as one array. @throws AppError "dataset-format" above `maxBytes` */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes)
      throw new AppError("dataset-format", word("more-bytes", { bytes: maxBytes }), { maxBytes });
    parts.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let done = 0;
  for (const part of parts) {
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}
