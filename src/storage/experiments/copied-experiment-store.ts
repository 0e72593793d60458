import type { ExperimentStore } from "./experiment-store.ts";
import type { JournalCopies } from "./journal-copies.ts";
import type { Watermarks } from "./watermarks.ts";

/** Keeps a second copy of every journal up to its last strict append: a strict append resolves when both copies have it.
 *  A copy that cannot be written costs nothing but itself: the database alone decides what is stored. */
export function withSecondCopy(
  store: ExperimentStore,
  copies: JournalCopies,
  marks: Watermarks,
): ExperimentStore {
  const last = new Map<string, Promise<void>>();
  /** One after the other for each experiment. */
  const bringUpToDate = (id: string): Promise<void> => {
    const next = (last.get(id) ?? Promise.resolve()).then(async () => {
      try {
        const from = await copies.nextSeq(id);
        const events = await store.read(id, from);
        await copies.append(id, events);
        const former = from === 0 ? 0 : (marks.get(id)?.finished ?? 0);
        const ended = events.filter(({ type }) => type === "trial-ended").length;
        const nextSeq = from + events.length;
        marks.set(id, { nextSeq, finished: former + ended });
      } catch {
        // Out of space, or a browser without files: the next strict append tries again.
      }
    });
    last.set(id, next);
    return next;
  };
  return {
    ...store,
    async append(id, events, options) {
      const result = await store.append(id, events, options);
      if (options.durability === "strict") await bringUpToDate(id);
      return result;
    },
    async rename(id, name, at) {
      const event = await store.rename(id, name, at);
      await bringUpToDate(id);
      return event;
    },
    async remove(id) {
      await last.get(id);
      // First the copies: a tab that dies in between must not bring a deleted experiment back.
      marks.remove(id);
      await copies.remove(id).catch(() => undefined);
      return store.remove(id);
    },
  };
}
