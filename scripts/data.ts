/** Writes data sets to files.
 *
 *    npm run data -- FILES…                        a data set's official files into data/NAME, served under /data/
 *    npm run data -- --dataset NAME FILES…         the same where several sets have files that look alike
 *    npm run data -- FILES… --shards 1             only the first shard of training and test images
 *    npm run data -- --shapes out/shapes10         the drawn data set as train.bin and test.bin
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readArguments } from "./command-line.ts";
import { AppError } from "../src/core/errors.ts";
import type { ShardInfo } from "../src/data/dataset.ts";
import type { DatasetDefinition } from "../src/data/definition.ts";
import { imageCount, manifestToJson } from "../src/data/manifests.ts";
import { recogniseFiles } from "../src/data/recognise.ts";
import { allDatasets, datasetOf } from "../src/data/sets/registry.ts";
import { plannedShards } from "../src/data/shards.ts";
import { choicesInWords } from "../src/data/sources/file.ts";
import type { DataFile } from "../src/data/sources/source.ts";
import { verifyShard } from "../src/data/verify.ts";
import { pathFile } from "./headless/lib/path-file.ts";
import { asWritten } from "../src/core/words/index.ts";

const root = resolve(import.meta.dirname, "..");

const usage = `npm run data -- [--dataset NAME] FILES… [--shards N] [--out DIR], or --shapes DIR
${allDatasets()
  .flatMap(({ name, files }) => (files ? [`  ${name}: ${choicesInWords(files)}`] : []))
  .join("\n")}`;

interface Given {
  readonly definition: DatasetDefinition;
  readonly files: readonly DataFile[];
}

/** @throws AppError "dataset-unknown", or "dataset-format" for files that no set knows */
async function findSet(name: string | undefined, paths: readonly string[]): Promise<Given> {
  const files = paths.map(pathFile);
  if (name !== undefined) return { definition: datasetOf(name), files };
  const found = await recogniseFiles(files);
  if (found) return found;
  throw new AppError(
    "dataset-format",
    asWritten(`These are no files of a data set known here.\n${usage}`),
  );
}

/** Writes the wanted shards and, last, the manifest: a folder with a manifest is complete. */
async function writeShards(
  { definition, files }: Given,
  folder: string,
  perSplit: number,
): Promise<void> {
  const { name: dataset, shape, manifest } = definition;
  if (!definition.files)
    throw new AppError("dataset-unavailable", asWritten(`${dataset} does not come as files.`), {
      dataset,
    });
  mkdirSync(folder, { recursive: true });
  const index = ({ name }: { name: string }): number => Number(name.slice(-2));
  const all = (manifest?.shards ?? plannedShards(definition)).filter(
    (shard) => index(shard) < perSplit,
  );
  const wanted = new Map(all.map((shard) => [shard.name, shard]));
  const written = new Map<string, ShardInfo>();
  const read = await definition.files.load();
  for await (const { name, bytes } of read(files, definition)) {
    if (!wanted.has(name)) continue;
    const shard = await verifyShard(wanted.get(name)!, bytes, shape);
    const path = join(folder, `${name}.bin`);
    writeFileSync(`${path}.part`, bytes);
    renameSync(`${path}.part`, path);
    wanted.delete(name);
    written.set(name, shard);
    const said = manifest ? "verified" : "remembered";
    console.log(`${path}  ${shard.count} images  SHA-256 ${shard.sha256.slice(0, 16)}… ${said}`);
  }
  if (wanted.size > 0)
    throw new AppError(
      "dataset-corrupt",
      asWritten(
        `${files.map(({ name }) => name).join(", ")} lacks ${[...wanted.keys()].join(", ")}.`,
      ),
    );
  const shards = all.map(({ name }) => written.get(name)!);
  const whole = { dataset, classes: shape.classes, shards };
  writeFileSync(
    join(folder, "manifest.json"),
    `${JSON.stringify(manifestToJson(whole), null, 2)}\n`,
  );
  console.log(
    `${imageCount(shards, "train")} training and ${imageCount(shards, "test")} test images in ${folder}`,
  );
}

async function writeDrawn(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { generated, counts } = allDatasets().find((one) => one.generated)!;
  const draw = await generated!.load();
  for (const split of ["train", "test"] as const) {
    const path = join(folder, `${split}.bin`);
    writeFileSync(path, draw(split, 0, counts[split]));
    console.log(`${path}  ${counts[split]} images`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: {
      dataset: { type: "string" },
      out: { type: "string" },
      shards: { type: "string", default: "200" },
      shapes: { type: "string" },
    },
  });
  if (values.shapes !== undefined) return writeDrawn(values.shapes);
  const perSplit = Number(values.shards);
  if (positionals.length === 0 || !Number.isInteger(perSplit) || perSplit < 1) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const given = await findSet(values.dataset, positionals);
  const folder = values.out ?? join(root, "data", given.definition.name);
  return writeShards(given, folder, perSplit);
}

await main().catch((thrown: unknown) => {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
