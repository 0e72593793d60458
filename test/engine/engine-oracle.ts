import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { oracleCases, oracleJson } from "./oracle-cases.ts";
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

interface Fixture {
  /** Of the cases these are the results of. */
  readonly sha256: string;
  readonly cases: readonly Expected[];
}

/** PyTorch's results, in the order of the cases. */
export function readExpected(): Fixture {
  return JSON.parse(readFileSync(fixture, "utf8")) as Fixture;
}

/** Holds an engine against PyTorch: every layer, whole steps, ten steps of every optimizer. One test per case.
 *  @param create called once per case; the suite disposes the engine */
export function describeEngineOracle(
  title: string,
  create: EngineFactory,
  tolerance: OracleTolerance = f32Tolerance,
): void {
  const { cases, sha256 } = readExpected();
  describe(`${title} agrees with PyTorch float64`, () => {
    test("the fixture was made from these cases", () => {
      expect(cases.map((entry) => entry.name)).toEqual(oracleCases.map((entry) => entry.name));
      expect(createHash("sha256").update(oracleJson).digest("hex")).toBe(sha256);
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
