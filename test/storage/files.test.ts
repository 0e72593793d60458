import "fake-indexeddb/auto";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  collectGarbage,
  loadCheckpoint,
  openFileStore,
  saveCheckpoint,
} from "../../src/storage/files/checkpoint-files.ts";
import { openDatabase } from "../../src/storage/database.ts";
import {
  createMemoryFileStore,
  pathSegments,
  type FileStore,
} from "../../src/storage/files/file-store.ts";
import { createIndexedDbFileStore } from "../../src/storage/files/indexeddb-file-store.ts";
import { createMemoryExperimentStore } from "../../src/storage/experiments/memory-experiment-store.ts";
import { created } from "./events.ts";
import { FakeFile, FakeFolder } from "./fake-opfs.ts";

let databases = 0;
/** @param FileHandle its prototype tells what this browser can do */
function stubOpfs(root: FakeFolder, FileHandle: unknown = FakeFile): void {
  vi.stubGlobal("FileSystemFileHandle", FileHandle);
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => root } });
}
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
const stores: readonly [string, () => Promise<FileStore>][] = [
  ["memory", async () => createMemoryFileStore(() => 5)],
  [
    "IndexedDB",
    async () =>
      createIndexedDbFileStore(await openDatabase({ name: `files-${databases++}` }), () => 5),
  ],
  [
    "the private file system joined with IndexedDB",
    async () => {
      stubOpfs(new FakeFolder());
      return openFileStore(await openDatabase({ name: `files-${databases++}` }));
    },
  ],
];
afterEach(() => void vi.unstubAllGlobals());

describe.each(stores)("files in %s", (_name, open) => {
  test("are read as they were written, replaced, listed and deleted", async () => {
    const files = await open();
    expect(await files.list()).toEqual([]);
    expect(await files.read("a/b")).toBeNull();
    await files.write("a/b", bytes(1, 2, 3));
    await files.write("a/c.bin", bytes());
    expect(await files.read("a/b")).toEqual(bytes(1, 2, 3));
    await files.write("a/b", bytes(9));
    expect(await files.list()).toEqual([
      { path: "a/b", sizeBytes: 1, savedAt: 5 },
      { path: "a/c.bin", sizeBytes: 0, savedAt: 5 },
    ]);
    await files.remove("a/b");
    await files.remove("a/b");
    expect(await files.read("a/b")).toBeNull();
    expect(await files.read("a/c.bin")).toEqual(bytes());
  });
  test("refuse paths that could leave the store", async () => {
    const files = await open();
    for (const path of [
      "",
      "/a",
      "a//b",
      "../a",
      "a/..",
      ".hidden",
      "a b",
      "a\\b",
      "x".repeat(501),
    ])
      await expect(files.write(path, bytes(1))).rejects.toThrow(RangeError);
  });
  test("are copies of what was given", async () => {
    const files = await open();
    const given = bytes(1, 2);
    await files.write("a", given);
    given[0] = 7;
    expect(await files.read("a")).toEqual(bytes(1, 2));
  });
});

test("where the browser has no file system, files go to the database", async () => {
  const files = await openFileStore(await openDatabase({ name: "fallback" }));
  expect(files.kind).toBe("indexeddb");
});

test("a full disk moves no files to the database, and leaves no unfinished ones", async () => {
  const root = new FakeFolder();
  stubOpfs(root);
  const database = await openDatabase({ name: "full" });
  await (await openFileStore(database)).write("a/b", bytes(1));
  try {
    FakeFile.full = new DOMException("full", "QuotaExceededError");
    const files = await openFileStore(database);
    expect(files.kind).toBe("opfs");
    await expect(files.write("a/c", bytes(2))).rejects.toMatchObject({ code: "storage-quota" });
    expect(await files.read("a/b")).toEqual(bytes(1));
  } finally {
    FakeFile.full = null;
  }
  const folder = await root.getDirectoryHandle("tabtune", { create: false });
  expect([...folder.children.keys()]).toEqual(["a"]);
  expect([...(folder.children.get("a") as FakeFolder).children.keys()]).toEqual(["b"]);
});

test("where only workers could write to the file system, page and workers use the database and find what was written before", async () => {
  const root = new FakeFolder();
  stubOpfs(root);
  const database = await openDatabase({ name: "safari" });
  // What workers of an earlier version of the page kept.
  const former = await openFileStore(await openDatabase({ name: "another" }));
  await former.write("checkpoints/x", bytes(1));
  await former.write("checkpoints/y", bytes(2));
  stubOpfs(root, class {});
  const files = await openFileStore(database);
  expect(files.kind).toBe("indexeddb");
  expect(await files.read("checkpoints/x")).toEqual(bytes(1));
  await files.write("checkpoints/x", bytes(3, 3));
  await files.remove("checkpoints/y");
  expect(await files.read("checkpoints/x")).toEqual(bytes(3, 3));
  expect(await files.list()).toMatchObject([{ path: "checkpoints/x", sizeBytes: 2 }]);
  expect(await former.list()).toEqual([]);
});

test("files that lie in the database for a reason that is over are found, replaced and deleted", async () => {
  const database = await openDatabase({ name: "fallen-back" });
  const former = createIndexedDbFileStore(database, () => 5);
  await former.write("journals/a", bytes(1));
  await former.write("checkpoints/x", bytes(2));
  stubOpfs(new FakeFolder());
  const files = await openFileStore(database);
  expect(files.kind).toBe("opfs");
  expect(await files.read("journals/a")).toEqual(bytes(1));
  await files.write("journals/a", bytes(1, 1));
  expect((await files.list()).map(({ path }) => path)).toEqual(["checkpoints/x", "journals/a"]);
  await files.remove("checkpoints/x");
  expect(await former.list()).toEqual([]);
});

test("a file that goes while the files are listed is left out", async () => {
  const root = new FakeFolder();
  stubOpfs(root);
  const files = await openFileStore(await openDatabase({ name: "going" }));
  await files.write("a", bytes(1));
  await files.write("b", bytes(1));
  const folder = await root.getDirectoryHandle("tabtune", { create: false });
  const entries = folder.entries.bind(folder);
  folder.entries = async function* () {
    for await (const entry of entries()) {
      folder.children.delete("b");
      yield entry;
    }
  };
  expect((await files.list()).map(({ path }) => path)).toEqual(["a"]);
});

test("path segments are the names of the path", () => {
  expect(pathSegments("checkpoints/x-1/0/1-2-3.bin")).toEqual([
    "checkpoints",
    "x-1",
    "0",
    "1-2-3.bin",
  ]);
});

describe("a checkpoint", () => {
  const place = { experimentId: "exp", trial: 3, attempt: 0, epoch: 2, step: 17 };
  test("is read back and checked", async () => {
    const files = createMemoryFileStore(() => 0);
    const checkpoint = await saveCheckpoint(files, place, bytes(1, 2, 3));
    expect(checkpoint).toMatchObject({
      sizeBytes: 3,
      epoch: 2,
      step: 17,
      // printf '\1\2\3' | sha256sum
      sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
    });
    expect(await loadCheckpoint(files, checkpoint)).toEqual(bytes(1, 2, 3));
  });
  test("that changed, was cut or is gone is refused", async () => {
    const files = createMemoryFileStore(() => 0);
    const checkpoint = await saveCheckpoint(files, place, bytes(1, 2, 3));
    for (const damaged of [bytes(1, 2, 4), bytes(1, 2), bytes(1, 2, 3, 0), bytes()]) {
      await files.write(checkpoint.path, damaged);
      await expect(loadCheckpoint(files, checkpoint)).rejects.toMatchObject({
        code: "checkpoint-corrupt",
      });
    }
    await files.remove(checkpoint.path);
    await expect(loadCheckpoint(files, checkpoint)).rejects.toThrow("is missing");
  });
  test("that no event names is deleted once it is old, a named one and other files never", async () => {
    let now = 0;
    const files = createMemoryFileStore(() => now);
    const store = createMemoryExperimentStore();
    const named = await saveCheckpoint(files, place, bytes(1));
    const unnamed = await saveCheckpoint(files, place, bytes(2, 2));
    await files.write("other/file", bytes(3));
    await store.append(
      "exp",
      [created("exp", 0), { seq: 1, at: 0, type: "checkpoint-saved", trial: 3, checkpoint: named }],
      { durability: "strict" },
    );
    now = 60_000;
    const young = await saveCheckpoint(files, place, bytes(4));
    expect(await collectGarbage(files, store, 11 * 60_000 - 1)).toBe(2);
    const left = (await files.list()).map((file) => file.path);
    expect(left).toEqual([named.path, young.path, "other/file"].sort());
    expect(left).not.toContain(unnamed.path);
  });
});
