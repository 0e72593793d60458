import { AppError } from "../errors.ts";
import { applyTrialEvent } from "./reduce-trial.ts";
import type { EventBody, ExperimentStatus, JournalEvent } from "./events.ts";
import { logLength, toDraft, type Draft } from "./draft.ts";
import type { ExperimentState } from "./state.ts";

/** Folds one event. Costs the length of `trials` in pointers; for many events at once use `reduceEvents`.
 *  @param state null before the first event
 *  @throws AppError "journal-invalid" when the event may not follow */
export function reduce(state: ExperimentState | null, event: JournalEvent): ExperimentState {
  return reduceEvents(state, [event]);
}

/** Folds a whole journal. @throws AppError "journal-invalid", also for an empty one */
export function reduceJournal(events: Iterable<JournalEvent>): ExperimentState {
  return reduceEvents(null, events);
}

/** Folds events into a state, leaving the state it is given as it was; linear in the number of events.
 *  @throws AppError "journal-invalid" */
export function reduceEvents(
  state: ExperimentState | null,
  events: Iterable<JournalEvent>,
): ExperimentState {
  let draft = state === null ? null : toDraft(state);
  for (const event of events) {
    if (draft === null) draft = create(event);
    else apply(draft, event);
  }
  if (draft === null) throw new AppError("journal-invalid", "The journal is empty.");
  const { owned, ...result } = draft;
  owned.clear();
  return {
    ...result,
    log: result.log.length > logLength ? result.log.slice(-logLength) : result.log,
  };
}

/** @throws AppError "journal-invalid" naming the event */
export function refuse(event: JournalEvent, problem: string): never {
  throw new AppError("journal-invalid", `Event ${event.seq} (${event.type}): ${problem}.`, {
    seq: event.seq,
    type: event.type,
  });
}

function create(event: JournalEvent): Draft {
  if (event.type !== "experiment-created")
    refuse(event, "a journal begins with experiment-created");
  if (event.seq !== 0) refuse(event, `a journal begins with seq 0, not ${event.seq}`);
  const { definition } = event;
  return {
    definition,
    name: definition.config.name,
    status: "idle",
    statusReason: "created",
    error: null,
    trialConcurrency: definition.config.trialConcurrency,
    maxTrialNumber: definition.config.maxTrialNumber,
    maxDurationMs: definition.config.maxDurationMs,
    trials: [],
    createdAt: event.at,
    updatedAt: event.at,
    elapsedMs: 0,
    runningSince: null,
    log: [event],
    lastSeq: event.seq,
    owned: new Set(),
  };
}

function apply(draft: Draft, event: JournalEvent): void {
  if (event.seq !== draft.lastSeq + 1)
    refuse(event, `expected seq ${draft.lastSeq + 1}, got ${event.seq}`);
  switch (event.type) {
    case "experiment-created":
      return refuse(event, "an experiment is created once");
    case "experiment-renamed":
      draft.name = event.name;
      break;
    case "status-changed":
      changeStatus(draft, event);
      break;
    case "limits-changed":
      if (event.trialConcurrency !== undefined) draft.trialConcurrency = event.trialConcurrency;
      if (event.maxTrialNumber !== undefined) draft.maxTrialNumber = event.maxTrialNumber;
      if (event.maxDurationMs !== undefined) draft.maxDurationMs = event.maxDurationMs;
      break;
    case "note":
      break;
    case "trial-added":
    case "attempt-started":
    case "attempt-failed":
    case "epoch-finished":
    case "checkpoint-saved":
    case "trial-ended":
    case "test-finished":
      applyTrialEvent(draft, event, (problem) => refuse(event, problem));
      break;
    default:
      event satisfies never;
  }
  draft.lastSeq = event.seq;
  draft.updatedAt = Math.max(draft.updatedAt, event.at);
  // Epochs and checkpoints are too many for a log that people read; curves and trials show them.
  if (event.type !== "epoch-finished" && event.type !== "checkpoint-saved") {
    draft.log.push(event);
    if (draft.log.length > 2 * logLength) draft.log.splice(0, draft.log.length - logLength);
  }
}

const successors: Readonly<Record<ExperimentStatus, readonly ExperimentStatus[]>> = {
  idle: ["preparing", "running", "paused", "done", "failed"],
  preparing: ["idle", "running", "paused", "done", "failed"],
  running: ["preparing", "paused", "done", "failed"],
  paused: ["preparing", "running", "done", "failed"],
  done: ["preparing", "running", "paused", "failed"],
  failed: ["preparing", "running", "paused", "done"],
};

function changeStatus(
  draft: Draft,
  event: JournalEvent & Extract<EventBody, { type: "status-changed" }>,
): void {
  const { status } = event;
  if (status !== draft.status && !successors[draft.status].includes(status))
    refuse(event, `${status} cannot follow ${draft.status}`);
  if (draft.runningSince !== null) {
    // "running" after "running" is a tab that came back: what it slept since its last event does not count.
    const until = status === "running" ? draft.updatedAt : event.at;
    draft.elapsedMs += Math.max(0, until - draft.runningSince);
  }
  draft.runningSince = status === "running" ? event.at : null;
  draft.status = status;
  draft.statusReason = event.reason;
  draft.error = event.error ?? null;
}
