/** How far an experiment is known to have come. */
export interface Watermark {
  /** seq its next event had when a trial last ended. */
  readonly nextSeq: number;
  /** Trials that had ended. */
  readonly finished: number;
}

/** A third, tiny record of each experiment beside database and files: tells that something is missing. */
export interface Watermarks {
  get(id: string): Watermark | null;
  set(id: string, mark: Watermark): void;
  remove(id: string): void;
  ids(): string[];
}

const prefix = "tabtune-watermark/";

/** @param storage such as `localStorage`; where the browser refuses it nothing is remembered */
export function createWatermarks(
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
): Watermarks {
  const quietly = <T>(act: () => T, otherwise: T): T => {
    try {
      return act();
    } catch {
      // Blocked or full: the other two copies do without.
      return otherwise;
    }
  };
  return {
    get(id) {
      const text = quietly(() => storage.getItem(prefix + id), null);
      const [, nextSeq, finished] = /^(\d{1,9}) (\d{1,9})$/.exec(text ?? "") ?? [];
      return finished === undefined
        ? null
        : { nextSeq: Number(nextSeq), finished: Number(finished) };
    },
    set: (id, { nextSeq, finished }) =>
      quietly(() => storage.setItem(prefix + id, `${nextSeq} ${finished}`), undefined),
    remove: (id) => quietly(() => storage.removeItem(prefix + id), undefined),
    ids: () =>
      quietly(
        () =>
          Object.keys(storage)
            .filter((key) => key.startsWith(prefix))
            .map((key) => key.slice(prefix.length)),
        [],
      ),
  };
}
