import type { DataProgress, DatasetManifest } from "../dataset.ts";
import type { Download } from "../download.ts";

/** One shard as a source gives it; not verified yet. */
export interface ShardPiece {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a source may use. */
export interface SourceContext {
  readonly signal: AbortSignal;
  readonly manifest: DatasetManifest;
  /** Names of the shards that are wanted; a source may give others as well. */
  readonly missing: ReadonlySet<string>;
  readonly file: Blob | null;
  readonly download: Download;
  /** Address of the folder with `manifest.json` and `<shard>.bin`, for sources that have one. */
  readonly folderUrl: string | null;
  /** Counts bytes read from `file`. */
  readonly onFileBytes: (count: number) => void;
  /** Says what is being done from here on. */
  readonly phase: (phase: DataProgress["phase"]) => void;
  /** The canonical order of CIFAR-10, for sources with another one. */
  readonly loadOrder: () => Promise<Uint16Array>;
}

/** Yields the shards of a data set. Stops early when the consumer does. */
export type ShardSource = (
  context: SourceContext,
) => AsyncGenerator<ShardPiece, void, undefined>;
