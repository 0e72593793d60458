/** What the build puts into the service worker. */
export interface OfflineVersion {
  /** Names the whole: a digest over all files. */
  readonly version: string;
  /** Every file of the build that a page may ask for, "" being the page itself. */
  readonly files: readonly OfflineFile[];
  /** For hosts that send none of these. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A file of the build that the service worker keeps. */
export interface OfflineFile {
  /** Relative to the folder of the page. */
  readonly path: string;
  readonly sha256: string;
}
