import type { DatasetName } from "../../core/config/types.ts";

/** A public host that serves a data set. */
export interface PublicHost {
  /** Stable; the page has a name for it. */
  readonly id: string;
  /** `shards`: a folder as `npm run data` writes it, with the address of its manifest. Others are the data set's own. */
  readonly format: string;
  /** Files by plain GET, in the order the format needs. */
  readonly files: readonly string[];
  readonly downloadBytes: number;
  /** Origins that the files' addresses redirect to. */
  readonly redirectOrigins: readonly string[];
}

/** A host of a deployment's own. */
export interface ExtraHost extends PublicHost {
  /** The default data set where nothing is said. */
  readonly dataset?: DatasetName;
}
