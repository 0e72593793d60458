import type { Page } from "playwright-core";
import type { JournalEvent } from "../../../src/core/journal/index.ts";

type Matching<Type extends JournalEvent["type"]> = Extract<JournalEvent, { type: Type }>;

/** Follows an experiment's journal as it is stored, event by event. */
export class StoredJournal {
  readonly events: JournalEvent[] = [];
  readonly #id: string;
  #page: Page;
  #seen = 0;

  /** @param page shows the experiment */
  constructor(page: Page) {
    this.#page = page;
    this.#id = decodeURIComponent(new URL(page.url()).hash.split("/").at(-1)!);
  }

  /** Reads through another page of the same browser profile from now on. */
  through(page: Page): void {
    this.#page = page;
  }

  /** The next event of a type that no earlier call has passed. Rejects when it does not come in time. */
  async next<Type extends JournalEvent["type"]>(
    type: Type,
    timeoutMs = 60_000,
    matches: (event: Matching<Type>) => boolean = () => true,
  ): Promise<Matching<Type>> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      while (this.#seen < this.events.length) {
        const event = this.events[this.#seen++]!;
        if (event.type === type && matches(event as Matching<Type>)) return event as Matching<Type>;
      }
      const leftMs = end - Date.now();
      if (leftMs <= 0) {
        const last = JSON.stringify(this.events.slice(-3));
        throw new Error(`no ${type} within ${timeoutMs / 1000} s; the journal ends with ${last}`);
      }
      await this.#read(Math.min(leftMs, 1000));
    }
  }

  /** Passes everything that is stored so far. */
  async skip(): Promise<void> {
    await this.#read(0);
    this.#seen = this.events.length;
  }

  /** Waits up to `waitMs` for news. */
  async #read(waitMs: number): Promise<void> {
    const from = this.events.length;
    const query = { id: this.#id, from, waitMs };
    const found = await this.#page.evaluate(async ({ id, from, waitMs }) => {
      const records = (): Promise<{ event: unknown }[]> =>
        new Promise((resolve, reject) => {
          const opening = indexedDB.open("tabtune");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const range = IDBKeyRange.bound([id, from], [id, Infinity]);
            const reading = opening.result.transaction("events").objectStore("events");
            const all = reading.getAll(range);
            all.onerror = () => reject(all.error);
            all.onsuccess = () => {
              opening.result.close();
              resolve(all.result);
            };
          };
        });
      const channel = new BroadcastChannel("tabtune");
      const news = new Promise((resolve) => {
        channel.onmessage = ({ data }) => {
          if (data.kind === "appended") resolve(null);
        };
        setTimeout(resolve, waitMs);
      });
      let stored = await records();
      if (stored.length === 0 && waitMs > 0) {
        await news;
        stored = await records();
      }
      channel.close();
      return stored.map(({ event }) => event);
    }, query);
    this.events.push(...(found as JournalEvent[]));
  }
}
