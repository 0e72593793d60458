import { commit, view, type Database } from "./database.ts";
import { byPath, pathSegments, type FileStore } from "./file-store.ts";

/** Files as blobs of the database, for browsers without an origin-private file system. */
export function createIndexedDbFileStore(database: Database, now: () => number): FileStore {
  return {
    kind: "indexeddb",
    async write(path, bytes) {
      pathSegments(path);
      await commit(database, ["files"], "relaxed", async (transaction) => {
        await transaction.objectStore("files").put({ path, bytes, savedAt: now() });
      });
    },
    read: (path) =>
      view(
        database,
        ["files"],
        async (transaction) => (await transaction.objectStore("files").get(path))?.bytes ?? null,
      ),
    remove: (path) =>
      commit(database, ["files"], "relaxed", async (transaction) => {
        await transaction.objectStore("files").delete(path);
      }),
    list: () =>
      view(database, ["files"], async (transaction) =>
        (await transaction.objectStore("files").getAll())
          .map(({ path, bytes, savedAt }) => ({ path, sizeBytes: bytes.length, savedAt }))
          .sort(byPath),
      ),
  };
}
