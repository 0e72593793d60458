import { AppError } from "../../core/errors.ts";
import { type Word } from "../../core/words/index.ts";

/** A stream as an async iterable; Safari's streams are none themselves. */
export async function* streamChunks<T>(
  stream: ReadableStream<T>,
): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

/** What comes out of a pair of streams that chunks are written to, pulled by the consumer: nothing piles up.
 *  @param problem what is said of what the pair throws, as AppError "dataset-format"; an error of `chunks` passes through as it is */
export async function* throughStreams<T>(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  pair: ReadableWritablePair<T, Uint8Array<ArrayBuffer>>,
  problem: Word,
): AsyncGenerator<T, void, undefined> {
  const writer = pair.writable.getWriter();
  let sourceError: unknown = null;
  const feeding = (async () => {
    try {
      for await (const chunk of chunks) {
        await writer.ready;
        await writer.write(chunk);
      }
      await writer.close();
    } catch (thrown) {
      sourceError ??= thrown;
      await writer.abort(thrown).catch(() => undefined);
    }
  })();
  try {
    yield* streamChunks(pair.readable);
  } catch (thrown) {
    await feeding;
    if (sourceError instanceof AppError) throw sourceError;
    throw new AppError("dataset-format", problem, {}, { cause: thrown });
  } finally {
    // Ends the feeding loop as well when the consumer stops early.
    await writer.abort().catch(() => undefined);
    await feeding;
  }
}
