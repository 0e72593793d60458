import { releaseProxy, wrap, type Remote } from "comlink";
import analysisWorkerUrl from "../../../workers/analysis.worker.ts?worker&url";
import type { AnalysisWorkerApi } from "../../../workers/analysis/api.ts";
import datasetWorkerUrl from "../../../workers/dataset.worker.ts?worker&url";
import type { DatasetWorkerApi } from "../../../workers/dataset/api.ts";
import trialWorkerUrl from "../../../workers/trial.worker.ts?worker&url";
import { lifeLockOf } from "../../../workers/heartbeat.ts";
import { installErrorTransfer } from "../../../workers/transfer-errors.ts";
import type { TrialWorkerApi } from "../../../workers/trial/api.ts";
import { AppError } from "../../core/errors.ts";
import { WorkerStart, workerFailed, type WorkerLike } from "./worker-start.ts";
import { workerUrl } from "./worker-url.ts";
import { word } from "../../core/words/index.ts";

/** Silence of a worker after which it counts as hanging. The CPU backend computes a whole step in one go, an analysis a
 *  whole answer. */
export const defaultHangTimeoutMs = 30_000;
/** Longest silence of a worker that calculates on a processor. */
export const cpuHangTimeoutMs = 180_000;
const tickMs = 1000;

/** The one way to talk to a worker: `call` asks it something, `terminate` ends it, `setHangTimeout` says how long it may be
 *  silent while it is asked, `isDead` whether it is over. Whatever ends it – an error, a message that cannot be read, a hang,
 *  the browser – rejects every pending and later call; comlink alone would leave them pending for ever. */
export interface WorkerClient<Api> {
  call<Result>(method: (remote: Remote<Api>) => Promise<Result>): Promise<Result>;
  /** Idempotent. */
  terminate(): void;
  setHangTimeout(timeoutMs: number): void;
  readonly isDead: boolean;
}

export function openTrialWorker(): WorkerClient<TrialWorkerApi> {
  return createWorkerClient<TrialWorkerApi>(() => createWorker(trialWorkerUrl, "trial"));
}

export function openDatasetWorker(): WorkerClient<DatasetWorkerApi> {
  return createWorkerClient<DatasetWorkerApi>(() => createWorker(datasetWorkerUrl, "dataset"));
}

export function openAnalysisWorker(): WorkerClient<AnalysisWorkerApi> {
  const create = (): Worker => createWorker(analysisWorkerUrl, "analysis");
  return createWorkerClient<AnalysisWorkerApi>(create, cpuHangTimeoutMs);
}

function createWorker(url: string, name: string): Worker {
  return new Worker(workerUrl(url), { type: "module", name });
}

let transferInstalled = false;

/** @param create makes a worker; again while none has begun */
export function createWorkerClient<Api>(
  create: () => WorkerLike,
  hangTimeoutMs = defaultHangTimeoutMs,
  locks?: Pick<LockManager, "request">,
): WorkerClient<Api> {
  if (!transferInstalled) installErrorTransfer();
  transferInstalled = true;
  return new ComlinkClient<Api>(create, hangTimeoutMs, locks);
}

type State<Api> =
  /** No worker has begun; calls wait. */
  | { readonly name: "opening" }
  | { readonly name: "ready"; readonly worker: WorkerLike; readonly remote: Remote<Api> }
  /** Terminated here. */
  | { readonly name: "closed"; readonly error: AppError }
  /** Ended otherwise: of what, the error says. */
  | { readonly name: "failed"; readonly error: AppError };

/** opening → ready → closed or failed, which are for good; termination takes no time, so there is no state for it.
 *  Comes in from outside: `call`, `terminate`, `setHangTimeout`; `#begin` and `#end` from the worker's start; `#hear` with its
 *  messages; `#end` with its errors and when its lock becomes free; `#tick` every second of a call. */
class ComlinkClient<Api> implements WorkerClient<Api> {
  #state: State<Api> = { name: "opening" };
  #timeoutMs: number;
  #silentMs = 0;
  #watchdog: ReturnType<typeof setInterval> | null = null;
  #lifeLock: string | null = null;
  readonly #locks: Pick<LockManager, "request"> | undefined;
  readonly #start: WorkerStart;
  /** What rejects the calls that are under way. */
  readonly #pending = new Set<(error: AppError) => void>();
  /** Calls wait for it, in their order. */
  readonly #begun: Promise<void>;
  #sayBegun: () => void = () => undefined;
  /** Ends the wait for the worker's lock. */
  readonly #life = new AbortController();

  constructor(
    create: () => WorkerLike,
    hangTimeoutMs: number,
    locks: Pick<LockManager, "request"> | undefined,
  ) {
    this.#timeoutMs = hangTimeoutMs;
    this.#locks = locks;
    this.#begun = new Promise((resolve) => (this.#sayBegun = resolve));
    this.#start = new WorkerStart(create, {
      begun: (worker) => this.#begin(worker),
      failed: (error) => this.#end("failed", error),
    });
  }

  get isDead(): boolean {
    return this.#state.name === "closed" || this.#state.name === "failed";
  }

  call<Result>(method: (remote: Remote<Api>) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#state.name === "closed" || this.#state.name === "failed")
        return reject(this.#state.error);
      this.#pending.add(reject);
      this.#watch();
      const settle = (): void => {
        this.#pending.delete(reject);
        if (this.#pending.size === 0) this.#stopWatching();
      };
      this.#begun
        .then(() => method(this.#ready()))
        .finally(settle)
        .then(resolve, reject);
    });
  }

  terminate(): void {
    this.#end("closed", new AppError("worker-died", word("worker-terminated")));
  }

  setHangTimeout(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
  }

  #begin(worker: WorkerLike): void {
    this.#silentMs = 0;
    this.#state = { name: "ready", worker, remote: wrap<Api>(worker) };
    worker.addEventListener("message", (event) => this.#hear((event as MessageEvent).data));
    for (const type of ["error", "messageerror"] as const)
      worker.addEventListener(type, (event: Event) => {
        event.preventDefault();
        this.#end("failed", workerFailed(event));
      });
    this.#sayBegun();
  }

  #ready(): Remote<Api> {
    if (this.#state.name === "ready") return this.#state.remote;
    // The call that asks was rejected with the reason.
    throw new AppError("worker-died", word("worker-gone"));
  }

  #hear(message: unknown): void {
    this.#silentMs = 0;
    const name = lifeLockOf(message);
    if (name === null || this.#lifeLock !== null || this.isDead) return;
    this.#lifeLock = name;
    const gone = (): void => this.#end("failed", new AppError("worker-died", word("worker-gone")));
    // The worker holds the lock until its end. Refused when the wait is over, because the worker was terminated here.
    const waiting = (this.#locks ?? navigator.locks).request(
      name,
      { signal: this.#life.signal },
      gone,
    );
    waiting.catch(() => undefined);
  }

  /** The first end is the one that counts. */
  #end(name: "closed" | "failed", error: AppError): void {
    if (this.isDead) return;
    const ended = this.#state;
    this.#state = { name, error };
    this.#stopWatching();
    this.#life.abort();
    this.#start.end();
    if (ended.name === "ready") {
      ended.worker.terminate();
      ended.remote[releaseProxy]();
    }
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
  }

  #watch(): void {
    this.#silentMs = 0;
    this.#watchdog ??= setInterval(() => this.#tick(), tickMs);
  }

  #stopWatching(): void {
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    this.#watchdog = null;
  }

  /** Counts its own ticks: a page that was frozen or asleep does not mistake its own pause for the worker's. */
  #tick(): void {
    this.#silentMs += tickMs;
    const timeoutMs = this.#timeoutMs;
    if (this.#silentMs >= timeoutMs) {
      const message = word("worker-silent", { seconds: timeoutMs / 1000 });
      this.#end("failed", new AppError("worker-timeout", message, { timeoutMs }));
    }
    this.#start.wait(tickMs);
  }
}

/** A client that is opened with its first use, and again after it has died. */
export function renewed<Api>(open: () => WorkerClient<Api>): () => WorkerClient<Api> {
  let client: WorkerClient<Api> | null = null;
  return () => {
    if (client?.isDead) client = null;
    return (client ??= open());
  };
}
