import type { ErrorCode } from "../../core/errors.ts";
import type { JournalEvent } from "../../core/journal/events.ts";

/** Failed attempts without any progress after which a trial is given up. */
export const maxStalledAttempts = 3;

/** Attempts that ended without a word – a page reloaded or closed – after which a trial that got nowhere is given up.
 *  Quick reloads are ordinary. An attempt during which the page died has failed: see `Orchestrator.run`. */
export const maxInterruptedAttempts = 10;

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

/** Attempts of a trial since it last got further. */
interface Stalled {
  /** With a recorded error. */
  readonly failed: number;
  /** Begun, and nothing more is known: interrupted, or running now. */
  readonly open: number;
}

const none: Stalled = { failed: 0, open: 0 };

/** Counts attempts of each trial since it last got further. A fold of the journal: a visit's end counts too, because an
 *  attempt is written before it starts; closing the page again and again does not, as long as visits bring
 *  the trial a checkpoint further. */
export class AttemptCounter {
  readonly #stalled = new Map<number, Stalled>();
  readonly #furthest = new Map<number, number>();

  constructor(events: readonly JournalEvent[] = []) {
    for (const event of events) this.apply(event);
  }

  apply(event: JournalEvent): void {
    switch (event.type) {
      case "attempt-started": {
        const { failed, open } = this.#of(event.trial);
        this.#stalled.set(event.trial, { failed, open: open + 1 });
        break;
      }
      case "attempt-failed": {
        const { failed, open } = this.#of(event.trial);
        const meaning = classifyFailure(event.error.code);
        const counts = meaning === "retry" || meaning === "fatal";
        this.#stalled.set(event.trial, {
          failed: failed + (counts ? 1 : 0),
          open: Math.max(0, open - 1),
        });
        break;
      }
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

  /** Recorded failures since the trial last got further. */
  stalled(trial: number): number {
    return this.#of(trial).failed;
  }

  /** True when the trial is to be given up instead of attempted once more. */
  exhausted(trial: number): boolean {
    const { failed, open } = this.#of(trial);
    return failed >= maxStalledAttempts || open >= maxInterruptedAttempts;
  }

  #of(trial: number): Stalled {
    return this.#stalled.get(trial) ?? none;
  }

  #progress(trial: number, epoch: number, step: number): void {
    const position = epoch * 1e9 + step;
    if (position <= (this.#furthest.get(trial) ?? -1)) return;
    this.#furthest.set(trial, position);
    this.#stalled.set(trial, none);
  }
}
