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

/** The one way to talk to a worker. Whatever ends it – an error, a message that cannot be read, a hang, the browser –
 *  rejects every pending and later call; comlink alone would leave them pending for ever. */
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
  let worker: WorkerLike | null = null;
  let remote: Remote<Api> | null = null;
  let death: AppError | null = null;
  const pending = new Set<(error: AppError) => void>();
  let silentMs = 0;
  let timeoutMs = hangTimeoutMs;
  let watchdog: ReturnType<typeof setInterval> | null = null;
  const life = new AbortController();
  let lifeLock: string | null = null;

  const die = (error: AppError): void => {
    if (death) return;
    death = error;
    stopWatching();
    life.abort();
    worker?.terminate();
    start.end();
    for (const reject of pending) reject(error);
    pending.clear();
  };
  const stopWatching = (): void => {
    if (watchdog !== null) clearInterval(watchdog);
    watchdog = null;
  };
  // Counts its own ticks: a page that was frozen or asleep does not mistake its own pause for the worker's.
  const watch = (): void => {
    silentMs = 0;
    watchdog ??= setInterval(() => {
      silentMs += tickMs;
      if (silentMs >= timeoutMs)
        die(
          new AppError("worker-timeout", word("worker-silent", { seconds: timeoutMs / 1000 }), {
            timeoutMs,
          }),
        );
      start.wait(tickMs);
    }, tickMs);
  };
  /** Waits for the lock that the worker holds until its end. */
  const awaitEnd = (name: string): void => {
    lifeLock = name;
    const gone = (): void => die(new AppError("worker-died", word("worker-gone")));
    // Refused when the wait is over, because the worker was terminated here.
    const waiting = (locks ?? navigator.locks).request(name, { signal: life.signal }, gone);
    waiting.catch(() => undefined);
  };
  let begin = (): void => undefined;
  /** Calls wait for it, in their order. */
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const start = new WorkerStart(create, {
    failed: die,
    begun(first) {
      silentMs = 0;
      worker = first;
      remote = wrap<Api>(first);
      first.addEventListener("message", (event) => {
        silentMs = 0;
        const named = lifeLockOf((event as MessageEvent).data);
        if (named !== null && lifeLock === null && !death) awaitEnd(named);
      });
      for (const type of ["error", "messageerror"] as const)
        first.addEventListener(type, (event: Event) => {
          event.preventDefault();
          die(workerFailed(event));
        });
      begin();
    },
  });

  return {
    call(method) {
      return new Promise((resolve, reject) => {
        if (death) return reject(death);
        const settle = (): void => {
          pending.delete(reject);
          if (pending.size === 0) stopWatching();
        };
        pending.add(reject);
        watch();
        const result = begun.then(() => method(remote!));
        result.then(
          (value) => {
            settle();
            resolve(value);
          },
          (error: unknown) => {
            settle();
            reject(error);
          },
        );
      });
    },
    terminate() {
      die(new AppError("worker-died", word("worker-terminated")));
      remote?.[releaseProxy]();
    },
    get isDead() {
      return death !== null;
    },
    setHangTimeout(milliseconds) {
      timeoutMs = milliseconds;
    },
  };
}
