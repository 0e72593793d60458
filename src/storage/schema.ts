import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb";
import type { CheckpointRef, JournalEvent } from "../core/journal/events.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";

/** One line of the list of experiments; kept in the same transaction as the events it sums up. */
export interface ExperimentEntry {
  readonly id: string;
  readonly name: string;
  /** ms since 1970 of the first and of the last event. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** seq the next event must have; the journal holds 0 .. nextSeq - 1. */
  readonly nextSeq: number;
  /** Whatever the list shows besides (status, best metric …), written with the events. */
  readonly summary: JsonObject | null;
}

/** A checkpoint that an event has named. Files without such an entry are garbage. */
export interface CheckpointEntry extends CheckpointRef {
  readonly experimentId: string;
  readonly trial: number;
  /** seq of the event that made it real. */
  readonly seq: number;
}

/** What is known of a stored shard without reading its bytes. */
export interface ShardEntry {
  readonly dataset: string;
  readonly name: string;
  readonly count: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The received part of a download that is not finished. */
export interface DownloadEntry {
  readonly url: string;
  readonly receivedBytes: number;
  readonly chunks: number;
  /** Length of the whole file as the server said, null if it did not. */
  readonly totalBytes: number | null;
  /** The server's Last-Modified; a part of an older file is of no use. */
  readonly version: string | null;
  readonly updatedAt: number;
}

/** A file kept in the database where the browser has no file system for the origin. */
export interface BlobEntry {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly savedAt: number;
}

/** A record that could not be read and was taken out of the way, as it was. */
export interface SetAsideEntry {
  /** ms since 1970. */
  readonly at: number;
  readonly experimentId: string;
  readonly store: "experiments" | "events";
  /** Why it could not be used. */
  readonly reason: string;
  readonly record: unknown;
}

/** The database as of the newest version. */
export interface Schema extends DBSchema {
  experiments: { key: string; value: ExperimentEntry; indexes: { updatedAt: number } };
  events: {
    key: [experimentId: string, seq: number];
    value: { readonly experimentId: string; readonly seq: number; readonly event: JournalEvent };
  };
  checkpoints: { key: string; value: CheckpointEntry; indexes: { trial: [string, number] } };
  /** Key: [dataset, shard]. */
  "shard-entries": { key: [string, string]; value: ShardEntry };
  "shard-bytes": { key: [string, string]; value: Uint8Array<ArrayBuffer> };
  /** Key: data set. Value: the manifest its shards belong to, with `sourceId` and whatever the data layer needs. */
  datasets: { key: string; value: JsonObject };
  downloads: { key: string; value: DownloadEntry };
  /** Key: [url, index]. */
  "download-chunks": { key: [string, number]; value: Uint8Array<ArrayBuffer> };
  /** What can be measured or asked again: device reports, speeds. */
  cache: { key: string; value: JsonValue };
  files: { key: string; value: BlobEntry };
  /** Damaged records, for a person to look at. */
  "set-aside": { key: number; value: SetAsideEntry };
}

/** Of the page's; tests open others. */
export const databaseName = "tabtune";

/** One step of an upgrade; may await nothing but requests of its transaction. */
export type Migration = (
  database: IDBPDatabase<Schema>,
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], "versionchange">,
) => void | Promise<void>;

/** Entry i brings a database of version i to version i + 1, all in one transaction. A shipped entry never changes. A new
 *  kind of journal event needs a new version, too: an older build would take it for a damaged record. */
export const migrations: readonly Migration[] = [
  (database) => {
    database
      .createObjectStore("experiments", { keyPath: "id" })
      .createIndex("updatedAt", "updatedAt");
    database.createObjectStore("events", { keyPath: ["experimentId", "seq"] });
    database
      .createObjectStore("checkpoints", { keyPath: "path" })
      .createIndex("trial", ["experimentId", "trial"]);
    database.createObjectStore("shard-entries", { keyPath: ["dataset", "name"] });
    database.createObjectStore("shard-bytes");
    database.createObjectStore("datasets");
    database.createObjectStore("downloads", { keyPath: "url" });
    database.createObjectStore("download-chunks");
    database.createObjectStore("cache");
    database.createObjectStore("files", { keyPath: "path" });
  },
  (database) => {
    database.createObjectStore("set-aside", { autoIncrement: true });
  },
  // Stores as before; journals may hold curves, tags and notes, which a build before this one would take for damage.
  () => undefined,
];

/** IndexedDB's version of the database: one more with every migration. */
export const schemaVersion = migrations.length;
