import { decode, integer, list, number, object, oneOf, type Decoder } from "../decode.ts";
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

/** Parses a foreign journal. @throws AppError "journal-invalid" */
export function checkJournal(value: unknown): JournalEvent[] {
  const events = decode(
    (v, path) => list((event, at) => checkEvent(event, at), journalLimits.events)(v, path),
    value,
    "journal-invalid",
    "events",
  );
  return [...events];
}
