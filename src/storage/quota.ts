import { AppError } from "../core/errors.ts";

export interface StorageUse {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly persisted: boolean;
}

/** What the browser believes this origin uses and may use. An estimate: a write can fail before the quota is reached. */
export async function storageUse(): Promise<StorageUse> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  const estimate = (await storage?.estimate?.()) ?? {};
  return {
    usedBytes: estimate.usage ?? 0,
    quotaBytes: estimate.quota ?? Infinity,
    persisted: (await storage?.persisted?.()) ?? false,
  };
}

/** @throws AppError "storage-quota" when the browser itself says that `neededBytes` will not fit */
export async function ensureFreeSpace(neededBytes: number): Promise<void> {
  const { usedBytes, quotaBytes } = await storageUse();
  const freeBytes = Math.max(0, quotaBytes - usedBytes);
  if (neededBytes <= freeBytes) return;
  const mb = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new AppError(
    "storage-quota",
    `This needs ${mb(neededBytes)} of browser storage, ${mb(freeBytes)} are free. Delete experiments or data sets, or free disk space.`,
    { neededBytes, freeBytes },
  );
}
