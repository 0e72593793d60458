import { commit, view, type Database } from "./database.ts";
import type { DownloadEntry } from "./schema.ts";

/** Received parts of unfinished downloads, so that a closed tab loses at most one chunk. */
export interface DownloadStore {
  get(url: string): Promise<DownloadEntry | null>;
  list(): Promise<DownloadEntry[]>;
  /** Appends a chunk and replaces the entry, in one transaction. @throws AppError "storage-quota" */
  append(entry: DownloadEntry, chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  chunk(url: string, index: number): Promise<Uint8Array<ArrayBuffer> | null>;
  remove(url: string): Promise<void>;
}

/** A download and its pieces change in one transaction. */
export function createDownloadStore(database: Database): DownloadStore {
  const both: ["downloads", "download-chunks"] = ["downloads", "download-chunks"];
  return {
    get: (url) =>
      view(
        database,
        ["downloads"],
        async (transaction) => (await transaction.objectStore("downloads").get(url)) ?? null,
      ),
    list: () =>
      view(database, ["downloads"], (transaction) => transaction.objectStore("downloads").getAll()),
    append: (entry, chunk) =>
      commit(database, both, "relaxed", async (transaction) => {
        await transaction.objectStore("download-chunks").put(chunk, [entry.url, entry.chunks - 1]);
        await transaction.objectStore("downloads").put(entry);
      }),
    chunk: (url, index) =>
      view(
        database,
        ["download-chunks"],
        async (transaction) =>
          (await transaction.objectStore("download-chunks").get([url, index])) ?? null,
      ),
    remove: (url) =>
      commit(database, both, "relaxed", async (transaction) => {
        await transaction
          .objectStore("download-chunks")
          .delete(IDBKeyRange.bound([url, 0], [url, Infinity]));
        await transaction.objectStore("downloads").delete(url);
      }),
  };
}
