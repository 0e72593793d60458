import { AppError, type ErrorRecord } from "../../../core/errors.ts";
import type { CheckpointRef } from "../../../core/journal/events.ts";
import type { TrialState } from "../../../core/journal/state.ts";
import { backOffMs, classifyFailure, isExhausted, stalledAttempts } from "../attempts.ts";
import type { Report } from "../inputs.ts";
import { finalWeights } from "../planning.ts";
import type { TrialJob } from "../ports.ts";
import type { Slot } from "../state.ts";
import { failed } from "../trial-end.ts";
import type { Turn } from "./turn.ts";
import { word } from "../../../core/words/index.ts";

/** How long a worker may take to obey before it is terminated. */
const abandonTimeoutMs = 5_000;
const suspendTimeoutMs = 30_000;
/** A browser that gives no adapter for a while gives one again without saying so. */
export const longestGpuWaitMs = 5_000;

/** Takes a slot for an open trial and starts its next attempt, or ends it as failed when it got nowhere too often. Repair is
 *  replacement: the attempt after a failure has a new worker and starts from the last checkpoint. */
export function start(turn: Turn, trial: TrialState, delayMs = 0): void {
  if (isExhausted(turn.state.attempts, trial.number)) return giveUp(turn, trial, null);
  const slot = {
    id: turn.newId(),
    trial: trial.number,
    attempt: trial.attempt + 1,
    fate: "live",
    refusals: 0,
    from: null,
  } as const;
  askForRunner(turn, slot, delayMs);
}

/** The pause is over. */
export function onSlotWaited(turn: Turn, slot: Slot): void {
  if (slot.phase === "waiting") askForRunner(turn, slot, 0);
}

/** Written before training starts, so that a crash of the whole page counts as an attempt. */
export function onSlotReady(
  turn: Turn,
  slot: Slot,
  { precision }: Extract<Report, { kind: "runner-ready" }>,
): void {
  const { id, trial, attempt } = slot;
  if (slot.fate !== "live") {
    turn.drop(id);
    return turn.order({ kind: "keep-runner", id });
  }
  turn.emit({ type: "attempt-started", trial, attempt, precision });
  const job = jobOf(turn, slot);
  const { continueFrom: parent } = turn.trial(trial);
  if (parent !== undefined && !job.from)
    turn.emit({ type: "note", code: "parent-lost", details: { trial, parent } });
  turn.put({ ...slot, phase: "training", from: job.from?.checkpoint.path ?? null });
  turn.order({ kind: "train", id, job });
}

/** Without an adapter it asks again and again, and the slot stays taken. */
export function onSlotRefused(turn: Turn, slot: Slot, error: ErrorRecord): void {
  if (slot.fate !== "live") return turn.drop(slot.id);
  if (classifyFailure(error.code) !== "wait") return fail(turn, slot, error);
  const delayMs = Math.min(longestGpuWaitMs, backOffMs(slot.refusals));
  askForRunner(turn, { ...slot, refusals: slot.refusals + 1 }, delayMs);
}

/** The trial has ended in the journal; its worker is told to stop and reused, or terminated when it does not obey. */
export function abandon(turn: Turn, trial: number): void {
  const slot = activeSlot(turn, trial);
  if (slot) halt(turn, { ...slot, fate: "abandoned" }, false, abandonTimeoutMs);
}

export function abandonAll(turn: Turn): void {
  for (const { trial } of turn.state.slots) abandon(turn, trial);
}

/** All running attempts save a checkpoint and stop; the trials stay open. */
export function suspendAll(turn: Turn): void {
  for (const slot of turn.state.slots)
    if (slot.fate === "live") halt(turn, { ...slot, fate: "suspended" }, true, suspendTimeoutMs);
}

/** Nothing can go on until the user has done something. */
export function hold(turn: Turn, error: ErrorRecord): void {
  turn.emit({ type: "status-changed", status: "paused", reason: "error", error });
  suspendAll(turn);
}

/** The attempt at a trial that counts; undefined without one. */
export function activeSlot(turn: Turn, trial: number): Slot | undefined {
  return turn.state.slots.find((slot) => slot.trial === trial && slot.fate !== "abandoned");
}

/** An attempt ended with an error while the trial was wanted. */
export function fail(turn: Turn, slot: Slot, error: ErrorRecord): void {
  const { trial: number, attempt } = slot;
  turn.drop(slot.id);
  turn.change({ lastErrors: new Map(turn.state.lastErrors).set(number, error) });
  if (error.code === "checkpoint-corrupt" && slot.from !== null)
    turn.change({ badCheckpoints: new Set([...turn.state.badCheckpoints, slot.from]) });
  const attempted = { trial: number, attempt };
  // A worker that could not even be made counts as an attempt, too.
  if (turn.trial(number).attempt < attempt) turn.emit({ type: "attempt-started", ...attempted });
  turn.emit({ type: "attempt-failed", ...attempted, error });
  const meaning = classifyFailure(error.code);
  if (meaning === "fatal" || (meaning === "retry" && isExhausted(turn.state.attempts, number)))
    return giveUp(turn, turn.trial(number), error);
  if (meaning === "blocking") return hold(turn, error);
  start(turn, turn.trial(number), backOffMs(stalledAttempts(turn.state.attempts, number) - 1));
}

/** Ends a trial as failed; without an error of its own with the last attempt's. */
export function giveUp(turn: Turn, trial: TrialState, error: ErrorRecord | null): void {
  turn.emit(failed(trial, error ?? turn.state.lastErrors.get(trial.number) ?? null));
}

/** A trial that came to its end without an epoch: nothing can be said of it. */
export const withoutEpoch = ({ number }: TrialState): ErrorRecord =>
  new AppError("internal", word("trial-without-epoch", { trial: number })).toRecord();

function askForRunner(turn: Turn, slot: Omit<Slot, "phase">, delayMs: number): void {
  const { id } = slot;
  if (delayMs > 0) {
    turn.put({ ...slot, phase: "waiting" });
    return turn.order({ kind: "wait", id, delayMs });
  }
  turn.put({ ...slot, phase: "opening" });
  const { precision: setting } = turn.journal.definition.config.training;
  const { precision: before } = turn.trial(slot.trial);
  turn.order({ kind: "open-runner", id, precision: { setting, before } });
}

/** One that waits is over at once; one that is being opened is over when that has ended. */
function halt(turn: Turn, slot: Slot, withCheckpoint: boolean, timeoutMs: number): void {
  const { id } = slot;
  if (slot.phase === "waiting") {
    turn.drop(id);
    return turn.order({ kind: "dispose", id });
  }
  turn.put(slot);
  if (slot.phase === "training") turn.order({ kind: "stop", id, withCheckpoint, timeoutMs });
}

/** The trial's own last weights, or those of the trial it continues, as far as they are there. */
function jobOf(turn: Turn, { trial: number, attempt }: Slot): TrialJob {
  const { definition } = turn.journal;
  const { gone, badCheckpoints } = turn.state;
  const trial = turn.trial(number);
  const parent =
    trial.continueFrom === undefined ? null : finalWeights(turn.trial(trial.continueFrom));
  const usable = (checkpoint: CheckpointRef | null): CheckpointRef | null =>
    checkpoint && !badCheckpoints.has(checkpoint.path) && !gone.has(checkpoint.path)
      ? checkpoint
      : null;
  const own = usable(trial.checkpoint);
  const checkpoint = own ?? usable(parent);
  return {
    experimentId: definition.id,
    trial: number,
    attempt,
    seed: definition.seed,
    settings: definition.config.training,
    parameters: trial.parameters,
    precision: trial.precision ?? "f32",
    epochs: trial.epochs,
    from: checkpoint ? { checkpoint, own: own !== null } : null,
  };
}
