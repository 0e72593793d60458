import { afterEach, expect, test, vi } from "vitest";
import { askToPersist, ensureFreeSpace, storageUse } from "../../src/storage/quota.ts";

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["without a storage manager, as WebKitGTK", {}],
  ["with a storage manager that can nothing", { storage: {} }],
])("a browser %s is asked nothing and allows everything", async (_, navigator) => {
  vi.stubGlobal("navigator", navigator);
  askToPersist();
  expect(await storageUse()).toEqual({ usedBytes: 0, quotaBytes: Infinity, persisted: false });
  await ensureFreeSpace(1e12);
});

test("a browser that refuses to keep the data is no failure", async () => {
  const persist = vi.fn(() => Promise.reject(new Error("no")));
  vi.stubGlobal("navigator", { storage: { persist } });
  askToPersist();
  await new Promise((done) => setTimeout(done));
  expect(persist).toHaveBeenCalledOnce();
});
