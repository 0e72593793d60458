import { AppError } from "../../core/errors.ts";
import { idxDimensions } from "../sources/file-heads.ts";
import type { DataFile } from "../sources/source.ts";
import { gunzip, readAll } from "./gunzip.ts";
import { namingFile } from "./naming.ts";
import { word } from "../../core/words/index.ts";

/** What an idx file of unsigned bytes holds. */
export interface IdxBytes {
  readonly dimensions: readonly number[];
  /** As many bytes as the product of the dimensions, the last one fastest. */
  readonly data: Uint8Array;
}

/** Reads an idx file of unsigned bytes, compressed by gzip or not.
 *  @param maxBytes of its content
 *  @throws AppError "dataset-format" naming the file
 *  @see http://yann.lecun.com/exdb/mnist */
export async function readIdx({ name, open }: DataFile, maxBytes: number): Promise<IdxBytes> {
  const bytes = await namingFile(name, () => readAll(gunzip(open()), maxBytes + 4 * 256));
  const dimensions = idxDimensions(bytes);
  if (!dimensions)
    throw new AppError(
      "dataset-format",
      word("no-idx-file", { file: name }),
      { file: name },
    );
  const data = bytes.subarray(4 + 4 * dimensions.length);
  const expected = dimensions.reduce((product, size) => product * size, 1);
  if (data.length !== expected)
    throw new AppError(
      "dataset-format",
      word("idx-length", { file: name, expected, bytes: data.length }),
      { file: name },
    );
  return { dimensions, data };
}
