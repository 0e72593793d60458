import type { JournalEvent } from "../../core/journal/events.ts";
import {
  checkComplete,
  namedCheckpoints,
  newestFirst,
  nextEntry,
  type ExperimentStore,
} from "./experiment-store.ts";
import type { CheckpointEntry, ExperimentEntry } from "../schema.ts";

/** Keeps journals as long as the object lives: for tests, and where the browser allows no storage. */
export function createMemoryExperimentStore(): ExperimentStore {
  const entries = new Map<string, ExperimentEntry>();
  const journals = new Map<string, JournalEvent[]>();
  const checkpoints = new Map<string, CheckpointEntry>();

  const store: ExperimentStore = {
    async append(id, events, options) {
      const entry = nextEntry(id, entries.get(id) ?? null, events, options.summary);
      const named = namedCheckpoints(id, events);
      const superseded = named.flatMap((checkpoint) =>
        [...checkpoints.values()].filter(
          (old) =>
            old.experimentId === id &&
            old.trial === checkpoint.trial &&
            old.path !== checkpoint.path,
        ),
      );
      const copies = structuredClone(events);
      entries.set(id, structuredClone(entry));
      journals.set(id, [...(journals.get(id) ?? []), ...copies]);
      for (const old of superseded) checkpoints.delete(old.path);
      for (const checkpoint of named) checkpoints.set(checkpoint.path, structuredClone(checkpoint));
      return { entry, superseded };
    },
    async read(id, fromSeq = 0) {
      const entry = entries.get(id);
      if (!entry) return [];
      const events = structuredClone((journals.get(id) ?? []).slice(fromSeq));
      checkComplete(entry, fromSeq, events);
      return events;
    },
    get: async (id) => structuredClone(entries.get(id) ?? null),
    list: async () => structuredClone([...entries.values()]).sort(newestFirst),
    async rename(id, name, at) {
      const seq = entries.get(id)?.nextSeq ?? 0;
      const event: JournalEvent = { seq, at, type: "experiment-renamed", name };
      await store.append(id, [event], { durability: "strict" });
      return event;
    },
    async remove(id) {
      const gone = await store.checkpoints(id);
      for (const { path } of gone) checkpoints.delete(path);
      entries.delete(id);
      journals.delete(id);
      return gone;
    },
    checkpoints: async (id) =>
      structuredClone(
        [...checkpoints.values()].filter((one) => id === undefined || one.experimentId === id),
      ),
    async dropCheckpoints(paths) {
      for (const path of paths) checkpoints.delete(path);
    },
  };
  return store;
}
