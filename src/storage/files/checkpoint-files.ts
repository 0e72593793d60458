import { AppError } from "../../core/errors.ts";
import type { CheckpointRef } from "../../core/journal/events.ts";
import type { Database } from "../database.ts";
import type { FileStore } from "./file-store.ts";
import { createIndexedDbFileStore } from "./indexeddb-file-store.ts";
import { joinFileStores } from "./joined-file-store.ts";
import { openOpfsFileStore } from "./opfs-file-store.ts";
import type { ExperimentStore } from "../experiments/experiment-store.ts";
import { sha256Hex } from "../sha256.ts";
import { word } from "../../core/words/index.ts";

const folder = "checkpoints";

/** The files of this origin: in the private file system where that can be written, else in the database. */
export async function openFileStore(database: Database): Promise<FileStore> {
  const inDatabase = createIndexedDbFileStore(database, Date.now);
  const opfs = await openOpfsFileStore();
  if (!opfs) return inDatabase;
  return opfs.writable
    ? joinFileStores(opfs.files, inDatabase)
    : joinFileStores(inDatabase, opfs.files);
}

/** Where a checkpoint lies: a new name for every save, so that the former stays whole until the new one is named. */
export interface CheckpointPlace {
  readonly experimentId: string;
  readonly trial: number;
  readonly attempt: number;
  readonly epoch: number;
  readonly step: number;
}

/** Writes the bytes of a checkpoint; the journal event that carries the returned reference makes it real.
 *  @throws AppError "storage-quota", "storage-failed" */
export async function saveCheckpoint(
  files: FileStore,
  place: CheckpointPlace,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<CheckpointRef> {
  const { experimentId, trial, attempt, epoch, step } = place;
  const sha256 = await sha256Hex(bytes);
  const path = `${folder}/${experimentId}/${trial}/${attempt}-${epoch}-${step}-${sha256.slice(0, 12)}`;
  await files.write(path, bytes);
  return { path, sha256, sizeBytes: bytes.length, epoch, step };
}

/** Reads a checkpoint and checks it against its name in the journal.
 *  @throws AppError "checkpoint-corrupt" when the file is missing, torn or changed */
export async function loadCheckpoint(
  files: FileStore,
  checkpoint: CheckpointRef,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await files.read(checkpoint.path);
  const problem =
    bytes === null
      ? word("file-missing")
      : bytes.length !== checkpoint.sizeBytes
        ? word("file-length", { bytes: bytes.length, expected: checkpoint.sizeBytes })
        : (await sha256Hex(bytes)) !== checkpoint.sha256
          ? word("file-changed")
          : null;
  if (bytes === null || problem !== null)
    throw new AppError(
      "checkpoint-corrupt",
      word("checkpoint-file", { path: checkpoint.path, problem: problem! }),
      {
        path: checkpoint.path,
      },
    );
  return bytes;
}

/** A worker writes a file before the event that names it: younger files are left alone. */
const graceMs = 10 * 60_000;

/** Deletes the checkpoint files that no event names.
 *  @returns bytes freed */
export async function collectGarbage(
  files: FileStore,
  store: ExperimentStore,
  now: number,
): Promise<number> {
  // Files first: whatever is named between the two readings is younger than the listing.
  const found = (await files.list()).filter((file) => file.path.startsWith(`${folder}/`));
  const named = new Set((await store.checkpoints()).map((checkpoint) => checkpoint.path));
  let freedBytes = 0;
  for (const file of found) {
    if (named.has(file.path) || now - file.savedAt < graceMs) continue;
    await files.remove(file.path);
    freedBytes += file.sizeBytes;
  }
  return freedBytes;
}
