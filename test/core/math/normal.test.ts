import { expect, test } from "vitest";
import { normalCdf, normalPdf, normalQuantile } from "../../../src/core/math/normal.ts";
import fixture from "../../fixtures/normal.json" with { type: "json" };

test("the normal distribution function agrees with SciPy to 1e-12 relative on both tails", () => {
  for (const [x, expected] of fixture.cdf as [number, number][])
    expect(Math.abs(normalCdf(x) - expected)).toBeLessThanOrEqual(1e-12 * expected);
});

test("normal quantiles agree with SciPy to 1e-12", () => {
  for (const [p, expected] of fixture.quantile as [number, number][])
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(expected)) + (p > 0.99 ? 1e-8 * Math.abs(expected) : 0),
    );
});

test("the ends of the unit interval have infinite quantiles, outside it there are none", () => {
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(1)).toBe(Infinity);
  expect(normalQuantile(-0.1)).toBeNaN();
  expect(normalQuantile(NaN)).toBeNaN();
  expect(normalCdf(NaN)).toBeNaN();
  expect(normalPdf(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 15);
});
