import { isDeepStrictEqual } from "node:util";
import type { Page } from "playwright-core";
import { checkJournal, type JournalEvent } from "../../../src/core/journal/index.ts";

/** What lies in the database, read beside the page's own code and checked event by event.
 *  @throws AppError "journal-invalid" for a torn record, Error for a gap in the sequence */
export async function readStoredJournals(
  page: Page,
): Promise<ReadonlyMap<string, readonly JournalEvent[]>> {
  await databaseOfPage(page);
  const records = await page.evaluate(
    () =>
      new Promise<{ experimentId: string; seq: number; event: unknown }[]>((resolve, reject) => {
        const opening = indexedDB.open("tabtune");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction("events").objectStore("events").getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
          };
        };
      }),
  );
  const ids = [...new Set(records.map(({ experimentId }) => experimentId))];
  return new Map(
    ids.map((id) => {
      const events = checkJournal(
        records.filter(({ experimentId }) => experimentId === id).map(({ event }) => event),
      );
      const gap = events.findIndex(({ seq }, index) => seq !== index);
      if (gap >= 0) throw new Error(`${id}: event ${gap} is missing`);
      return [id, events];
    }),
  );
}

/** Waits for the page to make its database: opened before, it would be made without stores. */
async function databaseOfPage(page: Page): Promise<void> {
  await page.waitForFunction(async () =>
    (await indexedDB.databases()).some(({ name }) => name === "tabtune"),
  );
}

/** A record as it lies in a store. */
export interface Row {
  readonly store: string;
  /** For stores without a key path. */
  readonly key?: string;
  readonly value: unknown;
}

/** Journals written beside the page's own code, as if it had written them. */
export const putJournals = (
  page: Page,
  journals: ReadonlyMap<string, readonly JournalEvent[]>,
): Promise<void> => putRows(page, [...journals.values()].flatMap(rowsOf));

/** The entry and the events of one experiment. */
export function rowsOf(events: readonly JournalEvent[]): Row[] {
  const first = events[0] as Extract<JournalEvent, { type: "experiment-created" }>;
  const { id } = first.definition;
  const entry = {
    id,
    name: first.definition.config.name,
    createdAt: 1000,
    updatedAt: 9000,
    summary: null,
  };
  return [
    { store: "experiments", value: { ...entry, nextSeq: events.length } },
    ...events.map((event) => ({
      store: "events",
      value: { experimentId: id, seq: event.seq, event },
    })),
  ];
}

/** One transaction over all stores that `rows` name. What JSON can say goes as JSON, which alone carries a key `__proto__`. */
export async function putRows(page: Page, rows: readonly Row[]): Promise<void> {
  await databaseOfPage(page);
  await page.evaluate(
    (given) =>
      new Promise<void>((resolve, reject) => {
        const all = given.map(({ json, ...row }) =>
          json === null ? row : { ...row, value: JSON.parse(json) as unknown },
        );
        const opening = indexedDB.open("tabtune");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const stores = [...new Set(all.map(({ store }) => store))];
          const transaction = database.transaction(stores, "readwrite");
          for (const { store, key, value } of all) transaction.objectStore(store).put(value, key);
          transaction.onabort = () => reject(transaction.error);
          transaction.oncomplete = () => {
            database.close();
            resolve();
          };
        };
      }),
    rows.map(({ value, ...row }) => {
      const json = JSON.stringify(value);
      const isJson = isDeepStrictEqual(JSON.parse(json), value);
      return isJson ? { ...row, json, value: null } : { ...row, json: null, value };
    }),
  );
}

/** Everything that the database holds, as JSON by store; bytes as their number.
 *  @param id only the events of this experiment, as a list */
export function everythingStored(page: Page, id?: string): Promise<string> {
  return page.evaluate(
    (wanted) =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open("tabtune");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const names = [...database.objectStoreNames];
          const found: Record<string, unknown[]> = {};
          const transaction = database.transaction(names);
          for (const name of names) {
            const reading = transaction.objectStore(name).getAll();
            reading.onsuccess = () => (found[name] = reading.result);
          }
          transaction.onabort = () => reject(transaction.error);
          transaction.oncomplete = () => {
            database.close();
            const events = (found["events"] ?? []) as { experimentId: string; event: unknown }[];
            const own = events.filter(({ experimentId }) => experimentId === wanted);
            const value = wanted === undefined ? found : own.map(({ event }) => event);
            resolve(
              JSON.stringify(value, (_key, inner: unknown) =>
                inner instanceof Uint8Array ? inner.length : inner,
              ),
            );
          };
        };
      }),
    id,
  );
}
