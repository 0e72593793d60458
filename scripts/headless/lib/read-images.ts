import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { AppError } from "../../../src/core/errors.ts";
import { readCifarArchive } from "../../../src/data/cifar10/archive.ts";
import { parseRecords } from "../../../src/data/records.ts";
import type { ImageSet } from "../../../src/engine/network-engine.ts";

/** Reads training and test images from files in CIFAR-10's binary format or an official archive, which holds both.
 *  Without test files the training files must be archives: records do not say which split they belong to.
 *  @throws AppError "dataset-format", "dataset-unavailable" */
export async function readImages(
  trainFiles: readonly string[],
  testFiles: readonly string[],
): Promise<{ readonly train: ImageSet; readonly test: ImageSet }> {
  const tests = testFiles.length > 0 ? testFiles : trainFiles;
  for (const file of testFiles.length > 0 ? [] : trainFiles)
    if (!(await isGzip(file)))
      throw new AppError(
        "dataset-unavailable",
        `${file} holds training images only. Name the test images with --test, or give an official archive for both.`,
        { file },
      );
  return { train: await readSplit(trainFiles, "train"), test: await readSplit(tests, "test") };
}

async function readSplit(files: readonly string[], split: "train" | "test"): Promise<ImageSet> {
  const parts: Uint8Array[] = [];
  for (const file of files) {
    if (await isGzip(file)) parts.push(...(await shardsOf(file, split)));
    else parts.push(await readFile(file));
  }
  if (parts.length === 0)
    throw new AppError("dataset-unavailable", `No ${split} images were given.`);
  return parseRecords(Buffer.concat(parts));
}

async function shardsOf(file: string, split: "train" | "test"): Promise<readonly Uint8Array[]> {
  const shards: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  for await (const shard of readCifarArchive(chunks(file)))
    if (shard.name.startsWith(split)) shards.push(shard);
  return shards.sort((a, b) => (a.name < b.name ? -1 : 1)).map((shard) => shard.bytes);
}

async function* chunks(file: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of createReadStream(file)) yield Uint8Array.from(chunk as Buffer);
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new AppError("dataset-unavailable", `There is no file ${file}.`, { file }, { cause });
  });
  try {
    const { buffer } = await handle.read(new Uint8Array(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
