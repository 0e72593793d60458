import { attemptFailed } from "./attempt-failed.ts";
import { attemptStarted } from "./attempt-started.ts";
import { checkpointSaved } from "./checkpoint-saved.ts";
import { epochFinished } from "./epoch-finished.ts";
import { experimentCreated } from "./experiment-created.ts";
import { experimentRenamed } from "./experiment-renamed.ts";
import type { BodyOf, EventKind, EventHead } from "./kind.ts";
import { limitsChanged } from "./limits-changed.ts";
import { noteWritten } from "./note-written.ts";
import { note } from "./note.ts";
import { statusChanged } from "./status-changed.ts";
import { testFinished } from "./test-finished.ts";
import { trialAdded } from "./trial-added.ts";
import { trialEnded } from "./trial-ended.ts";
import { trialTagged } from "./trial-tagged.ts";

/** Every type of event. A new one needs a new version of the database and of the file: older builds do not know it. */
const kinds = [
  experimentCreated,
  experimentRenamed,
  statusChanged,
  limitsChanged,
  trialAdded,
  attemptStarted,
  attemptFailed,
  epochFinished,
  checkpointSaved,
  trialEnded,
  testFinished,
  note,
  noteWritten,
  trialTagged,
] as const;

/** What an event says, without its place in the journal. */
export type EventBody = BodyOf<(typeof kinds)[number]>;

/** What a person writes beside the results; nothing follows from it but itself. */
export type Remark = Extract<
  EventBody,
  { readonly type: "experiment-renamed" | "note-written" | "trial-tagged" }
>;

export type EventType = EventBody["type"];

/** Everything that matters to an experiment, in the order it happened. */
export type JournalEvent = EventHead & EventBody;

export const eventTypes: readonly EventType[] = kinds.map(({ type }) => type);

type AnyKind = EventKind<EventType, Record<string, never>>;

const byType: ReadonlyMap<string, AnyKind> = new Map(
  // `fields` and `apply` of one kind belong together, which TypeScript cannot follow through a lookup.
  (kinds as readonly unknown[] as readonly AnyKind[]).map((kind) => [kind.type, kind]),
);

/** @throws RangeError for a type that is not in the table */
export function kindOf(type: EventType): AnyKind {
  const kind = byType.get(type);
  if (kind === undefined) throw new RangeError(`type: expected one of ${eventTypes}, got ${type}`);
  return kind;
}

/** True where an append must survive a power failure. */
export function isStrict({ type }: Pick<EventBody, "type">): boolean {
  return kindOf(type).strict;
}
