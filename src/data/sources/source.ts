import type { DataProgress, PlannedShard } from "../dataset.ts";
import type { Download } from "../download.ts";

/** One shard as a source gives it; not verified yet. */
export interface ShardPiece {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A file to read from, on a page or in a script. */
export interface DataFile {
  readonly name: string;
  /** Its bytes as they lie there, from the beginning at every call. */
  open(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** What a source may use. */
export interface SourceContext {
  readonly signal: AbortSignal;
  /** All shards of the set, in order. */
  readonly shards: readonly PlannedShard[];
  /** Names of the shards that are wanted; a source may give others as well. */
  readonly missing: ReadonlySet<string>;
  /** The user's own. */
  readonly files: readonly DataFile[];
  readonly download: Download;
  /** Address of the folder with `manifest.json` and `<shard>.bin`, for sources that have one. */
  readonly folderUrl: string | null;
  /** Says what is being done from here on. */
  readonly phase: (phase: DataProgress["phase"]) => void;
  /** The content of a file that belongs to the program. @param url made from `import.meta.url` */
  readonly readAsset: (url: URL) => Promise<Uint8Array>;
}

/** Yields the shards of a data set. Stops early when the consumer does. */
export type ShardSource = (
  context: SourceContext,
) => AsyncGenerator<ShardPiece, void, undefined>;
