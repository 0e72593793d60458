/** Every expected failure has one of these codes; the page has a sentence for each (zh and en). */
export const errorCodes = [
  "search-space-invalid",
  "search-space-exhausted",
  "config-invalid",
  "parameter-invalid",
  "tuner-unsupported",
  "tuner-argument-invalid",
  "assessor-unsupported",
  "assessor-argument-invalid",
  "journal-invalid",
  "experiment-unknown",
  "dataset-unavailable",
  "dataset-corrupt",
  "dataset-format",
  "download-failed",
  "storage-quota",
  "storage-failed",
  "storage-version",
  "gpu-unavailable",
  "gpu-lost",
  "gpu-validation",
  "gpu-memory",
  "gpu-wrong-result",
  "network-invalid",
  "network-too-large",
  "diverged",
  "checkpoint-corrupt",
  "weights-gone",
  "worker-died",
  "worker-timeout",
  "link-invalid",
  "link-too-large",
  "file-invalid",
  "not-writer",
  "aborted",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Small, structured-cloneable facts a message needs (numbers, names, paths). */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** What travels across a worker boundary and into the journal. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** An expected failure. `message` says what, where and how to fix it. */
export class AppError extends Error {
  override readonly name = "AppError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  toRecord(): ErrorRecord {
    return { code: this.code, message: this.message, details: this.details };
  }

  static fromRecord(record: ErrorRecord): AppError {
    return new AppError(record.code, record.message, record.details);
  }
}

/** Turns anything thrown into a record; what is not an AppError keeps its message under `fallback`. */
export function toErrorRecord(thrown: unknown, fallback: ErrorCode = "internal"): ErrorRecord {
  if (thrown instanceof AppError) return thrown.toRecord();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: fallback, message, details: {} };
}
