import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  logNormalCdf,
  logNormalDensity,
  logNormalMass,
  normalMass,
  truncatedNormalQuantile,
} from "../../../src/core/math/truncated-normal.ts";

interface Fixture {
  readonly truncatedNormal: readonly {
    readonly a: number;
    readonly b: number;
    readonly logMass: number;
    readonly quantiles: readonly (readonly [number, number])[];
  }[];
  readonly logNormalCdf: readonly (readonly [number, number])[];
}
const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/tuner-numerics.json", import.meta.url), "utf8"),
) as Fixture;

const expectClose = (actual: number, expected: number, tolerance: number): void =>
  expect(Math.abs(actual - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(tolerance);

describe("truncated normal", () => {
  it.each(fixture.logNormalCdf)("log cdf at %d agrees with SciPy", (x, expected) => {
    expectClose(logNormalCdf(x), expected, 1e-12);
  });

  it.each(fixture.truncatedNormal)("mass of [$a, $b] agrees with SciPy", ({ a, b, logMass }) => {
    expectClose(logNormalMass(a, b), logMass, 1e-9);
    if (logMass > -300) expectClose(Math.log(normalMass(a, b)), logMass, 1e-9);
  });

  it.each(fixture.truncatedNormal)("quantiles on [$a, $b] agree with SciPy", (row) => {
    for (const [q, x] of row.quantiles)
      expectClose(truncatedNormalQuantile(q, row.a, row.b), x, 1e-7);
  });

  it("the quantile's ends are the bounds", () => {
    expect(truncatedNormalQuantile(0, -2, 3)).toBe(-2);
    expect(truncatedNormalQuantile(1, -2, 3)).toBe(3);
  });

  it("the density integrates to the mass", () => {
    const steps = 20_000;
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += Math.exp(logNormalDensity(-1 + (3 * (i + 0.5)) / steps));
    expectClose((sum * 3) / steps, normalMass(-1, 2), 1e-8);
  });
});
