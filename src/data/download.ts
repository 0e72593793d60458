import { AppError } from "../core/errors.ts";
import type { DownloadStore } from "../storage/download-store.ts";
import type { DownloadEntry } from "../storage/schema.ts";
import { asWritten, word, type Word } from "../core/words/index.ts";

/** What downloads need of the world around them. */
export interface DownloadOptions {
  readonly store: DownloadStore;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Called with every chunk; `resumed` chunks came from storage. */
  readonly onBytes: (count: number, resumed: boolean) => void;
  /** Whether there surely is no network. */
  readonly offline: () => boolean;
  /** Called when there is none to go on with, and when there is one again. */
  readonly onOffline: (offline: boolean) => void;
  readonly retry?: RetryOptions;
}

/** When a connection is given up, and when a download is. */
export interface RetryOptions {
  /** Waits before the second, third … attempt without progress. */
  readonly backOffMs: readonly number[];
  /** A connection without a byte for this long is given up. */
  readonly idleMs: number;
}
/** Five attempts without a new byte, then the download has failed. */
export const defaultRetry: RetryOptions = { backOffMs: [500, 2000, 6000, 15_000], idleMs: 30_000 };

/** How often a download without a network looks for one: browsers tell workers nothing of it by themselves. */
const lookMs = 500;

/** Storage granularity: what a closed tab loses at most. */
const chunkBytes = 4 * 1024 * 1024;

/** One file by plain GET, as a stream. What has arrived is kept until `discard`, so that a broken connection, a closed
 *  tab or a new start goes on where it was: with a byte range where the server knows ranges, else by skipping. */
export interface Download {
  /** @throws AppError "download-failed", "aborted" */
  open(signal: AbortSignal, url: string): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
  /** Forgets the received part: it was used, or it is damaged. */
  discard(url: string): Promise<void>;
}

/** Makes nothing but the functions: what has arrived lies in `options.store`. */
export function createDownload(options: DownloadOptions): Download {
  return {
    open: (signal, url) => receive(options, signal, url),
    discard: (url) => options.store.remove(url),
  };
}

async function* receive(
  options: DownloadOptions,
  signal: AbortSignal,
  url: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { store, onBytes, offline, onOffline } = options;
  const { backOffMs } = options.retry ?? defaultRetry;
  const part = await openPart(store, url);
  let position = 0;
  for (let index = 0; index < (part.entry?.chunks ?? 0); index++) {
    throwIfAborted(signal);
    const chunk = await store.chunk(url, index);
    if (chunk === null) throw failed(url, word("stored-part-damaged"), "part");
    position += chunk.length;
    onBytes(chunk.length, true);
    yield chunk;
  }
  for (let failures = 0; ;) {
    const before = position;
    try {
      for await (const chunk of request(options, signal, { url, position, part })) {
        position += chunk.length;
        onBytes(chunk.length, false);
        yield chunk;
      }
      await part.flush(options.now());
      return;
    } catch (thrown) {
      await part.flush(options.now());
      throwIfAborted(signal);
      if (thrown instanceof AppError && thrown.code !== "download-failed") throw thrown;
      if (thrown instanceof AppError && thrown.details.final === true) throw thrown;
      if (offline() && !answered(thrown)) {
        // No failure of the server's: waits however long it takes.
        onOffline(true);
        await untilOnline(signal, offline);
        onOffline(false);
        failures = 0;
        continue;
      }
      failures = position > before ? 1 : failures + 1;
      const wait = backOffMs[failures - 1];
      if (wait === undefined)
        throw thrown instanceof AppError
          ? thrown
          : failed(url, reasonFor(thrown), "network", { cause: thrown });
      await pause(signal, wait);
    }
  }
}

/** What of a file is asked for. */
interface RestOfFile {
  readonly url: string;
  readonly position: number;
  readonly part: Part;
}

/** One request from `position` on. */
async function* request(
  options: DownloadOptions,
  signal: AbortSignal,
  { url, position, part }: RestOfFile,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { idleMs } = options.retry ?? defaultRetry;
  const attempt = new AbortController();
  const stop = (): void => attempt.abort();
  signal.addEventListener("abort", stop, { once: true });
  let timer = setTimeout(stop, idleMs);
  try {
    const response = await options.fetch(url, {
      signal: attempt.signal,
      credentials: "omit",
      // The browser's own cache would give a damaged answer again, and keep everything twice.
      cache: "no-store",
      // A single open range is a plain request: no preflight.
      headers: position > 0 ? { Range: `bytes=${position}-` } : {},
    });
    const resumed = response.status === 206;
    if (response.status === 416) {
      if (part.entry?.totalBytes === position) return;
      throw failed(url, word("another-file"), "changed");
    }
    if (!response.ok || !response.body) throw refused(url, response.status);
    const length = contentLength(response);
    const version = response.headers.get("Last-Modified");
    const totalBytes = length === null ? null : length + (resumed ? position : 0);
    if (!part.matches(totalBytes, version)) {
      await part.remove();
      throw failed(url, word("another-file"), "changed");
    }
    part.describe(totalBytes, version);
    let skip = resumed ? 0 : position;
    let received = resumed ? position : 0;
    const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
    for (;;) {
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) break;
      received += value.length;
      const chunk = skip > 0 ? value.slice(Math.min(skip, value.length)) : value;
      skip -= value.length - chunk.length;
      if (chunk.length > 0) {
        await part.add(chunk, options.now());
        yield chunk;
      }
      timer = setTimeout(stop, idleMs);
    }
    if (totalBytes !== null && received < totalBytes)
      throw failed(url, word("connection-ended", { received, total: totalBytes }), "short");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    // Closes the connection when the consumer stops early; after the end it does nothing.
    attempt.abort();
  }
}

/** The stored part of one file, written in pieces of `chunkBytes`. */
interface Part {
  readonly entry: DownloadEntry | null;
  matches(totalBytes: number | null, version: string | null): boolean;
  describe(totalBytes: number | null, version: string | null): void;
  add(chunk: Uint8Array<ArrayBuffer>, now: number): Promise<void>;
  flush(now: number): Promise<void>;
  remove(): Promise<void>;
}

async function openPart(store: DownloadStore, url: string): Promise<Part> {
  let entry = await store.get(url);
  let totalBytes = entry?.totalBytes ?? null;
  let version = entry?.version ?? null;
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  let keeping = true;
  const flush = async (now: number): Promise<void> => {
    if (waitingBytes === 0 || !keeping) return;
    const chunk = new Uint8Array(waitingBytes);
    let at = 0;
    for (const piece of waiting) {
      chunk.set(piece, at);
      at += piece.length;
    }
    waiting = [];
    waitingBytes = 0;
    const next: DownloadEntry = {
      url,
      receivedBytes: (entry?.receivedBytes ?? 0) + chunk.length,
      chunks: (entry?.chunks ?? 0) + 1,
      totalBytes,
      version,
      updatedAt: now,
    };
    try {
      await store.append(next, chunk);
      entry = next;
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== "storage-quota") throw thrown;
      // Being able to resume is worth less than the images themselves: their place comes first.
      keeping = false;
      await store.remove(url);
    }
  };
  return {
    get entry() {
      return entry;
    },
    matches: (total, wanted) =>
      entry === null ||
      ((totalBytes === null || total === null || totalBytes === total) &&
        (version === null || wanted === null || version === wanted)),
    describe(total, wanted) {
      totalBytes = total ?? totalBytes;
      version = wanted ?? version;
    },
    async add(chunk, now) {
      if (!keeping) return;
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes >= chunkBytes) await flush(now);
    },
    flush,
    async remove() {
      waiting = [];
      waitingBytes = 0;
      entry = null;
      await store.remove(url);
    },
  };
}

/** Null where the length says nothing about the bytes that arrive. */
function contentLength(response: Response): number | null {
  if (response.headers.has("Content-Encoding")) return null;
  const text = response.headers.get("Content-Length");
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function refused(url: string, status: number): AppError {
  const temporary = status === 408 || status === 429 || status >= 500;
  return failed(url, word("server-answered", { status }), "status", {
    final: !temporary,
    status,
  });
}

function failed(
  url: string,
  problem: Word,
  reason: string,
  more: { readonly cause?: unknown; readonly final?: boolean; readonly status?: number } = {},
): AppError {
  const { cause, final = reason === "changed" || reason === "part", status = null } = more;
  return new AppError(
    "download-failed",
    word("download-broke-off", { url, problem }),
    { url, reason, final, status },
    { cause },
  );
}

/** Whether a server said no: one on this machine can without a network. */
const answered = (thrown: unknown): boolean =>
  thrown instanceof AppError && typeof thrown.details.status === "number";

const reasonFor = (thrown: unknown): Word =>
  thrown instanceof Error && thrown.name !== "AbortError" ? asWritten(thrown.message) : word("no-data-arrived");

/** @throws AppError "aborted" */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError("aborted", word("download-cancelled"));
}

/** @throws AppError "aborted" */
export async function untilOnline(signal: AbortSignal, offline: () => boolean): Promise<void> {
  while (offline()) await pause(signal, lookMs);
}

/** Resolves after `ms`. @throws AppError "aborted" as soon as the signal says so */
export async function pause(signal: AbortSignal, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish);
  });
  throwIfAborted(signal);
}
