import { decode, integer, jsonObject, nullable, number, object, text } from "../../core/decode.ts";
import { toErrorRecord } from "../../core/errors.ts";
import { checkEvent, reduceEvents } from "../../core/journal/index.ts";
import type { JournalEvent } from "../../core/journal/events.ts";
import type { ExperimentState } from "../../core/journal/state.ts";
import type { JsonObject } from "../../core/json.ts";
import { nextEntry } from "./experiment-store.ts";
import type { JournalCopies } from "./journal-copies.ts";
import type { RawJournal, RawJournals } from "./raw-journals.ts";
import type { ExperimentEntry, SetAsideEntry } from "../schema.ts";
import type { Watermarks } from "./watermarks.ts";

/** What was wrong with one stored experiment and what became of it. */
export interface Repair {
  readonly experimentId: string;
  readonly name: string;
  /** Finished trials that came back from the second copy. */
  readonly restoredTrials: number;
  /** Finished trials of which nothing is left. */
  readonly lostTrials: number;
  /** Records that could not be read and were set aside. */
  readonly setAside: number;
}

/** What repair works with. */
export interface RepairShop {
  readonly raw: RawJournals;
  readonly copies: JournalCopies;
  readonly marks: Watermarks;
  readonly now: () => number;
  /** What the list of experiments shows of a state. */
  readonly summarize: (state: ExperimentState) => JsonObject;
  /** Runs `act` as the experiment's only writer in all tabs; undefined where another tab writes it. */
  readonly exclusively: <T>(id: string, act: () => Promise<T>) => Promise<T | undefined>;
}

/** Finds the experiments of which the database has lost something – entries, events, or all of it – and repairs them.
 *  Cheap where nothing is wrong: events are counted, not read. */
export async function repairAll(shop: RepairShop): Promise<Repair[]> {
  const { raw, copies, marks } = shop;
  // Marks before entries: a tab that writes meanwhile is ahead of its mark, never behind it.
  const copied = new Set(await copies.ids().catch(() => []));
  const repairs: Repair[] = [];
  for (const id of new Set([...marks.ids(), ...copied, ...(await raw.ids())])) {
    const mark = marks.get(id);
    const { entry, events } = await raw.look(id);
    const sound = parseEntry(entry, id);
    const whole = sound?.nextSeq === events && events >= (mark?.nextSeq ?? 0);
    // An experiment of an older build has no copy yet.
    if (whole && (mark || copied.has(id))) continue;
    const repair = await shop.exclusively(id, () => repairExperiment(shop, id));
    if (repair) repairs.push(repair);
  }
  return repairs;
}

/** Builds one journal anew from what the database and the second copy have of it. The caller is its only writer.
 *  @returns null when nothing had to be done, or nothing is known of such an experiment */
export async function repairExperiment(shop: RepairShop, id: string): Promise<Repair | null> {
  const { raw, copies, marks, now, summarize } = shop;
  const stored = await raw.read(id);
  const copy = await copies.read(id).catch(() => []);
  if (stored.entry === undefined && stored.events.length + copy.length === 0 && !marks.get(id)) {
    // What a deletion may have left: a file without a line that can be read.
    await copies.remove(id).catch(() => undefined);
    return null;
  }
  const rebuilt = rebuild(stored, copy, id);
  const at = now();
  const entry = parseEntry(stored.entry, id);
  const aside: Omit<SetAsideEntry, "experimentId">[] = rebuilt.unusable.map((bad) => ({
    ...{ at, store: "events" },
    ...bad,
  }));
  if (stored.entry !== undefined && !entry)
    aside.push({ at, store: "experiments", reason: "not an entry", record: stored.entry });
  const { state, events } = rebuilt;
  const same = entry?.nextSeq === events.length && rebuilt.fromCopy === 0 && aside.length === 0;
  const finished = state?.trials.filter(({ endedAt }) => endedAt !== null).length ?? 0;
  const lostTrials = Math.max(0, (marks.get(id)?.finished ?? 0) - finished);
  if (!same || !state)
    await raw.replace(
      id,
      state && { entry: nextEntry(id, null, events, summarize(state)), events },
      aside,
    );
  if (state) {
    // A copy that cannot be written now is written when the next trial has ended.
    await copies.append(id, events).catch(() => undefined);
    marks.set(id, { nextSeq: events.length, finished });
  } else {
    marks.remove(id);
    await copies.remove(id).catch(() => undefined);
  }
  if (same && lostTrials === 0) return null;
  return {
    experimentId: id,
    name: state?.name ?? entry?.name ?? id,
    restoredTrials: rebuilt.restoredTrials,
    lostTrials,
    setAside: aside.length,
  };
}

interface Rebuilt {
  /** Null when not even the first event is left. */
  readonly state: ExperimentState | null;
  readonly events: readonly JournalEvent[];
  readonly fromCopy: number;
  readonly restoredTrials: number;
  readonly unusable: readonly { readonly reason: string; readonly record: unknown }[];
}

/** Takes each event from the database, where that has none that can be read and follow from the copy, and leaves out what
 *  neither has; the rest is numbered anew. */
function rebuild(stored: RawJournal, copy: readonly unknown[], id: string): Rebuilt {
  const bySeq = new Map(stored.events.map(({ seq, record }) => [seq, record]));
  const seqs = new Set([...copy.keys(), ...bySeq.keys()]);
  const events: JournalEvent[] = [];
  const unusable: { reason: string; record: unknown }[] = [];
  let state: ExperimentState | null = null;
  let [fromCopy, restoredTrials] = [0, 0];
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    const record = bySeq.get(seq);
    const own = record === undefined ? null : tryEvent(() => eventOf(record, id, seq));
    if (own?.reason !== undefined) unusable.push({ reason: own.reason, record });
    const follow = (found: JournalEvent): string | null => {
      const event: JournalEvent = { ...found, seq: events.length };
      try {
        state = reduceEvents(state, [event]);
      } catch (error) {
        return toErrorRecord(error).message;
      }
      events.push(event);
      return null;
    };
    const obstacle = own?.event ? follow(own.event) : "missing";
    if (obstacle === null) continue;
    if (own?.event) unusable.push({ reason: obstacle, record });
    const { event: copied } = tryEvent(() => sameSeq(checkEvent(copy[seq]), seq));
    if (!copied || follow(copied) !== null) continue;
    fromCopy++;
    if (copied.type === "trial-ended") restoredTrials++;
  }
  return { state, events, fromCopy, restoredTrials, unusable };
}

function tryEvent(make: () => JournalEvent): { event?: JournalEvent; reason?: string } {
  try {
    return { event: make() };
  } catch (error) {
    return { reason: toErrorRecord(error).message };
  }
}

const recordForm = object({ experimentId: text(), seq: integer(0) });

function eventOf(record: unknown, id: string, seq: number): JournalEvent {
  decode(recordForm, record, "journal-invalid", "record");
  const event = checkEvent((record as { event: unknown }).event);
  if (event.type === "experiment-created" && event.definition.id !== id)
    throw new TypeError(`expected the experiment ${id}, got ${event.definition.id}`);
  return sameSeq(event, seq);
}

function sameSeq(event: JournalEvent, seq: number): JournalEvent {
  if (event.seq === seq) return event;
  throw new TypeError(`expected event ${seq}, got ${event.seq}`);
}

const entryForm = object({
  id: text(),
  name: text(),
  createdAt: number(),
  updatedAt: number(),
  nextSeq: integer(1),
  summary: nullable(jsonObject(100_000)),
});

/** Null for an entry that is damaged or missing. */
export function parseEntry(value: unknown, id: string): ExperimentEntry | null {
  try {
    const entry = decode(entryForm, value, "journal-invalid", "entry");
    return entry.id === id ? entry : null;
  } catch {
    // Its journal, which is the truth, makes a new one.
    return null;
  }
}
