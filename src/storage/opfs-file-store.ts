import { toStorageError } from "./database.ts";
import { byPath, pathSegments, type FileEntry, type FileStore } from "./file-store.ts";

/** A name that is still being written: `pathSegments` allows no such name. */
const unfinishedPrefix = ".unfinished-";

/** Not yet in TypeScript's DOM library. */
interface Movable {
  move?: (name: string) => Promise<void>;
}

/** Files in the origin-private file system, or null where the browser has none that can be written here. */
export async function openOpfsFileStore(): Promise<FileStore | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("tabtune", { create: true });
    const store = createOpfsFileStore(folder);
    // Some browsers show the interface but refuse to write (private windows, old Safari pages).
    await store.write("probe", new Uint8Array([1]));
    await store.remove("probe");
    return store;
  } catch {
    // The caller keeps files in IndexedDB instead; a full disk shows itself there as well.
    return null;
  }
}

function createOpfsFileStore(root: FileSystemDirectoryHandle): FileStore {
  const folderOf = async (path: string, create: boolean): Promise<FileSystemDirectoryHandle> => {
    let folder = root;
    for (const name of pathSegments(path).slice(0, -1))
      folder = await folder.getDirectoryHandle(name, { create });
    return folder;
  };
  const nameOf = (path: string): string => pathSegments(path).at(-1)!;

  return {
    kind: "opfs",
    async write(path, bytes) {
      try {
        const [folder, name] = [await folderOf(path, true), nameOf(path)];
        const temporary = unfinishedPrefix + name;
        const file: FileSystemFileHandle & Movable = await folder.getFileHandle(temporary, {
          create: true,
        });
        await fill(file, bytes);
        if (file.move) {
          await file.move(name);
          return;
        }
        // Without move the digest in the journal is what tells a torn file from a whole one.
        await fill(await folder.getFileHandle(name, { create: true }), bytes);
        await folder.removeEntry(temporary);
      } catch (thrown) {
        throw toStorageError(thrown, `write the file ${path}`);
      }
    },
    async read(path) {
      try {
        const file = await (
          await (await folderOf(path, false)).getFileHandle(nameOf(path))
        ).getFile();
        return new Uint8Array(await file.arrayBuffer());
      } catch (thrown) {
        if (isMissing(thrown)) return null;
        throw toStorageError(thrown, `read the file ${path}`);
      }
    },
    async remove(path) {
      try {
        await (await folderOf(path, false)).removeEntry(nameOf(path));
      } catch (thrown) {
        if (!isMissing(thrown)) throw toStorageError(thrown, `delete the file ${path}`);
      }
    },
    async list() {
      try {
        return (await walk(root, "")).sort(byPath);
      } catch (thrown) {
        throw toStorageError(thrown, "list the files");
      }
    },
  };
}

async function fill(file: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if ("createWritable" in file) {
    const stream = await file.createWritable();
    await stream.write(bytes);
    await stream.close();
    return;
  }
  // Safari before 26: only workers can write.
  const access = await (file as FileSystemFileHandle & SyncAccess).createSyncAccessHandle();
  try {
    access.truncate(0);
    access.write(bytes, { at: 0 });
    access.flush();
  } finally {
    access.close();
  }
}

/** Only in dedicated workers, therefore not in TypeScript's DOM library. */
interface SyncAccess {
  createSyncAccessHandle(): Promise<{
    truncate(size: number): void;
    write(bytes: Uint8Array, options: { at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

async function walk(folder: FileSystemDirectoryHandle, prefix: string): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (name.startsWith(unfinishedPrefix)) continue;
    const path = prefix + name;
    if (handle.kind === "directory")
      found.push(...(await walk(handle as FileSystemDirectoryHandle, `${path}/`)));
    else {
      const file = await (handle as FileSystemFileHandle).getFile();
      found.push({ path, sizeBytes: file.size, savedAt: file.lastModified });
    }
  }
  return found;
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "NotFoundError";
}
