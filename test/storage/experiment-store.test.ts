import "fake-indexeddb/auto";
import { withSecondCopy } from "../../src/storage/experiments/copied-experiment-store.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createMemoryFileStore } from "../../src/storage/files/file-store.ts";
import { createIndexedDbExperimentStore } from "../../src/storage/experiments/indexeddb-experiment-store.ts";
import { createJournalCopies } from "../../src/storage/experiments/journal-copies.ts";
import { createMemoryExperimentStore } from "../../src/storage/experiments/memory-experiment-store.ts";
import { createWatermarks } from "../../src/storage/experiments/watermarks.ts";
import { testExperimentStore } from "./experiment-store-contract.ts";

testExperimentStore("the memory store", async () => {
  const store = createMemoryExperimentStore();
  return { store, reopen: async () => store };
});

let databases = 0;
testExperimentStore("the IndexedDB store", async () => {
  const name = `contract-${databases++}`;
  const database = await openDatabase({ name });
  return {
    store: createIndexedDbExperimentStore(database),
    async reopen() {
      database.close();
      return createIndexedDbExperimentStore(await openDatabase({ name }));
    },
  };
});

testExperimentStore("the store with second copies", async () => {
  const name = `contract-${databases++}`;
  const copies = createJournalCopies(createMemoryFileStore(Date.now));
  const marks = createWatermarks({
    getItem: () => null,
    setItem: () => undefined,
    removeItem: () => undefined,
  });
  const open = async () => {
    const database = await openDatabase({ name });
    const store = withSecondCopy(createIndexedDbExperimentStore(database), copies, marks);
    return { store, database };
  };
  const { store, database } = await open();
  return {
    store,
    async reopen() {
      database.close();
      return (await open()).store;
    },
  };
});
