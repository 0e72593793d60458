import { AppError } from "../core/errors.ts";
import { word } from "../core/words/index.ts";

/** Of this origin, as the browser counts it. */
export interface StorageUse {
  readonly usedBytes: number;
  /** Infinity where the browser does not tell. */
  readonly quotaBytes: number;
  readonly persisted: boolean;
}

/** Absent in WebKitGTK, and not whole everywhere else. */
const storageManager = (): Partial<StorageManager> | undefined =>
  (globalThis.navigator as Partial<Navigator> | undefined)?.storage;

/** Asks the browser to keep this origin's data when the disk gets full. Whether it agrees changes nothing here. */
export function askToPersist(): void {
  storageManager()
    ?.persist?.()
    .catch(() => false);
}

/** What the browser believes this origin uses and may use. An estimate: a write can fail before the quota is reached. */
export async function storageUse(): Promise<StorageUse> {
  const storage = storageManager();
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
  throw new AppError(
    "storage-quota",
    word("not-enough-space", { needed: neededBytes, free: freeBytes }),
    { neededBytes, freeBytes },
  );
}
