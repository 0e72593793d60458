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
  /** Epochs and steps the trial has ever got to, as one number; -1 before the first. */
  readonly furthest: number;
}

/** Attempts of each trial since it last got further: a fold of the journal. A visit's end counts too, because an attempt is
 *  written before it starts; closing the page again and again does not, as long as visits bring the trial a checkpoint
 *  further. */
export type AttemptCounts = ReadonlyMap<number, Stalled>;

const none: Stalled = { failed: 0, open: 0, furthest: -1 };

/** The counts after a whole journal. */
export function attemptsIn(events: readonly JournalEvent[]): AttemptCounts {
  return countAttempts(new Map(), events);
}

/** The counts after more events. */
export function countAttempts(
  before: AttemptCounts,
  events: readonly JournalEvent[],
): AttemptCounts {
  const counts = new Map(before);
  for (const event of events) count(counts, event);
  return counts;
}

function count(counts: Map<number, Stalled>, event: JournalEvent): void {
  switch (event.type) {
    case "attempt-started": {
      const now = of(counts, event.trial);
      counts.set(event.trial, { ...now, open: now.open + 1 });
      break;
    }
    case "attempt-failed": {
      const now = of(counts, event.trial);
      const meaning = classifyFailure(event.error.code);
      const failed = now.failed + (meaning === "retry" || meaning === "fatal" ? 1 : 0);
      counts.set(event.trial, { ...now, failed, open: Math.max(0, now.open - 1) });
      break;
    }
    case "epoch-finished":
      progress(counts, event.trial, event.report.epoch, 0);
      break;
    case "checkpoint-saved":
      progress(counts, event.trial, event.checkpoint.epoch, event.checkpoint.step);
      break;
    case "status-changed":
      // Someone paused: an attempt that ended this way did not fail.
      if (event.status === "paused")
        for (const [trial, { furthest }] of counts) counts.set(trial, { ...none, furthest });
      break;
    default:
      break;
  }
}

/** Recorded failures since the trial last got further. */
export function stalledAttempts(counts: AttemptCounts, trial: number): number {
  return of(counts, trial).failed;
}

/** True when the trial is to be given up instead of attempted once more. */
export function isExhausted(counts: AttemptCounts, trial: number): boolean {
  const { failed, open } = of(counts, trial);
  return failed >= maxStalledAttempts || open >= maxInterruptedAttempts;
}

const of = (counts: AttemptCounts, trial: number): Stalled => counts.get(trial) ?? none;

function progress(counts: Map<number, Stalled>, trial: number, epoch: number, step: number): void {
  const furthest = epoch * 1e9 + step;
  if (furthest > of(counts, trial).furthest) counts.set(trial, { ...none, furthest });
}
