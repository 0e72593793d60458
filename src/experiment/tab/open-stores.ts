import { collectGarbage, openFileStore } from "../../storage/files/checkpoint-files.ts";
import { withSecondCopy } from "../../storage/experiments/copied-experiment-store.ts";
import type { Database } from "../../storage/database.ts";
import type { ExperimentStore } from "../../storage/experiments/experiment-store.ts";
import type { FileStore } from "../../storage/files/file-store.ts";
import { createIndexedDbExperimentStore } from "../../storage/experiments/indexeddb-experiment-store.ts";
import { createJournalCopies } from "../../storage/experiments/journal-copies.ts";
import { openRawJournals, type RawJournals } from "../../storage/experiments/raw-journals.ts";
import {
  repairAll,
  repairExperiment,
  type Repair,
  type RepairShop,
} from "../../storage/experiments/repair.ts";
import { createWatermarks } from "../../storage/experiments/watermarks.ts";
import { writerLockName } from "./lock.ts";
import { summarize } from "./summary.ts";

/** Where experiments and weights are kept, checked and repaired. */
export interface Stores {
  readonly store: ExperimentStore;
  readonly files: FileStore;
  readonly raw: RawJournals;
  /** What had to be repaired since the page was opened. */
  readonly repairs: readonly Repair[];
  /** Repairs one experiment, of which the caller is the writer. @returns false when nothing was wrong with it */
  repair(id: string): Promise<boolean>;
}

/** Opens what lies below the page. Before anything reads it, every experiment of which something is missing is repaired. */
export async function openStores(database: Database): Promise<Stores> {
  const files = await openFileStore(database);
  const raw = openRawJournals(database);
  const inDatabase = createIndexedDbExperimentStore(database);
  const copies = createJournalCopies(files);
  const marks = createWatermarks(localStorage);
  const shop: RepairShop = {
    raw,
    copies,
    marks,
    now: Date.now,
    summarize,
    exclusively: (id, act) =>
      navigator.locks.request(writerLockName(id), { ifAvailable: true }, async (lock) =>
        lock ? act() : undefined,
      ),
  };
  const repairs = await repairAll(shop);
  // Where files lie in the database, too, the copy still mends damaged records, though not a lost database.
  const store = withSecondCopy(inDatabase, copies, marks);
  collectGarbage(files, store, Date.now()).catch(() => {
    // Space that is not freed now is freed at the next visit.
  });
  return {
    store,
    files,
    raw,
    repairs,
    async repair(id) {
      const repair = await repairExperiment(shop, id);
      if (repair) repairs.push(repair);
      return repair !== null;
    },
  };
}
