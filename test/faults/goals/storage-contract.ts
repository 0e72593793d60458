import type { Goal } from "../lib/goal.ts";
import { unitTests } from "../vitest.ts";

/** Rules that every store keeps, whatever medium is below it. */
export const storageContract: Goal = {
  id: "R13",
  title: "Storage contract",
  how: "one suite of rules runs against the store in memory, the store on IndexedDB and the one with second copies",
  counts: { full: 40, reduced: 40 },
  async run({ count }) {
    const { passed, failed, names } = unitTests(["test/storage/experiment-store.test.ts"]);
    const rules = new Set(names.map((name) => name.replace(/^.*? experiment store: /, ""))).size;
    return {
      injected: names.length,
      survived: passed,
      lost: failed.length,
      worstMs: null,
      pass: failed.length === 0 && rules >= count,
      notes: [`${rules} rules, ${names.length} checks`, ...failed],
    };
  },
};
