import { toErrorRecord } from "../../core/errors.ts";
import { toStorageError } from "../database.ts";
import { byPath, pathSegments, type FileEntry, type FileStore } from "./file-store.ts";
import { word } from "../../core/words/index.ts";

/** A name that is still being written: `pathSegments` allows no such name. */
const unfinishedPrefix = ".unfinished-";

/** Not yet in TypeScript's DOM library. */
interface Movable {
  move?: (name: string) => Promise<void>;
}

/** Files in the origin-private file system. */
export interface OpfsFiles {
  readonly files: FileStore;
  /** The same in a page and in its workers. */
  readonly writable: boolean;
}

/** Null where the browser has no such file system, or keeps it from this page as in many private windows. */
export async function openOpfsFileStore(): Promise<OpfsFiles | null> {
  let files: FileStore;
  try {
    const root = await navigator.storage.getDirectory();
    files = createOpfsFileStore(await root.getDirectoryHandle("tabtune", { create: true }));
  } catch {
    // The caller keeps files in IndexedDB.
    return null;
  }
  return { files, writable: await canWrite(files) };
}

async function canWrite(files: FileStore): Promise<boolean> {
  // Safari before 26 writes in workers alone, and the page would look for their files elsewhere.
  if (!("createWritable" in FileSystemFileHandle.prototype)) return false;
  // Nobody else's name: a file that another tab or worker is writing cannot be replaced.
  const probe = `probe-${crypto.randomUUID()}`;
  try {
    await files.write(probe, new Uint8Array([1]));
    await files.remove(probe);
    return true;
  } catch (thrown) {
    // Another store would have no more space, and what is kept here would be missed there.
    return toErrorRecord(thrown).code === "storage-quota";
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
      const name = nameOf(path);
      try {
        await replace(await folderOf(path, true), name, bytes);
      } catch (thrown) {
        throw toStorageError(thrown, word("write-file", { path }));
      }
    },
    async read(path) {
      const name = nameOf(path);
      try {
        const file = await (await (await folderOf(path, false)).getFileHandle(name)).getFile();
        return new Uint8Array(await file.arrayBuffer());
      } catch (thrown) {
        if (isMissing(thrown)) return null;
        throw toStorageError(thrown, word("read-file", { path }));
      }
    },
    async remove(path) {
      const name = nameOf(path);
      try {
        await (await folderOf(path, false)).removeEntry(name);
      } catch (thrown) {
        if (!isMissing(thrown)) throw toStorageError(thrown, word("delete-file", { path }));
      }
    },
    async list() {
      try {
        return (await walk(root, "")).sort(byPath);
      } catch (thrown) {
        throw toStorageError(thrown, word("list-files"));
      }
    },
  };
}

/** Under a name that is no file's until the bytes are there. */
async function replace(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const temporary = unfinishedPrefix + name;
  const options = { create: true };
  try {
    const file: FileSystemFileHandle & Movable = await folder.getFileHandle(temporary, options);
    await fill(file, bytes);
    if (file.move) return await file.move(name);
    // Without move the digest in the journal is what tells a torn file from a whole one.
    await fill(await folder.getFileHandle(name, options), bytes);
    await folder.removeEntry(temporary);
  } catch (thrown) {
    // On a full disk nothing that is of no use stays behind.
    await folder.removeEntry(temporary).catch(() => undefined);
    throw thrown;
  }
}

async function fill(file: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const stream = await file.createWritable();
  await stream.write(bytes);
  await stream.close();
}

async function walk(folder: FileSystemDirectoryHandle, prefix: string): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (name.startsWith(unfinishedPrefix)) continue;
    const path = prefix + name;
    if (handle.kind === "directory")
      found.push(...(await walk(handle as FileSystemDirectoryHandle, `${path}/`)));
    else {
      const file = await (handle as FileSystemFileHandle).getFile().catch((thrown: unknown) => {
        if (isMissing(thrown)) return null;
        throw thrown;
      });
      // Gone since its name was read: another tab or worker has deleted or replaced it.
      if (file) found.push({ path, sizeBytes: file.size, savedAt: file.lastModified });
    }
  }
  return found;
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "NotFoundError";
}
