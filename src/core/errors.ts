import type { JsonObject } from "./json.ts";

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
  "dataset-unknown",
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

/** One thing wrong with what the user wrote, in the words that mend it. */
export interface Problem {
  /** Where, as written in the file, e.g. `lr._value[1]`. */
  readonly path: string;
  /** What stands there, shortened. */
  readonly value: string;
  readonly expected: string;
  readonly remedy: string;
}

/** What travels across a worker boundary and into the journal. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  /** What `message` says, as a code with values. */
  readonly words?: JsonObject;
  /** What `message` lists, for whoever says it in another language; journals leave it out. */
  readonly problems?: readonly Problem[] | undefined;
}

/** An expected failure. `message` says what, where and how to fix it. */
export class AppError extends Error {
  override readonly name = "AppError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options: { cause?: unknown; problems?: readonly Problem[] | undefined } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.problems = options.problems;
  }

  readonly problems: readonly Problem[] | undefined;

  toRecord(): ErrorRecord {
    const { code, message, details, problems } = this;
    return { code, message, details, ...(problems ? { problems } : {}) };
  }

  static fromRecord({ code, message, details, problems }: ErrorRecord): AppError {
    return new AppError(code, message, details, { problems });
  }
}

/** Turns anything thrown into a record; what is not an AppError keeps its message under `fallback`. */
export function toErrorRecord(thrown: unknown, fallback: ErrorCode = "internal"): ErrorRecord {
  if (thrown instanceof AppError) return thrown.toRecord();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: fallback, message, details: {} };
}
