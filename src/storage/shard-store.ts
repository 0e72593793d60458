import type { JsonObject } from "../core/json.ts";
import { commit, view, type Database } from "./database.ts";
import type { ShardEntry } from "./schema.ts";

/** Verified pieces of data sets. Knows bytes and names, not what they mean. */
export interface ShardStore {
  /** Entry and bytes in one transaction. @throws AppError "storage-quota", "storage-failed" */
  put(entry: ShardEntry, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Null when there is no such shard. */
  get(
    dataset: string,
    name: string,
  ): Promise<{ entry: ShardEntry; bytes: Uint8Array<ArrayBuffer> } | null>;
  /** Without bytes, sorted by name. */
  list(dataset: string): Promise<ShardEntry[]>;
  removeShard(dataset: string, name: string): Promise<void>;
  /** All shards and the manifest. */
  remove(dataset: string): Promise<void>;
  /** What the data layer wants to remember of a data set. */
  manifest(dataset: string): Promise<JsonObject | null>;
  setManifest(dataset: string, manifest: JsonObject): Promise<void>;
  manifests(): Promise<ReadonlyMap<string, JsonObject>>;
}

const datasetRange = (dataset: string): IDBKeyRange =>
  IDBKeyRange.bound([dataset, ""], [dataset, "\uffff"]);

/** A shard and its entry change in one transaction. */
export function createShardStore(database: Database): ShardStore {
  const both: ["shard-entries", "shard-bytes"] = ["shard-entries", "shard-bytes"];
  return {
    put: (entry, bytes) =>
      commit(database, both, "relaxed", async (transaction) => {
        await transaction.objectStore("shard-bytes").put(bytes, [entry.dataset, entry.name]);
        await transaction.objectStore("shard-entries").put(entry);
      }),
    get: (dataset, name) =>
      view(database, both, async (transaction) => {
        const entry = await transaction.objectStore("shard-entries").get([dataset, name]);
        const bytes = await transaction.objectStore("shard-bytes").get([dataset, name]);
        return entry && bytes ? { entry, bytes } : null;
      }),
    list: (dataset) =>
      view(database, ["shard-entries"], (transaction) =>
        transaction.objectStore("shard-entries").getAll(datasetRange(dataset)),
      ),
    removeShard: (dataset, name) =>
      commit(database, both, "relaxed", async (transaction) => {
        await transaction.objectStore("shard-entries").delete([dataset, name]);
        await transaction.objectStore("shard-bytes").delete([dataset, name]);
      }),
    remove: (dataset) =>
      commit(database, [...both, "datasets"], "relaxed", async (transaction) => {
        await transaction.objectStore("shard-entries").delete(datasetRange(dataset));
        await transaction.objectStore("shard-bytes").delete(datasetRange(dataset));
        await transaction.objectStore("datasets").delete(dataset);
      }),
    manifest: (dataset) =>
      view(
        database,
        ["datasets"],
        async (transaction) => (await transaction.objectStore("datasets").get(dataset)) ?? null,
      ),
    setManifest: (dataset, manifest) =>
      commit(database, ["datasets"], "relaxed", async (transaction) => {
        await transaction.objectStore("datasets").put(manifest, dataset);
      }),
    manifests: () =>
      view(database, ["datasets"], async (transaction) => {
        const store = transaction.objectStore("datasets");
        const keys = await store.getAllKeys();
        const values = await store.getAll();
        return new Map(keys.map((key, index) => [key, values[index]!]));
      }),
  };
}
