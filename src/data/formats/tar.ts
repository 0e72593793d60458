import { AppError } from "../../core/errors.ts";
import { streamChunks, throughStreams } from "./stream.ts";
import { word } from "../../core/words/index.ts";

/** A file in a tar archive; `read` must be called, or the entry is skipped, before the next one is asked for. */
export interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** @throws AppError "dataset-format" above `maxBytes` or when the archive ends in the middle */
  read(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
}

const damaged = word("no-archive");

/** Walks through a tar archive (ustar, GNU, pax) as it arrives, holding one file at most and a megabyte of what follows.
 *  @throws AppError "dataset-format" for anything that is no whole tar archive; an error of `chunks` as it is */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<TarEntry, void, undefined> {
  const { createTarDecoder } = await import("modern-tar");
  // Without `strict` it makes something of whatever it gets.
  const entries = throughStreams(chunks, createTarDecoder({ strict: true }), damaged);
  for await (const { header, body } of entries) {
    const { name, size: sizeBytes } = header;
    if (header.type === "file")
      yield { name, sizeBytes, read: (maxBytes) => readBody(name, sizeBytes, maxBytes, body) };
    if (!body.locked) await drain(body);
  }
}

/** Not cancelled: modern-tar 0.8.6 then takes what it hands out meanwhile, the next file, for the cancelled one. */
async function drain(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  // What is wrong with it is told by the entry after it.
  while (!(await reader.read().catch(() => ({ done: true }))).done);
}

async function readBody(
  name: string,
  sizeBytes: number,
  maxBytes: number,
  body: ReadableStream<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (sizeBytes > maxBytes)
    throw new AppError(
      "dataset-format",
      word("entry-too-large", { entry: name, bytes: sizeBytes, most: maxBytes }),
      { name, sizeBytes, maxBytes },
    );
  const bytes = new Uint8Array(sizeBytes);
  let done = 0;
  try {
    for await (const part of streamChunks(body)) {
      bytes.set(part, done);
      done += part.length;
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("dataset-format", damaged, { name }, { cause: thrown });
  }
  return bytes;
}
