import { asWritten, inEnglish, type Word } from "./words/index.ts";

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
  /** In English, for whoever cannot say `words`. */
  readonly message: string;
  readonly details: ErrorDetails;
  /** What `message` says, for every language; absent in old journals, and where the message comes from outside. */
  readonly words?: Word | undefined;
}

/** An expected failure. `message` says what, where and how to fix it. */
export class AppError extends Error {
  override readonly name = "AppError";
  /** @param word what went wrong; `asWritten` of a text that comes from outside */
  constructor(
    readonly code: ErrorCode,
    readonly word: Word,
    readonly details: ErrorDetails = {},
    options: { cause?: unknown } = {},
  ) {
    super(inEnglish(word), "cause" in options ? { cause: options.cause } : undefined);
  }

  /** What `message` lists, in English; undefined where it lists nothing. */
  get problems(): readonly Problem[] | undefined {
    const { code, values } = this.word;
    if (code !== "problems") return undefined;
    return values.problems.flatMap((problem) =>
      problem.code === "problem"
        ? {
            ...problem.values,
            expected: inEnglish(problem.values.expected),
            remedy: inEnglish(problem.values.remedy),
          }
        : [],
    );
  }

  toRecord(): ErrorRecord {
    const { code, message, details, word } = this;
    return { code, message, details, ...(word.code === "as-written" ? {} : { words: word }) };
  }

  static fromRecord({ code, message, details, words }: ErrorRecord): AppError {
    return new AppError(code, words ?? asWritten(message), details);
  }
}

/** Turns anything thrown into a record; what is not an AppError keeps its message under `fallback`. */
export function toErrorRecord(thrown: unknown, fallback: ErrorCode = "internal"): ErrorRecord {
  if (thrown instanceof AppError) return thrown.toRecord();
  return { code: fallback, message: reasonOf(thrown), details: {} };
}

/** What somebody else's code says of a failure. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
