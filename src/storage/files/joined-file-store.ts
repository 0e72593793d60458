import { byPath, type FileStore } from "./file-store.ts";

/** Writes to one store and finds what lies in either: an earlier version of the page, or of the browser, may have kept files
 *  in the other. A file that lies in both is the first store's. */
export function joinFileStores(files: FileStore, other: FileStore): FileStore {
  return {
    kind: files.kind,
    async write(path, bytes) {
      await files.write(path, bytes);
      // What stays there is never read again.
      await other.remove(path).catch(() => undefined);
    },
    read: async (path) => (await files.read(path)) ?? (await other.read(path)),
    async remove(path) {
      await files.remove(path);
      await other.remove(path);
    },
    async list() {
      const found = new Map((await other.list()).map((file) => [file.path, file]));
      for (const file of await files.list()) found.set(file.path, file);
      return [...found.values()].sort(byPath);
    },
  };
}
