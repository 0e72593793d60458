import type { NamedBlob } from "../dataset.ts";
import { streamChunks } from "../formats/stream.ts";
import type { DataFile } from "./source.ts";

/** A file of the user's own to read from. */
export const blobFile = ({ name, blob }: NamedBlob): DataFile => ({
  name,
  open: () => streamChunks(blob.stream()),
});
