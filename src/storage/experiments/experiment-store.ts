import { AppError } from "../../core/errors.ts";
import type { JournalEvent } from "../../core/journal/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { CheckpointEntry, ExperimentEntry } from "../schema.ts";
import { word } from "../../core/words/index.ts";

/** How safe an append has to be. */
export interface AppendOptions {
  /** "strict" survives a power failure: for created experiments and ended trials. */
  readonly durability: "strict" | "relaxed";
  /** Replaces the entry's summary; left out, the old one stays. */
  readonly summary?: JsonObject;
}

/** Keeps the journals of all experiments. Whatever the implementation:
 *  - `append` is all or nothing, and resolves only when the events are as durable as asked;
 *  - the events of an experiment are seq 0, 1, 2 … without gaps; anything else is refused with "journal-invalid",
 *    so that two writers can never mix their events;
 *  - the first event is `experiment-created` with the experiment's id, and it alone makes an experiment;
 *  - a `checkpoint-saved` event puts its file into the index in the same transaction and takes the trial's former one out;
 *  - `experiment-renamed` changes the entry's name in the same transaction;
 *  - what is read is a copy: changing it changes nothing stored.
 *  Every method rejects with AppError "storage-quota" or "storage-failed" where the medium fails. */
export interface ExperimentStore {
  /** @returns the entry after the append, and the checkpoints that the new ones replaced: their files may go
   *  @throws AppError "journal-invalid" for a gap, an unknown experiment, or a foreign first event */
  append(
    id: string,
    events: readonly JournalEvent[],
    options: AppendOptions,
  ): Promise<{ readonly entry: ExperimentEntry; readonly superseded: readonly CheckpointEntry[] }>;
  /** Events from `fromSeq` on, oldest first; empty for an unknown experiment.
   *  @throws AppError "journal-invalid" when stored events are missing */
  read(id: string, fromSeq?: number): Promise<JournalEvent[]>;
  get(id: string): Promise<ExperimentEntry | null>;
  /** Newest change first. */
  list(): Promise<ExperimentEntry[]>;
  /** Appends `experiment-renamed` as the next event. @throws AppError "journal-invalid" for an unknown experiment */
  rename(id: string, name: string, at: number): Promise<JournalEvent>;
  /** Forgets everything; an unknown id is no error. @returns its checkpoints: their files may go */
  remove(id: string): Promise<CheckpointEntry[]>;
  /** The named checkpoints of one experiment, or of all. */
  checkpoints(id?: string): Promise<CheckpointEntry[]>;
  /** Takes checkpoints out of the index, e.g. when space runs out. Unknown paths are no error. */
  dropCheckpoints(paths: readonly string[]): Promise<void>;
}

/** What an append does to the entry; the same for every implementation.
 *  @throws AppError "journal-invalid" */
export function nextEntry(
  id: string,
  entry: ExperimentEntry | null,
  events: readonly JournalEvent[],
  summary: JsonObject | undefined,
): ExperimentEntry {
  let next = entry;
  for (const event of events) {
    const expected = next?.nextSeq ?? 0;
    if (event.seq !== expected)
      throw new AppError(
        "journal-invalid",
        word("journal-expects", { experiment: id, expected, got: event.seq }),
        { experiment: id, expected, got: event.seq },
      );
    if (next === null) {
      if (event.type !== "experiment-created" || event.definition.id !== id)
        throw new AppError(
          "journal-invalid",
          word("journal-uncreated", { experiment: id, type: event.type }),
          { experiment: id, type: event.type },
        );
      next = {
        id,
        name: event.definition.config.name,
        createdAt: event.at,
        updatedAt: event.at,
        nextSeq: 1,
        summary: null,
      };
      continue;
    }
    next = {
      ...next,
      name: event.type === "experiment-renamed" ? event.name : next.name,
      updatedAt: event.at,
      nextSeq: expected + 1,
    };
  }
  if (next === null)
    throw new AppError("journal-invalid", word("no-such-journal", { experiment: id }), {
      experiment: id,
    });
  return summary === undefined ? next : { ...next, summary };
}

/** The newest checkpoint of each trial that `events` name. */
export function namedCheckpoints(id: string, events: readonly JournalEvent[]): CheckpointEntry[] {
  const newest = new Map<number, CheckpointEntry>();
  for (const event of events)
    if (event.type === "checkpoint-saved")
      newest.set(event.trial, {
        ...event.checkpoint,
        experimentId: id,
        trial: event.trial,
        seq: event.seq,
      });
  return [...newest.values()];
}

/** Newest change first; ties by id, so that the order never flickers. */
export function newestFirst(a: ExperimentEntry, b: ExperimentEntry): number {
  return b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1);
}

/** @param events as they were stored; a damaged record may hold none
 *  @throws AppError "journal-invalid" unless `events` are exactly fromSeq .. nextSeq - 1 */
export function checkComplete(
  entry: ExperimentEntry,
  fromSeq: number,
  events: readonly (JournalEvent | null | undefined)[],
): void {
  const expected = Math.max(0, entry.nextSeq - fromSeq);
  const gap = events.findIndex((event, index) => event?.seq !== fromSeq + index);
  if (events.length === expected && gap < 0) return;
  throw new AppError(
    "journal-invalid",
    word("journal-incomplete", {
      experiment: entry.id,
      expected,
      from: fromSeq,
      found: events.length,
    }),
    { experiment: entry.id, expected, found: events.length },
  );
}
