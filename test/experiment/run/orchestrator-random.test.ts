import { expect, test } from "vitest";
import { keptSeeds } from "./kept-seeds.ts";
import { runRandomOperations } from "./random-operations.ts";

test("10 × 200 random operations and crashes never break what an experiment promises", async () => {
  for (let seed = 0; seed < 10; seed++) await runRandomOperations(seed, 200);
});

test("seeds that once failed stay mended", async () => {
  for (const { seed, operations } of keptSeeds) await runRandomOperations(seed, operations);
  expect(keptSeeds.every(({ symptom }) => symptom.length > 0)).toBe(true);
});
