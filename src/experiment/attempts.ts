import type { ErrorCode } from "../core/errors.ts";
import type { JournalEvent } from "../core/journal/events.ts";

/** Attempts without any progress after which a trial is given up. */
export const maxStalledAttempts = 3;

/** The same configuration would fail the same way again: no second attempt. */
const fatalCodes: ReadonlySet<ErrorCode> = new Set([
  "diverged",
  "network-invalid",
  "network-too-large",
  "parameter-invalid",
  "gpu-validation",
]);

/** Nothing is wrong with the trial; the experiment cannot go on until the user has done something. */
const blockingCodes: ReadonlySet<ErrorCode> = new Set([
  "dataset-unavailable",
  "dataset-corrupt",
  "gpu-wrong-result",
]);

/** What a failed attempt means: give the trial up, hold the whole experiment, wait for the device, or try again. */
export function classifyFailure(code: ErrorCode): "fatal" | "blocking" | "wait" | "retry" {
  if (fatalCodes.has(code)) return "fatal";
  if (blockingCodes.has(code)) return "blocking";
  return code === "gpu-unavailable" ? "wait" : "retry";
}

/** Back-off before try `n` (from 0): 0, 1, 2, 4 … 30 s, so that a browser which gives no adapter for a while is not pestered. */
export function backOffMs(n: number): number {
  return n <= 0 ? 0 : Math.min(30_000, 1000 * 2 ** (n - 1));
}

/** Counts attempts of each trial since it last got further. A fold of the journal: a crash of the whole tab counts too,
 *  because an attempt is written before it starts; closing the page again and again does not, as long as each visit
 *  brought the trial a checkpoint further. */
export class AttemptCounter {
  readonly #stalled = new Map<number, number>();
  readonly #furthest = new Map<number, number>();

  constructor(events: readonly JournalEvent[] = []) {
    for (const event of events) this.apply(event);
  }

  apply(event: JournalEvent): void {
    switch (event.type) {
      case "attempt-started":
        this.#stalled.set(event.trial, this.stalled(event.trial) + 1);
        break;
      case "attempt-failed":
        if (
          classifyFailure(event.error.code) === "wait" ||
          classifyFailure(event.error.code) === "blocking"
        )
          this.#stalled.set(event.trial, Math.max(0, this.stalled(event.trial) - 1));
        break;
      case "epoch-finished":
        this.#progress(event.trial, event.report.epoch, 0);
        break;
      case "checkpoint-saved":
        this.#progress(event.trial, event.checkpoint.epoch, event.checkpoint.step);
        break;
      case "status-changed":
        // Someone paused: an attempt that ended this way did not fail.
        if (event.status === "paused") this.#stalled.clear();
        break;
      default:
        break;
    }
  }

  stalled(trial: number): number {
    return this.#stalled.get(trial) ?? 0;
  }

  #progress(trial: number, epoch: number, step: number): void {
    const position = epoch * 1e9 + step;
    if (position <= (this.#furthest.get(trial) ?? -1)) return;
    this.#furthest.set(trial, position);
    this.#stalled.set(trial, 0);
  }
}
