import { commit, view, type Database } from "../database.ts";
import { byPath, pathSegments, type FileEntry, type FileStore } from "./file-store.ts";

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
      view(database, ["files"], async (transaction) => {
        const found: FileEntry[] = [];
        // One file's bytes at a time in memory, not all of them.
        let cursor = await transaction.objectStore("files").openCursor();
        while (cursor) {
          const { path, bytes, savedAt } = cursor.value;
          found.push({ path, sizeBytes: bytes.length, savedAt });
          cursor = await cursor.continue();
        }
        return found.sort(byPath);
      }),
  };
}
