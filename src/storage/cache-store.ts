import type { JsonValue } from "../core/json.ts";
import { commit, view, type Database } from "./database.ts";

/** Things that can be measured or asked again, e.g. device reports by adapter. */
export interface CacheStore {
  get(key: string): Promise<JsonValue | null>;
  set(key: string, value: JsonValue): Promise<void>;
}

/** On the database's store of that name. */
export function createCacheStore(database: Database): CacheStore {
  return {
    get: (key) =>
      view(
        database,
        ["cache"],
        async (transaction) => (await transaction.objectStore("cache").get(key)) ?? null,
      ),
    set: (key, value) =>
      commit(database, ["cache"], "relaxed", async (transaction) => {
        await transaction.objectStore("cache").put(value, key);
      }),
  };
}
