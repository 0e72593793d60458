import { AppError } from "../errors.ts";
import { kindOf, type JournalEvent } from "./events/table.ts";
import type { Draft } from "./draft.ts";
import type { ExperimentState } from "./state.ts";
import { word, type Word } from "../words/index.ts";

/** Entries of `ExperimentState.log`; older ones are in the journal only. */
const logLength = 500;

/** A draft with its log. */
interface LoggedDraft extends Draft {
  log: JournalEvent[];
}

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
  let draft: LoggedDraft | null = state === null ? null : toDraft(state);
  for (const event of events) {
    if (draft === null) draft = create(event);
    else apply(draft, event);
  }
  if (draft === null) throw new AppError("journal-invalid", word("journal-empty"));
  const { owned, ...result } = draft;
  owned.clear();
  return {
    ...result,
    log: result.log.length > logLength ? result.log.slice(-logLength) : result.log,
  };
}

/** @throws AppError "journal-invalid" naming the event */
export function refuse(event: JournalEvent, problem: Word): never {
  throw new AppError(
    "journal-invalid",
    word("event-refused", { seq: event.seq, type: event.type, problem }),
    {
      seq: event.seq,
      type: event.type,
    },
  );
}

/** A draft that shares the trials of a state. */
function toDraft(state: ExperimentState): LoggedDraft {
  return { ...state, trials: [...state.trials], log: [...state.log], owned: new Set() };
}

function create(event: JournalEvent): LoggedDraft {
  if (event.type !== "experiment-created") refuse(event, word("begins-with-creation"));
  if (event.seq !== 0) refuse(event, word("begins-with-zero", { seq: event.seq }));
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

function apply(draft: LoggedDraft, event: JournalEvent): void {
  if (event.seq !== draft.lastSeq + 1)
    refuse(event, word("expected-seq", { expected: draft.lastSeq + 1, got: event.seq }));
  const kind = kindOf(event.type);
  // The event is one of this kind, which TypeScript cannot follow through the lookup.
  kind.apply(draft, event as never, (problem) => refuse(event, problem));
  draft.lastSeq = event.seq;
  draft.updatedAt = Math.max(draft.updatedAt, event.at);
  if (kind.inLog) {
    draft.log.push(event);
    if (draft.log.length > 2 * logLength) draft.log.splice(0, draft.log.length - logLength);
  }
}
