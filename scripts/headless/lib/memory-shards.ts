import type { JsonObject } from "../../../src/core/json.ts";
import type { ShardEntry } from "../../../src/storage/schema.ts";
import type { ShardStore } from "../../../src/storage/shard-store.ts";

/** Keeps shards as long as the process lives. */
export function createMemoryShardStore(): ShardStore {
  const shards = new Map<string, { entry: ShardEntry; bytes: Uint8Array<ArrayBuffer> }>();
  const manifests = new Map<string, JsonObject>();
  const key = (dataset: string, name: string): string => `${dataset}/${name}`;
  return {
    async put(entry, bytes) {
      shards.set(key(entry.dataset, entry.name), { entry, bytes });
    },
    get: async (dataset, name) => shards.get(key(dataset, name)) ?? null,
    list: async (dataset) =>
      [...shards.values()].map(({ entry }) => entry).filter((entry) => entry.dataset === dataset),
    async removeShard(dataset, name) {
      shards.delete(key(dataset, name));
    },
    async remove(dataset) {
      for (const { entry } of shards.values())
        if (entry.dataset === dataset) shards.delete(key(dataset, entry.name));
      manifests.delete(dataset);
    },
    manifest: async (dataset) => manifests.get(dataset) ?? null,
    async setManifest(dataset, manifest) {
      manifests.set(dataset, manifest);
    },
    manifests: async () => manifests,
  };
}
