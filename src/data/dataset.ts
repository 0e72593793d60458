import type { DatasetName } from "../core/config/types.ts";

/** A piece of a data set: `count` records, label byte first, exactly CIFAR-10's binary format. */
export interface ShardInfo {
  /** e.g. `train-00`, `test-00`. */
  readonly name: string;
  readonly split: "train" | "test";
  readonly count: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a complete data set consists of; full CIFAR-10 has the same manifest whatever source it came from. */
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
  /** Images of the complete set; a deployment may offer a part of CIFAR-10. */
  readonly trainImages: number;
  readonly testImages: number;
  /** Received parts of unfinished downloads. */
  readonly partialBytes: number;
}
