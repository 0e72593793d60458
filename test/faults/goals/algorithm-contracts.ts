import { assessorCatalogue } from "../../../src/core/assessors/index.ts";
import { tunerCatalogue } from "../../../src/core/tuners/index.ts";
import type { Goal } from "../lib/goal.ts";
import { unitTests } from "../vitest.ts";

/** Rules that every tuner and every assessor keeps. */
export const algorithmContracts: Goal = {
  id: "R14",
  title: "Contracts of tuners and assessors",
  how: "one suite of rules runs against every tuner of the catalogue, one against every assessor: values in range, the same answer twice, NaN and infinite metrics, histories of 0 to 1,000 trials, frozen input, exhausted spaces, every argument",
  counts: { full: 15, reduced: 15 },
  run({ count }) {
    const { passed, failed, names } = unitTests([
      "test/core/tuners/contract.test.ts",
      "test/core/assessors/contract.test.ts",
    ]);
    const algorithms = [...tunerCatalogue, ...assessorCatalogue].map(({ name }) => name);
    const rules = algorithms.map((name) => ({
      name,
      rules: names.filter((test) => test.replaceAll("'", "").startsWith(`${name} `)).length,
    }));
    const least = Math.min(...rules.map((one) => one.rules));
    const short = rules.filter((one) => one.rules < count);
    return Promise.resolve({
      injected: names.length,
      survived: passed,
      lost: 0,
      worstMs: null,
      pass: failed.length === 0 && short.length === 0,
      notes: [
        `${tunerCatalogue.length} tuners and ${assessorCatalogue.length} assessors, at least ${least} rules each, ${names.length} checks`,
        ...short.map((one) => `${one.name} has ${one.rules} rules`),
        ...failed.slice(0, 10),
      ],
    });
  },
};
