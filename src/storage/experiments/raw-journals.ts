import type { JournalEvent } from "../../core/journal/events.ts";
import { commit, view, type Database } from "../database.ts";
import { namedCheckpoints } from "./experiment-store.ts";
import type { ExperimentEntry, SetAsideEntry } from "../schema.ts";

/** A stored experiment as it is, readable or not. */
export interface RawJournal {
  readonly entry: unknown;
  readonly events: readonly { readonly seq: number; readonly record: unknown }[];
}

/** The database below the experiment store, for the one who repairs it. */
export interface RawJournals {
  /** Every experiment of which there is an entry or an event. */
  ids(): Promise<string[]>;
  /** The entry and the number of stored events. */
  look(id: string): Promise<{ readonly entry: unknown; readonly events: number }>;
  read(id: string): Promise<RawJournal>;
  /** Puts a whole journal in the place of what is stored – nothing with null – and keeps aside what cannot be used, in one
   *  transaction. */
  replace(
    id: string,
    journal: { readonly entry: ExperimentEntry; readonly events: readonly JournalEvent[] } | null,
    aside: readonly Omit<SetAsideEntry, "experimentId">[],
  ): Promise<void>;
  setAside(): Promise<SetAsideEntry[]>;
  forgetSetAside(): Promise<void>;
}

const all = (id: string): IDBKeyRange => IDBKeyRange.bound([id, -Infinity], [id, []]);

/** Reads events as they lie there, damaged ones too. */
export function openRawJournals(database: Database): RawJournals {
  return {
    ids: () =>
      view(database, ["experiments", "events"], async (transaction) => {
        const keys = await transaction.objectStore("experiments").getAllKeys();
        const ids = new Set<unknown>(keys);
        // From one experiment's first event to the next experiment's, without reading those in between.
        let cursor = await transaction.objectStore("events").openKeyCursor();
        while (cursor) {
          const [id] = cursor.key;
          ids.add(id);
          cursor = await cursor.continue([id, [] as unknown as number]);
        }
        return [...ids].filter((id): id is string => typeof id === "string");
      }),
    look: (id) =>
      view(database, ["experiments", "events"], async (transaction) => ({
        entry: await transaction.objectStore("experiments").get(id),
        events: await transaction.objectStore("events").count(all(id)),
      })),
    read: (id) =>
      view(database, ["experiments", "events"], async (transaction) => {
        const entry = await transaction.objectStore("experiments").get(id);
        const keys = await transaction.objectStore("events").getAllKeys(all(id));
        const records: readonly unknown[] = await transaction.objectStore("events").getAll(all(id));
        return { entry, events: keys.map(([, seq], i) => ({ seq, record: records[i] })) };
      }),
    replace: (id, journal, aside) =>
      commit(
        database,
        ["experiments", "events", "checkpoints", "set-aside"],
        "strict",
        async (transaction) => {
          const experiments = transaction.objectStore("experiments");
          const events = transaction.objectStore("events");
          const checkpoints = transaction.objectStore("checkpoints");
          await events.delete(all(id));
          await experiments.delete(id);
          for (const path of await checkpoints.index("trial").getAllKeys(all(id)))
            await checkpoints.delete(path);
          if (journal) {
            await experiments.put(journal.entry);
            for (const event of journal.events)
              await events.put({ experimentId: id, seq: event.seq, event });
            for (const checkpoint of namedCheckpoints(id, journal.events))
              await checkpoints.put(checkpoint);
          }
          for (const entry of aside)
            await transaction.objectStore("set-aside").add({ ...entry, experimentId: id });
        },
      ),
    setAside: () =>
      view(database, ["set-aside"], (transaction) => transaction.objectStore("set-aside").getAll()),
    forgetSetAside: () =>
      commit(database, ["set-aside"], "relaxed", (transaction) =>
        transaction.objectStore("set-aside").clear(),
      ),
  };
}
