/** Writes data sets to files.
 *
 *    npm run data -- <cifar-10-binary.tar.gz | cifar-10-python.tar.gz>   CIFAR-10 into data/cifar10, served under /data/
 *    npm run data -- <archive> --shards 1                                only the first shard of training and test images
 *    npm run data -- --shapes out/shapes10                               Shapes-10 as train.bin and test.bin
 *    npm run data -- <archive> --order                                   src/data/cifar10/order.bin, a fact that never changes
 */
import { createReadStream, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "../src/core/errors.ts";
import { readCifarArchive } from "../src/data/cifar10/archive.ts";
import { sortByDigest } from "../src/data/cifar10/canonical-order.ts";
import type { ShardInfo } from "../src/data/dataset.ts";
import {
  cifar10Manifest,
  imageCount,
  manifestToJson,
  shapes10Manifest,
  shapes10Seed,
} from "../src/data/manifests.ts";
import { recordBytes } from "../src/data/records.ts";
import { generateShapes } from "../src/data/shapes10/generate.ts";
import { verifyShard } from "../src/data/verify.ts";

const root = resolve(import.meta.dirname, "..");

async function* fileChunks(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    yield new Uint8Array(chunk as Buffer);
}

/** Writes the wanted shards and, last, the manifest: a folder with a manifest is complete. */
async function writeCifar10(archive: string, folder: string, perSplit: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const index = ({ name }: ShardInfo): number => Number(name.slice(-2));
  const shards = cifar10Manifest.shards.filter((shard) => index(shard) < perSplit);
  const wanted = new Map(shards.map((shard) => [shard.name, shard]));
  for await (const { name, bytes } of readCifarArchive(fileChunks(archive))) {
    const shard = wanted.get(name);
    if (!shard) continue;
    await verifyShard(shard, bytes);
    const path = join(folder, `${name}.bin`);
    writeFileSync(`${path}.part`, bytes);
    renameSync(`${path}.part`, path);
    wanted.delete(name);
    console.log(`${path}  ${shard.count} images  SHA-256 ${shard.sha256.slice(0, 16)}… verified`);
  }
  if (wanted.size > 0)
    throw new AppError("dataset-corrupt", `${archive} lacks ${[...wanted.keys()].join(", ")}.`);
  const manifest = { ...cifar10Manifest, shards };
  writeFileSync(
    join(folder, "manifest.json"),
    `${JSON.stringify(manifestToJson(manifest), null, 2)}\n`,
  );
  console.log(
    `${imageCount(manifest, "train")} training and ${imageCount(manifest, "test")} test images in ${folder}`,
  );
}

function writeShapes10(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const split of ["train", "test"] as const) {
    const count = imageCount(shapes10Manifest, split);
    const path = join(folder, `${split}.bin`);
    writeFileSync(path, generateShapes(shapes10Seed, split, 0, count));
    console.log(`${path}  ${count} images`);
  }
}

async function writeOrder(archive: string): Promise<void> {
  const shards = new Map<string, Uint8Array>();
  for await (const { name, bytes } of readCifarArchive(fileChunks(archive)))
    shards.set(name, bytes);
  const records = new Uint8Array(60_000 * recordBytes);
  let at = 0;
  for (const shard of cifar10Manifest.shards) {
    await verifyShard(shard, new Uint8Array(shards.get(shard.name)!));
    records.set(shards.get(shard.name)!, at);
    at += shard.sizeBytes;
  }
  const ranks = Buffer.alloc(2 * 60_000);
  (await sortByDigest(records)).forEach((record, rank) => ranks.writeUInt16LE(rank, 2 * record));
  writeFileSync(join(root, "src/data/cifar10/order.bin"), ranks);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string", default: join(root, "data/cifar10") },
      shards: { type: "string", default: "10" },
      shapes: { type: "string" },
      order: { type: "boolean", default: false },
    },
  });
  if (values.shapes !== undefined) return writeShapes10(values.shapes);
  const archive = positionals[0];
  const perSplit = Number(values.shards);
  if (archive === undefined || !Number.isInteger(perSplit) || perSplit < 1) {
    console.error(
      "npm run data -- <cifar-10-binary.tar.gz> [--shards N] [--out DIR], or --shapes DIR",
    );
    process.exitCode = 2;
    return;
  }
  return values.order ? writeOrder(archive) : writeCifar10(archive, values.out, perSplit);
}

await main().catch((thrown: unknown) => {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
