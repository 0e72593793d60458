import { AppError } from "../../core/errors.ts";
import { readCifarArchive } from "../cifar10/archive.ts";
import { streamChunks } from "../formats/stream.ts";
import { throwIfAborted } from "../download.ts";
import type { ShardSource } from "./source.ts";

/** The official archive that the user dropped or picked. */
export const fileSource: ShardSource = async function* ({ file, phase, signal, onFileBytes }) {
  if (!file)
    throw new AppError(
      "dataset-unavailable",
      "No file was given. Choose cifar-10-binary.tar.gz or cifar-10-python.tar.gz.",
    );
  phase("unpacking");
  async function* watched(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    for await (const chunk of streamChunks(blob.stream())) {
      throwIfAborted(signal);
      onFileBytes(chunk.length);
      yield chunk;
    }
  }
  yield* readCifarArchive(watched(file));
};
