import type { DatasetName } from "../core/config/types.ts";

/** Where a piece of a data set belongs and what it must have: `count` records, label byte first, then the image's planes. */
export interface PlannedShard {
  /** e.g. `train-00`, `test-00`. */
  readonly name: string;
  readonly split: Split;
  readonly count: number;
  readonly sizeBytes: number;
}

/** A piece of a data set whose bytes are known. */
export interface ShardInfo extends PlannedShard {
  readonly sha256: string;
}

/** What an image is for; validation images are taken from training. */
export type Split = "train" | "test";

/** What a complete data set consists of, whatever source it came from. */
export interface DatasetManifest {
  readonly dataset: DatasetName;
  readonly classes: readonly string[];
  readonly shards: readonly ShardInfo[];
}

/** Where a data set can come from; `id` is stable and shown to the user by the page's messages. */
export interface DatasetSourceInfo {
  readonly id: string;
  readonly dataset: DatasetName;
  readonly kind: "generated" | "same-origin" | "public-host" | "file";
  /** Origin that is contacted, null for none. The content security policy lists exactly these. */
  readonly origin: string | null;
  readonly downloadBytes: number;
}

/** A file of the user's own. */
export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/** How far a data set has come. */
export interface DataProgress {
  readonly phase:
    | "checking"
    | "generating"
    | "downloading"
    | "offline"
    | "unpacking"
    | "verifying"
    | "storing"
    | "done";
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Null until it can be told. */
  readonly remainingMs: number | null;
}

/** What lies in storage for one data set. */
export interface CachedDataset {
  readonly dataset: DatasetName;
  readonly complete: boolean;
  readonly shards: number;
  readonly shardsTotal: number;
  readonly sizeBytes: number;
  /** Images of the complete set; a deployment may offer a part of one. */
  readonly trainImages: number;
  readonly testImages: number;
  /** Received parts of unfinished downloads. */
  readonly partialBytes: number;
}
