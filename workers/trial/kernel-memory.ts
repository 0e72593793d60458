import { toErrorRecord } from "../../src/core/errors.ts";
import type { JsonValue } from "../../src/core/json.ts";
import {
  decodeVariants,
  type KernelMemory,
  type KernelVariants,
} from "../../src/engine/kernel-table.ts";
import type { CacheStore } from "../../src/storage/cache-store.ts";

/** Keeps measured choices in the browser's database. Workers measure one after the other, so that the second finds what the
 *  first one chose. */
export const storedKernels = (cache: CacheStore): KernelMemory => ({
  update: (adapter, complete) =>
    navigator.locks.request("tabtune-kernels", async () => {
      const key = `kernels/${adapter}`;
      const known = readKnown(await cache.get(key));
      const all = await complete(known);
      if (Object.keys(all).length > Object.keys(known).length)
        await cache.set(key, { ...all }).catch((error: unknown) => {
          // A full disk: the trial's checkpoints carry its choices themselves.
          const { code } = toErrorRecord(error);
          if (code !== "storage-quota" && code !== "storage-failed") throw error;
        });
      return all;
    }),
});

function readKnown(value: JsonValue | null): KernelVariants {
  if (value === null) return {};
  try {
    return decodeVariants(value);
  } catch {
    // An older form: chosen again.
    return {};
  }
}
