import { AppError } from "../../core/errors.ts";
import { word } from "../../core/words/index.ts";

/** Raw deflate, without header and checksum. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Inflates chunk by chunk and gives up as soon as the output exceeds `limitBytes`, whatever the input claims.
 *  @throws AppError "link-too-large" for more output, "link-invalid" for broken or truncated input */
export async function inflateBounded(
  bytes: Uint8Array<ArrayBuffer>,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > limitBytes)
        throw new AppError("link-too-large", word("link-unpacks-to", { bytes: limitBytes }), {
          limitBytes,
        });
      chunks.push(value);
    }
  } catch (error) {
    // The stream is broken or unwanted either way; cancelling it can only repeat that.
    reader.cancel().catch(() => undefined);
    if (error instanceof AppError) throw error;
    throw new AppError("link-invalid", word("link-not-unpacked"), {}, { cause: error });
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
