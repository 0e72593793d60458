/** Named files of the origin. A file is there as a whole or not at all. Paths are `/`-separated names of
 *  letters, digits, `_`, `-` and `.`, none of them starting with a dot. */
export interface FileStore {
  readonly kind: "opfs" | "indexeddb" | "memory";
  /** Replaces a file of the same path. @throws AppError "storage-quota", "storage-failed" */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Null when there is no such file. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** A missing file is no error. */
  remove(path: string): Promise<void>;
  /** All files, unfinished ones excluded; sorted by path. */
  list(): Promise<FileEntry[]>;
}

/** A stored file, without its contents. */
export interface FileEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** ms since 1970 of the last write. */
  readonly savedAt: number;
}

/** @throws RangeError for a path that could leave the store or hide in it */
export function pathSegments(path: string): readonly string[] {
  const segments = path.split("/");
  if (
    path.length > 500 ||
    !segments.every((segment) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(segment))
  )
    throw new RangeError(
      `path: expected names of letters, digits, "_", "-", "." joined by "/", got ${path}`,
    );
  return segments;
}

/** Keeps files as long as the object lives: for tests. */
export function createMemoryFileStore(now: () => number): FileStore {
  const files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; savedAt: number }>();
  return {
    kind: "memory",
    async write(path, bytes) {
      pathSegments(path);
      files.set(path, { bytes: bytes.slice(), savedAt: now() });
    },
    read: async (path) => files.get(path)?.bytes.slice() ?? null,
    async remove(path) {
      files.delete(path);
    },
    list: async () =>
      [...files]
        .map(([path, file]) => ({ path, sizeBytes: file.bytes.length, savedAt: file.savedAt }))
        .sort(byPath),
  };
}

/** For `sort`; no two files have one path. */
export function byPath(a: FileEntry, b: FileEntry): number {
  return a.path < b.path ? -1 : 1;
}
