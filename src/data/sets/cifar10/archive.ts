import { AppError } from "../../../core/errors.ts";
import type { ReadFiles } from "../../definition.ts";
import { gunzip } from "../../formats/gunzip.ts";
import { readTar } from "../../formats/tar.ts";
import { recordBytes } from "../../records.ts";
import { shardName } from "../../shards.ts";
import type { ShardPiece } from "../../sources/source.ts";
import { shape } from "./manifest.ts";
import { recordsFromPythonBatch } from "./python-batch.ts";
import { word } from "../../../core/words/index.ts";

const batchImages = 10_000;
const shardBytes = (batchImages / 2) * recordBytes(shape);
/** A Python batch also holds file names and pickle's own bytes. */
const maxEntryBytes = 2 * shardBytes + 2_000_000;

/** The archives among a user's files, one after the other. */
export const readCifarFiles: ReadFiles = async function* (files) {
  for (const file of files) yield* readCifarArchive(file.open());
};

/** The twelve shards out of `cifar-10-binary.tar.gz` or `cifar-10-python.tar.gz`, in the order of the archive; what
 *  kind it is shows in its file names.
 *  @throws AppError "dataset-format" */
export async function* readCifarArchive(
  archive: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ShardPiece, void, undefined> {
  let found = 0;
  for await (const entry of readTar(gunzip(archive))) {
    const match = /(?:^|\/)(?:data_batch_([1-5])|(test)_batch)(\.bin)?$/.exec(entry.name);
    if (!match) continue;
    const content = await entry.read(maxEntryBytes);
    const records = match[3] ? content : recordsFromPythonBatch(content);
    if (records.length !== 2 * shardBytes)
      throw new AppError(
        "dataset-format",
        word("entry-images", {
          entry: entry.name,
          expected: batchImages,
          images: records.length / recordBytes(shape),
        }),
        { name: entry.name },
      );
    const first = match[2] ? 0 : 2 * (Number(match[1]) - 1);
    for (const half of [0, 1])
      yield {
        name: shardName(match[2] ? "test" : "train", first + half),
        bytes: records.slice(half * shardBytes, (half + 1) * shardBytes),
      };
    found++;
  }
  if (found === 0)
    throw new AppError(
      "dataset-format",
      word("no-cifar-batches"),
    );
}
