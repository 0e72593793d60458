import type { DatasetName } from "../core/config/types.ts";
import { AppError } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { DatasetManifest, ShardInfo } from "./dataset.ts";
import { recordBytes } from "./records.ts";
import { shapeClasses } from "./shapes10/outlines.ts";

const shard = (split: "train" | "test", index: number, count: number, sha256: string): ShardInfo => ({
  name: `${split}-${String(index).padStart(2, "0")}`,
  split,
  count,
  sizeBytes: count * recordBytes,
  sha256,
});

/** CIFAR-10 in the official order of its binary batches, 5,000 images a shard. The digests were computed from the
 *  official images and are the same whatever archive or host they come from.
 *  @see Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009 */
export const cifar10Manifest: DatasetManifest = {
  dataset: "cifar10",
  classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  shards: [
    ...[
      "25c919756e77f926c2ce5d52f3af2a33de8d75ff7868e4fcd0fa499745217b8d",
      "3afb35b17ade57ba9a69059305c2de755a9beece5464f60adc89c09f4a386127",
      "7464b8455baadbdd3f85ee9096fc62be270ed1f07622c6cc4373b42521d14121",
      "3be5600978c5938f3a41a8749776e63ae280b56e8aaa09a8f4ac52ece2fbd646",
      "cc79bac0609b4cd4b1dc11fca6ff6691e7e759ba8433de5ff5a7b16109c2075c",
      "2733970aa30776c72c577f23f1ffedaac7fe8b4c9aeafdc8835f674a8482bc1a",
      "928757eb4ab2409500cf81ec4920913011652c9be7355fc5cf973222f2f1e32b",
      "bf03ed063e396ade4bf2448572464aece474537ef1890b2b05e0a9186d1a999f",
      "72fc5b42e157cb43aa7cb27538c939f177a32c1f7724c4260548c9dbd5aec049",
      "1059f45d9f82362b72e0bb52efc8581009201d48e894010175e76b86b352a240",
    ].map((sha256, index) => shard("train", index, 5000, sha256)),
    ...[
      "81bf0a9715c416403470647beac07e40417e39f3a92de01ec527fbc786ad796a",
      "aa72ca68050e58d0432d96409be700b53c5c6cd390e13ef494678c247b828df7",
    ].map((sha256, index) => shard("test", index, 5000, sha256)),
  ],
};

/** Shapes-10 as generated from seed 1, 1,000 images a shard. */
export const shapes10Manifest: DatasetManifest = {
  dataset: "shapes10",
  classes: shapeClasses,
  shards: [
    ...[
      "d122c6b609138692da4c4c70cf21b2a308e234bd90c193c6001e2dd3d34465ac",
      "f7e9b0ebbc1e98df704b4e256777bb93ce0ce61e59e634def72c789b78d50f2a",
      "17fcacfddd581cebe72e7ec86ae27660fd8d3c0337128db268c7170a840ff0e7",
      "9e65fa0cfbac3c78226534b4b0b5965338edf3e40df060911f457396f7e19012",
      "c58dcc9a7d862b188d3fc1b4a9c154040a832ab5c77362d07076920b2fc59aba",
      "c8d1736cdb275c83db610195b0de5a4c8ae69ee656ab3bab3465d6d202afbd31",
    ].map((sha256, index) => shard("train", index, 1000, sha256)),
    ...[
      "422eff1e17d8b077ff058f2d26c43bb14f1a76126ab0b57f7c555f330752f8e3",
      "4aface143f7fb6fd4d12adfe2df75863b9ddd3221502e93da674c72a2ff90bec",
    ].map((sha256, index) => shard("test", index, 1000, sha256)),
  ],
};
export const shapes10Seed = 1;

export const manifests: { readonly [Name in DatasetName]: DatasetManifest } = {
  cifar10: cifar10Manifest,
  shapes10: shapes10Manifest,
};

/** Published limits of a manifest from elsewhere. */
const limits = { shards: 200, recordsPerShard: 50_000, images: 1_000_000 } as const;

/** Reads a manifest (a file of this origin, or our own database) field by field.
 *  @throws AppError "dataset-format" with the path of what is wrong */
export function parseManifest(value: JsonValue, dataset: DatasetName): DatasetManifest {
  const fail = (path: string, expected: string): never => {
    throw new AppError("dataset-format", `Manifest of ${dataset}: ${path} should be ${expected}.`, {
      path,
    });
  };
  if (!isJsonObject(value)) return fail("the file", "an object");
  if (value.dataset !== dataset) return fail("dataset", `"${dataset}"`);
  if (!Array.isArray(value.shards)) return fail("shards", "a list");
  const list = value.shards as readonly JsonValue[];
  if (list.length < 1 || list.length > limits.shards)
    return fail("shards", `a list of 1 to ${limits.shards}`);
  const shards = list.map((item, index): ShardInfo => {
    const at = (key: string): string => `shards[${index}].${key}`;
    if (!isJsonObject(item)) return fail(`shards[${index}]`, "an object");
    const { name, split, count, sizeBytes, sha256 } = item;
    if (split !== "train" && split !== "test") return fail(at("split"), `"train" or "test"`);
    if (typeof name !== "string" || !/^(train|test)-\d{2,3}$/.test(name) || !name.startsWith(split))
      return fail(at("name"), `like "${split}-00"`);
    if (!isCount(count) || count > limits.recordsPerShard)
      return fail(at("count"), `1 to ${limits.recordsPerShard}`);
    if (sizeBytes !== count * recordBytes) return fail(at("sizeBytes"), `${count * recordBytes}`);
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256))
      return fail(at("sha256"), "64 hexadecimal digits");
    return { name, split, count, sizeBytes, sha256 };
  });
  if (new Set(shards.map(({ name }) => name)).size !== shards.length)
    return fail("shards", "free of repeated names");
  if (shards.reduce((sum, { count }) => sum + count, 0) > limits.images)
    return fail("shards", `at most ${limits.images} images`);
  return { dataset, classes: manifests[dataset].classes, shards };
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

export function imageCount(manifest: DatasetManifest, split: "train" | "test"): number {
  return manifest.shards
    .filter((one) => one.split === split)
    .reduce((sum, { count }) => sum + count, 0);
}

export function manifestBytes(manifest: DatasetManifest): number {
  return manifest.shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
