import { AppError } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { DatasetManifest, PlannedShard, ShardInfo, Split } from "./dataset.ts";
import type { DatasetDefinition } from "./definition.ts";
import { recordBytes } from "./records.ts";
import { asWritten, word, type Word } from "../core/words/index.ts";

/** Published limits of a manifest from elsewhere. */
const limits = { shards: 200, recordsPerShard: 50_000, images: 1_000_000 } as const;

/** Reads a manifest (a file of this origin, or our own database) field by field.
 *  @throws AppError "dataset-format" with the path of what is wrong */
export function parseManifest(
  value: JsonValue,
  { name: dataset, shape }: Pick<DatasetDefinition, "name" | "shape">,
): DatasetManifest {
  const fail = (path: string, expected: Word): never => {
    throw new AppError("dataset-format", word("manifest-wrong", { dataset, path, expected }), {
      path,
    });
  };
  if (!isJsonObject(value)) return fail("the file", word("an-object"));
  if (value.dataset !== dataset) return fail("dataset", asWritten(`"${dataset}"`));
  if (!Array.isArray(value.shards)) return fail("shards", word("a-list"));
  const list = value.shards as readonly JsonValue[];
  if (list.length < 1 || list.length > limits.shards)
    return fail("shards", word("a-list-of", { most: limits.shards }));
  const record = recordBytes(shape);
  const shards = list.map((item, index): ShardInfo => {
    const at = (key: string): string => `shards[${index}].${key}`;
    if (!isJsonObject(item)) return fail(`shards[${index}]`, word("an-object"));
    const { name, split, count, sizeBytes, sha256 } = item;
    if (split !== "train" && split !== "test") return fail(at("split"), word("train-or-test"));
    if (typeof name !== "string" || !/^(train|test)-\d{2,3}$/.test(name) || !name.startsWith(split))
      return fail(at("name"), word("like-this", { text: `${split}-00` }));
    if (!isCount(count) || count > limits.recordsPerShard)
      return fail(at("count"), word("one-to", { most: limits.recordsPerShard }));
    if (sizeBytes !== count * record) return fail(at("sizeBytes"), word("exactly-number", { number: count * record }));
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256))
      return fail(at("sha256"), word("hexadecimal-digits"));
    return { name, split, count, sizeBytes, sha256 };
  });
  if (new Set(shards.map(({ name }) => name)).size !== shards.length)
    return fail("shards", word("unrepeated-names"));
  if (shards.reduce((sum, { count }) => sum + count, 0) > limits.images)
    return fail("shards", word("at-most-images", { images: limits.images }));
  return { dataset, classes: shape.classes, shards };
}

const isCount = (value: JsonValue | undefined): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1;

/** For the database and for `manifest.json`. */
export function manifestToJson(manifest: DatasetManifest): JsonObject {
  return {
    dataset: manifest.dataset,
    classes: [...manifest.classes],
    shards: manifest.shards.map(({ name, split, count, sizeBytes, sha256 }) => ({
      name,
      split,
      count,
      sizeBytes,
      sha256,
    })),
  };
}

/** Images of a split. */
export function imageCount(shards: readonly PlannedShard[], split: Split): number {
  return shards.filter((one) => one.split === split).reduce((sum, { count }) => sum + count, 0);
}

/** Bytes of all shards as they are stored. */
export function shardBytes(shards: readonly PlannedShard[]): number {
  return shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Bytes of the whole data set in storage. */
export function datasetBytes({
  counts,
  shape,
}: Pick<DatasetDefinition, "counts" | "shape">): number {
  return (counts.train + counts.test) * recordBytes(shape);
}
