import { AppError } from "../../../src/core/errors.ts";
import type { Split } from "../../../src/data/dataset.ts";
import type { DatasetDefinition } from "../../../src/data/definition.ts";
import { gunzip, readAll } from "../../../src/data/formats/gunzip.ts";
import { isOfficial } from "../../../src/data/recognise.ts";
import { parseRecords } from "../../../src/data/records.ts";
import type { DataFile, ShardPiece } from "../../../src/data/sources/source.ts";
import type { ImageSet } from "../../../src/engine/network-engine.ts";
import { pathFile } from "./path-file.ts";
import { asWritten } from "../../../src/core/words/index.ts";

/** Larger files are no records that a trial in memory could train on. */
const mostBytes = 2 ** 31 - 1;

/** Reads training and test images from a data set's official files, which hold both, or from files of bare records (a label
 *  byte, then the image's planes). Without test files the training files must be official: records do not say which split
 *  they belong to.
 *  @throws AppError "dataset-format", "dataset-unavailable" */
export async function readImages(
  definition: DatasetDefinition,
  trainFiles: readonly string[],
  testFiles: readonly string[],
): Promise<{ readonly train: ImageSet; readonly test: ImageSet }> {
  const paths = [...new Set([...trainFiles, ...testFiles])];
  const files = paths.map(pathFile);
  const official = new Set<string>();
  for (const file of files) if (await isOfficial(definition, file)) official.add(file.path);
  if (testFiles.length === 0)
    for (const file of trainFiles)
      if (!official.has(file))
        throw new AppError(
          "dataset-unavailable",
          asWritten(
            `${file} holds training images only. Name the test images with --test, or give the official files for both.`,
          ),
          { file },
        );
  const shards = await shardsOf(
    definition,
    files.filter(({ path }) => official.has(path)),
  );
  const split = async (names: readonly string[], which: Split): Promise<ImageSet> => {
    const parts: Uint8Array[] = names.some((name) => official.has(name))
      ? shards.filter(({ name }) => name.startsWith(which)).map(({ bytes }) => bytes)
      : [];
    for (const name of names)
      if (!official.has(name)) parts.push(await readAll(gunzip(pathFile(name).open()), mostBytes));
    if (parts.length === 0)
      throw new AppError("dataset-unavailable", asWritten(`No ${which} images were given.`));
    return parseRecords(Buffer.concat(parts), definition.shape);
  };
  const tests = testFiles.length > 0 ? testFiles : trainFiles;
  return { train: await split(trainFiles, "train"), test: await split(tests, "test") };
}

async function shardsOf(
  definition: DatasetDefinition,
  files: readonly DataFile[],
): Promise<readonly ShardPiece[]> {
  if (files.length === 0 || !definition.files) return [];
  const read = await definition.files.load();
  const shards: ShardPiece[] = [];
  for await (const shard of read(files, definition)) shards.push(shard);
  return shards.sort((a, b) => (a.name < b.name ? -1 : 1));
}
