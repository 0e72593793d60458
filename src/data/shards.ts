import type { DatasetShape } from "../engine/dataset-shape.ts";
import type { PlannedShard, ShardInfo, Split } from "./dataset.ts";
import type { DatasetDefinition } from "./definition.ts";
import { recordBytes } from "./records.ts";

/** Images of a shard where nothing else is said: some megabytes, the unit of checking, storing and fetching again. */
const imagesPerShard = 5_000;

/** How a whole data set is cut where no manifest says so: its images in the order of its files, 5,000 a shard. */
export function plannedShards({
  counts,
  shape,
}: Pick<DatasetDefinition, "counts" | "shape">): readonly PlannedShard[] {
  return (["train", "test"] as const).flatMap((split) =>
    Array.from({ length: Math.ceil(counts[split] / imagesPerShard) }, (_, index) => {
      const count = Math.min(imagesPerShard, counts[split] - index * imagesPerShard);
      return planShard(split, index, count, shape);
    }),
  );
}

/** Shards of one size with their digests. */
export const listShards = (
  split: Split,
  count: number,
  shape: DatasetShape,
  digests: readonly string[],
): readonly ShardInfo[] =>
  digests.map((sha256, index) => ({ ...planShard(split, index, count, shape), sha256 }));

/** The index has two digits, so that names sort as shards do. */
export const shardName = (split: Split, index: number): string =>
  `${split}-${String(index).padStart(2, "0")}`;

const planShard = (
  split: Split,
  index: number,
  count: number,
  shape: DatasetShape,
): PlannedShard => ({
  name: shardName(split, index),
  split,
  count,
  sizeBytes: count * recordBytes(shape),
});
