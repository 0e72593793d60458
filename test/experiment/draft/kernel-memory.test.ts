import { afterEach, expect, test, vi } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import type { JsonValue } from "../../../src/core/json.ts";
import type { KernelVariants } from "../../../src/engine/kernel-table.ts";
import { storedKernels } from "../../../workers/trial/kernel-memory.ts";
import { asWritten } from "../../../src/core/words/index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Web Locks of one name: one holder at a time, in order. */
function stubLocks(): void {
  let last: Promise<unknown> = Promise.resolve();
  const request = <T>(_name: string, work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  vi.stubGlobal("navigator", { locks: { request } });
}

function memoryCache(stored = new Map<string, JsonValue>()) {
  return {
    stored,
    get: async (key: string) => stored.get(key) ?? null,
    set: async (key: string, value: JsonValue) => void stored.set(key, value),
  };
}

test("two workers measure one after the other, and the second finds what the first one chose", async () => {
  stubLocks();
  const cache = memoryCache();
  const seen: KernelVariants[] = [];
  const choose = (key: string) => async (known: KernelVariants) => {
    seen.push(known);
    await Promise.resolve();
    return { ...known, [key]: "tile" };
  };
  const [a, b] = [storedKernels(cache), storedKernels(cache)];
  const answers = await Promise.all([a.update("gpu", choose("x")), b.update("gpu", choose("y"))]);
  expect(seen).toEqual([{}, { x: "tile" }]);
  expect(answers[1]).toEqual({ x: "tile", y: "tile" });
  expect(await storedKernels(cache).update("gpu", async (known) => known)).toEqual(answers[1]);
  expect(await storedKernels(cache).update("other", async (known) => known)).toEqual({});
});

test("choices that cannot be stored or read do not stop a trial", async () => {
  stubLocks();
  const full = {
    ...memoryCache(),
    set: () => Promise.reject(new AppError("storage-quota", asWritten("The disk is full."))),
  };
  expect(await storedKernels(full).update("gpu", async () => ({ x: "tile" }))).toEqual({
    x: "tile",
  });
  const damaged = memoryCache(new Map([["kernels/gpu", { x: 5 } as JsonValue]]));
  expect(await storedKernels(damaged).update("gpu", async (known) => known)).toEqual({});
});
