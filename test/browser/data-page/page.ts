import type { DatasetName } from "../../../src/core/config/types.ts";
import { toErrorRecord } from "../../../src/core/errors.ts";
import type { DataProgress, NamedBlob } from "../../../src/data/dataset.ts";
import { createDataService } from "../../../src/experiment/workers/data-service.ts";
import {
  loadCheckpoint,
  openFileStore,
  saveCheckpoint,
} from "../../../src/storage/files/checkpoint-files.ts";
import { openDatabase } from "../../../src/storage/database.ts";

/** The page's own data service behind functions that a test can call: the real worker, database and file system. */
const service = createDataService();
const progress: DataProgress[] = [];

const page = {
  progress,
  cached: () => service.cached(),
  available: (dataset: DatasetName) => service.sameOriginAvailable(dataset),
  remove: (dataset: DatasetName) => service.remove(dataset),
  /** @returns "done" or the code of the error, and how long it took */
  async prepare(dataset: DatasetName, sourceId: string, files: readonly NamedBlob[] | null = null) {
    const began = performance.now();
    const signal = new AbortController().signal;
    const outcome = await service
      .prepare(signal, { dataset, sourceId, files }, (step) => progress.push(step))
      .then(() => "done")
      .catch((thrown: unknown) => toErrorRecord(thrown).code as string);
    return { outcome, durationMs: performance.now() - began };
  },
  async image(dataset: DatasetName, split: "train" | "test", index: number) {
    const [image] = await service.images(dataset, split, [index]);
    return [...image!.data];
  },
  /** Writes, replaces, reads, lists and deletes files as checkpoints do. */
  async files() {
    const files = await openFileStore(await openDatabase({ name: "files-check" }));
    const place = { experimentId: "exp", trial: 0, attempt: 0, epoch: 1, step: 0 };
    const bytes = new Uint8Array(3_000_000).map((_, i) => i % 251);
    const checkpoint = await saveCheckpoint(files, place, bytes);
    await files.write("other", new Uint8Array([1]));
    await files.write("other", new Uint8Array([2, 3]));
    const read = await loadCheckpoint(files, checkpoint);
    const other = await files.read("other");
    const listed = (await files.list()).map(({ path, sizeBytes }) => [path, sizeBytes]);
    await files.write(checkpoint.path, bytes.slice(1));
    const damaged = await loadCheckpoint(files, checkpoint).catch(
      (thrown: unknown) => toErrorRecord(thrown).code,
    );
    await files.remove(checkpoint.path);
    await files.remove("other");
    return {
      kind: files.kind,
      same: read.every((byte, i) => byte === i % 251) && read.length === bytes.length,
      other: [...(other ?? [])],
      path: checkpoint.path,
      listed,
      damaged,
      left: (await files.list()).length,
      missing: await files.read("other"),
    };
  },
  /** Opens the files `count` times at once, as workers and restored tabs do. @returns the kinds of store, and what was left */
  async filesAtOnce(count: number) {
    const database = await openDatabase({ name: "files-check" });
    const opened = await Promise.all(
      Array.from({ length: count }, async () => {
        const files = await openFileStore(database);
        await files.list();
        return files;
      }),
    );
    const left: string[] = [];
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("tabtune", { create: true });
    for await (const [name, handle] of folder.entries())
      if (handle.kind === "file") left.push(name);
    return { kinds: [...new Set(opened.map(({ kind }) => kind))], left };
  },
};
export type DataPage = typeof page;
Object.assign(globalThis, { dataPage: page });
