import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { oracleCases } from "./oracle-cases.ts";
import {
  f32Tolerance,
  runOracleCase,
  violations,
  type EngineFactory,
  type Expected,
  type OracleTolerance,
} from "./oracle-run.ts";

export * from "./oracle-run.ts";

const fixture = new URL("../fixtures/pytorch/engine.json", import.meta.url);

/** PyTorch's results, in the order of the cases. */
export function readExpected(): readonly Expected[] {
  const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { cases: readonly Expected[] };
  return cases;
}

/** Holds an engine against PyTorch: every layer, whole steps, ten steps of every optimizer. One test per case.
 *  @param create called once per case; the suite disposes the engine */
export function describeEngineOracle(
  title: string,
  create: EngineFactory,
  tolerance: OracleTolerance = f32Tolerance,
): void {
  const cases = readExpected();
  describe(`${title} agrees with PyTorch float64`, () => {
    test("the fixture has every case", () => {
      expect(cases.map((entry) => entry.name)).toEqual(oracleCases.map((entry) => entry.name));
    });
    oracleCases.forEach((oracle, index) =>
      test(oracle.name, async () => {
        const deviations = await runOracleCase(oracle, cases[index]!, create, tolerance);
        expect(deviations.length).toBeGreaterThan(6);
        expect(violations(deviations)).toEqual([]);
      }),
    );
  });
}
