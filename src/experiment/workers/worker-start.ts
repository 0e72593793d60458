import { AppError } from "../../core/errors.ts";
import { asWritten, inEnglish, word } from "../../core/words/index.ts";

/** A worker that has not said a word for so long may never get its script: a service worker whose process dies leaves the
 *  request for it unanswered. Another one is started beside it, the next after twice the time. */
const patienceMs = 5000;
/** Scripts that could not be loaded or run before the worker counts as dead. */
const mostFailures = 3;

/** The part of Worker that is needed; tests give their own. */
export type WorkerLike = Pick<
  Worker,
  "postMessage" | "addEventListener" | "removeEventListener" | "terminate"
>;

/** What is told of a worker's start, one of the two, once. */
export interface StartListener {
  begun(worker: WorkerLike): void;
  failed(error: AppError): void;
}

/** Starts a worker until one has begun, which its first message says; the others are terminated then. */
export class WorkerStart {
  readonly #create: () => WorkerLike;
  readonly #listener: StartListener;
  readonly #candidates = new Set<WorkerLike>();
  #failures = 0;
  #waitedMs = 0;
  #nextMs = patienceMs;
  #over = false;

  constructor(create: () => WorkerLike, listener: StartListener) {
    this.#create = create;
    this.#listener = listener;
    this.#start();
  }

  /** Somebody has waited that much longer for it. */
  wait(durationMs: number): void {
    if (this.#over) return;
    this.#waitedMs += durationMs;
    if (this.#candidates.size > 0 && this.#waitedMs < this.#nextMs) return;
    this.#nextMs *= 2;
    this.#waitedMs = 0;
    this.#start();
  }

  /** Nobody needs it any more. */
  end(): void {
    this.#over = true;
    for (const worker of this.#candidates) worker.terminate();
    this.#candidates.clear();
  }

  #start(): void {
    const worker = this.#create();
    this.#candidates.add(worker);
    const listening = new AbortController();
    const { signal } = listening;
    const begin = (): void => {
      listening.abort();
      if (!this.#candidates.delete(worker)) return;
      this.end();
      this.#listener.begun(worker);
    };
    const fail = (event: Event): void => {
      event.preventDefault();
      listening.abort();
      if (!this.#candidates.delete(worker)) return;
      worker.terminate();
      if (++this.#failures < mostFailures) return;
      this.end();
      this.#listener.failed(workerFailed(event));
    };
    worker.addEventListener("message", begin, { signal });
    worker.addEventListener("error", fail, { signal });
    worker.addEventListener("messageerror", fail, { signal });
  }
}

/** What a worker's event "error" or "messageerror" means. */
export function workerFailed(event: Event): AppError {
  if (event.type === "messageerror") return new AppError("worker-died", word("worker-unreadable"));
  const reason = "message" in event ? asWritten(String(event.message)) : word("unknown-error");
  return new AppError("worker-died", word("worker-failed", { reason }), {
    reason: inEnglish(reason),
  });
}
