import { decode, integer, list, number, object, oneOf, type Decoder } from "../decode.ts";
import { AppError } from "../errors.ts";
import { word } from "../words/index.ts";
import { isCurve, unfoldCurve } from "./curve/curve.ts";
import { journalLimits } from "./events/fields.ts";
import { eventTypes, kindOf, type JournalEvent } from "./events/table.ts";

const head = object({ seq: integer(0, journalLimits.events), at: number() });
const eventType = object({ type: oneOf(eventTypes) });

/** Parses one foreign event (from a file, a link, a database, a room) field by field into a new object.
 *  What is checked is the event by itself; whether it may follow the others is `reduce`'s matter.
 *  @throws AppError "journal-invalid" with the path of the offending field */
export function checkEvent(value: unknown, path = "event"): JournalEvent {
  const { type } = decode(eventType, value, "journal-invalid", path);
  const start = decode(head, value, "journal-invalid", path);
  const body: Decoder<object> = object(kindOf(type).fields);
  // The fields are those of `type`, which TypeScript cannot follow through the lookup.
  return { ...start, type, ...decode(body, value, "journal-invalid", path) } as JournalEvent;
}

/** The event that a foreign record stands for, or those that a curve holds.
 *  @throws AppError "journal-invalid" */
export function checkRecord(value: unknown, path = "event"): JournalEvent[] {
  if (!isCurve(value)) return [checkEvent(value, path)];
  return unfoldCurve(value, path).map((event) => checkEvent(event, path));
}

/** Parses a foreign journal; curves are unfolded.
 *  @param maxEvents refuses more, before they are made
 *  @throws AppError "journal-invalid" */
export function checkJournal(
  value: unknown,
  maxEvents: number = journalLimits.events,
): JournalEvent[] {
  const records = decode(
    list((v) => v, maxEvents),
    value,
    "journal-invalid",
    "events",
  );
  const count = records.reduce((sum: number, record) => sum + sizeOf(record), 0);
  if (!(count <= maxEvents))
    throw new AppError("journal-invalid", word("events-of-at-most", { events: maxEvents }), {
      maxEvents,
    });
  const events = records.flatMap((record, i) => checkRecord(record, `events[${i}]`));
  // Epochs stood among the events of other trials.
  return records.some(isCurve) ? events.sort((a, b) => a.seq - b.seq) : events;
}

function sizeOf(record: unknown): number {
  return isCurve(record) ? Number((record as { readonly epochs?: unknown }).epochs) : 1;
}
