import type { Page } from "playwright-core";

/** A whole database as JSON, to be made anew as a browser has it. */
export interface RawDatabase {
  readonly version: number;
  readonly stores: readonly RawStore[];
}

interface RawStore {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly autoIncrement: boolean;
  readonly indexes: readonly { readonly name: string; readonly keyPath: string | string[] }[];
  /** Keys only where they are not in the records. */
  readonly rows: readonly { readonly key?: IDBValidKey; readonly value: unknown }[];
}

/** Everything but the images, which are made or fetched again: `skip` names stores that stay empty.
 *  @param page any page of the origin */
export function readRawDatabase(page: Page, skip: readonly string[] = []): Promise<RawDatabase> {
  return page.evaluate(
    (left) =>
      new Promise<RawDatabase>((resolve, reject) => {
        const opening = indexedDB.open("tabtune");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const transaction = database.transaction([...database.objectStoreNames]);
          const reading = [...database.objectStoreNames].map((name) => {
            const store = transaction.objectStore(name);
            const [keys, values] = [store.getAllKeys(), store.getAll()];
            const shape = {
              name,
              keyPath: store.keyPath as string | string[] | null,
              autoIncrement: store.autoIncrement,
              indexes: [...store.indexNames].map((index) => ({
                name: index,
                keyPath: store.index(index).keyPath as string | string[],
              })),
            };
            return () => ({
              ...shape,
              rows: left.includes(name)
                ? []
                : values.result.map((value: unknown, i) =>
                    store.keyPath === null ? { key: keys.result[i]!, value } : { value },
                  ),
            });
          });
          transaction.onabort = () => reject(transaction.error);
          transaction.oncomplete = () => {
            database.close();
            resolve({ version: database.version, stores: reading.map((read) => read()) });
          };
        };
      }),
    skip,
  );
}

/** @param page a page of the origin that does not open the database itself */
export function writeRawDatabase(page: Page, raw: RawDatabase): Promise<void> {
  return page.evaluate(
    (json) =>
      new Promise<void>((resolve, reject) => {
        const { version, stores } = JSON.parse(json) as RawDatabase;
        const removing = indexedDB.deleteDatabase("tabtune");
        removing.onerror = () => reject(removing.error);
        removing.onsuccess = () => {
          const opening = indexedDB.open("tabtune", version);
          opening.onerror = () => reject(opening.error);
          opening.onupgradeneeded = () => {
            for (const { name, keyPath, autoIncrement, indexes, rows } of stores) {
              const store = opening.result.createObjectStore(name, { keyPath, autoIncrement });
              for (const index of indexes) store.createIndex(index.name, index.keyPath);
              for (const { key, value } of rows) store.put(value, key);
            }
          };
          opening.onsuccess = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    JSON.stringify(raw),
  );
}
