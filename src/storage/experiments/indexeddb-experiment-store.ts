import type { JournalEvent } from "../../core/journal/events.ts";
import { commit, view, type Database } from "../database.ts";
import {
  checkComplete,
  namedCheckpoints,
  newestFirst,
  nextEntry,
  type AppendOptions,
  type ExperimentStore,
} from "./experiment-store.ts";
import type { CheckpointEntry } from "../schema.ts";

const journalRange = (id: string, fromSeq = 0): IDBKeyRange =>
  IDBKeyRange.bound([id, fromSeq], [id, Infinity]);
const trialRange = (id: string): IDBKeyRange => IDBKeyRange.bound([id, -Infinity], [id, Infinity]);

/** Keeps journals in IndexedDB; every append is one transaction over entry, events and checkpoint index. */
export function createIndexedDbExperimentStore(database: Database): ExperimentStore {
  /** `eventsAfter` makes the events from the seq that comes next, inside the transaction that writes them. */
  const write = (
    id: string,
    eventsAfter: (nextSeq: number) => readonly JournalEvent[],
    options: AppendOptions,
  ) =>
    commit(
      database,
      ["experiments", "events", "checkpoints"],
      options.durability,
      async (transaction) => {
        const old = (await transaction.objectStore("experiments").get(id)) ?? null;
        const events = eventsAfter(old?.nextSeq ?? 0);
        const entry = nextEntry(id, old, events, options.summary);
        const superseded: CheckpointEntry[] = [];
        const checkpoints = transaction.objectStore("checkpoints");
        for (const checkpoint of namedCheckpoints(id, events)) {
          const former = await checkpoints.index("trial").getAll([id, checkpoint.trial]);
          for (const one of former) {
            if (one.path === checkpoint.path) continue;
            superseded.push(one);
            await checkpoints.delete(one.path);
          }
          await checkpoints.put(checkpoint);
        }
        for (const event of events)
          await transaction.objectStore("events").add({ experimentId: id, seq: event.seq, event });
        await transaction.objectStore("experiments").put(entry);
        return { entry, superseded, events };
      },
    );

  return {
    async append(id, events, options) {
      const { entry, superseded } = await write(id, () => events, options);
      return { entry, superseded };
    },
    read: (id, fromSeq = 0) =>
      view(database, ["experiments", "events"], async (transaction) => {
        const entry = await transaction.objectStore("experiments").get(id);
        if (!entry) return [];
        const records = await transaction.objectStore("events").getAll(journalRange(id, fromSeq));
        const events = records.map((record) => record.event);
        checkComplete(entry, fromSeq, events);
        return events;
      }),
    get: (id) =>
      view(
        database,
        ["experiments"],
        async (transaction) => (await transaction.objectStore("experiments").get(id)) ?? null,
      ),
    list: () =>
      view(database, ["experiments"], async (transaction) =>
        (await transaction.objectStore("experiments").getAll()).sort(newestFirst),
      ),
    async rename(id, name, at) {
      const { events } = await write(id, (seq) => [{ seq, at, type: "experiment-renamed", name }], {
        durability: "strict",
      });
      return events[0]!;
    },
    remove: (id) =>
      commit(database, ["experiments", "events", "checkpoints"], "strict", async (transaction) => {
        const checkpoints = transaction.objectStore("checkpoints");
        const gone = await checkpoints.index("trial").getAll(trialRange(id));
        for (const { path } of gone) await checkpoints.delete(path);
        await transaction.objectStore("events").delete(journalRange(id));
        await transaction.objectStore("experiments").delete(id);
        return gone;
      }),
    checkpoints: (id) =>
      view(database, ["checkpoints"], (transaction) =>
        transaction
          .objectStore("checkpoints")
          .index("trial")
          .getAll(id === undefined ? undefined : trialRange(id)),
      ),
    dropCheckpoints: (paths) =>
      commit(database, ["checkpoints"], "relaxed", async (transaction) => {
        for (const path of paths) await transaction.objectStore("checkpoints").delete(path);
      }),
  };
}
