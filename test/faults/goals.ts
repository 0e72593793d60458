import type { Goal } from "./lib/goal.ts";

/** Every goal of `docs/reliability.md` that faults can show, in the order in which they run; loaded when asked for, because a
 *  run starts a process for each. R20 is what the runner itself sees in all of them. */
const modules = {
  R1: async (): Promise<Goal> =>
    (await import("./goals/tab-and-browser-kills.ts")).tabAndBrowserKills,
  R2: async (): Promise<Goal> =>
    (await import("./goals/same-results-after-kills.ts")).sameResultsAfterKills,
  R3: async (): Promise<Goal> => (await import("./goals/device-loss.ts")).deviceLoss,
  R4: async (): Promise<Goal> =>
    (await import("./goals/gpu-validation-errors.ts")).gpuValidationErrors,
  R5: async (): Promise<Goal> =>
    (await import("./goals/dead-and-hanging-workers.ts")).deadAndHangingWorkers,
  R6: async (): Promise<Goal> => (await import("./goals/out-of-memory.ts")).outOfMemory,
  R7: async (): Promise<Goal> => (await import("./goals/quota.ts")).quota,
  R8: async (): Promise<Goal> => (await import("./goals/damaged-images.ts")).damagedImages,
  R9: async (): Promise<Goal> =>
    (await import("./goals/mutated-database-records.ts")).mutatedDatabaseRecords,
  R10: async (): Promise<Goal> =>
    (await import("./goals/damage-below-the-database.ts")).damageBelowTheDatabase,
  R11: async (): Promise<Goal> =>
    (await import("./goals/older-and-newer-databases.ts")).olderAndNewerDatabases,
  R12: async (): Promise<Goal> => (await import("./goals/several-tabs.ts")).severalTabs,
  R13: async (): Promise<Goal> => (await import("./goals/storage-contract.ts")).storageContract,
  R14: async (): Promise<Goal> =>
    (await import("./goals/algorithm-contracts.ts")).algorithmContracts,
  R15: async (): Promise<Goal> => (await import("./goals/random-operations.ts")).randomOperations,
  R16: async (): Promise<Goal> => (await import("./goals/divergence.ts")).divergence,
  R17: async (): Promise<Goal> =>
    (await import("./goals/offline-and-updates.ts")).offlineAndUpdates,
  R18: async (): Promise<Goal> =>
    (await import("./goals/hidden-and-frozen-tabs.ts")).hiddenAndFrozenTabs,
  R19: async (): Promise<Goal> => (await import("./goals/no-leak.ts")).noLeak,
  S1: async (): Promise<Goal> => (await import("./goals/hostile-links.ts")).hostileLinks,
  S2: async (): Promise<Goal> =>
    (await import("./goals/decompression-bombs.ts")).decompressionBombsGoal,
  S3: async (): Promise<Goal> => (await import("./goals/resource-bombs.ts")).resourceBombsGoal,
  S4: async (): Promise<Goal> => (await import("./goals/script-in-names.ts")).scriptInNames,
  S5: async (): Promise<Goal> => (await import("./goals/policy-and-headers.ts")).policyAndHeaders,
  S6: async (): Promise<Goal> =>
    (await import("./goals/nothing-acts-by-itself.ts")).nothingActsByItself,
  S7: async (): Promise<Goal> =>
    (await import("./goals/hostile-files-and-messages.ts")).hostileFilesAndMessages,
  S8: async (): Promise<Goal> => (await import("./goals/supply-chain.ts")).supplyChain,
  S9: async (): Promise<Goal> => (await import("./goals/privacy.ts")).privacy,
  S10: async (): Promise<Goal> => (await import("./goals/threat-model.ts")).threatModel,
};

export const goalIds: readonly string[] = Object.keys(modules);

/** @throws RangeError for an id that is none of `goalIds` */
export async function loadGoals(ids: readonly string[] = goalIds): Promise<readonly Goal[]> {
  return Promise.all(
    ids.map((id) => {
      const load = Object.entries(modules).find(([known]) => known === id)?.[1];
      if (!load) throw new RangeError(`goals: there is no goal ${id}`);
      return load();
    }),
  );
}
