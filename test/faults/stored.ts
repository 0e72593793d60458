import type { Page } from "playwright-core";
import { checkJournal, type JournalEvent } from "../../src/core/journal/index.ts";

/** What lies in the database, read beside the page's own code and checked event by event.
 *  @throws AppError "journal-invalid" for a torn record, Error for a gap in the sequence */
export async function readStoredJournals(
  page: Page,
): Promise<ReadonlyMap<string, readonly JournalEvent[]>> {
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
