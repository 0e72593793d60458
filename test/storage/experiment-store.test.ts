import "fake-indexeddb/auto";
import { openDatabase } from "../../src/storage/database.ts";
import { createIndexedDbExperimentStore } from "../../src/storage/indexeddb-experiment-store.ts";
import { createMemoryExperimentStore } from "../../src/storage/memory-experiment-store.ts";
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
