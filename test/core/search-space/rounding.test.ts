import { expect, test } from "vitest";
import { quantize, roundHalfToEven } from "../../../src/core/search-space/rounding.ts";

test("ties round to the even neighbour as in NumPy", () => {
  const ties = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5];
  // numpy.round of the same list
  expect(ties.map((x) => roundHalfToEven(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 4]);
  expect([0.49999999999999994, 1.2, -1.7].map(roundHalfToEven)).toEqual([0, 1, -2]);
});

test("quantisation computes round(x / q) * q and nothing prettier", () => {
  expect(quantize(0.29, 0.1)).toBe(3 * 0.1);
  expect(quantize(1.25, 2.5)).toBe(0);
  expect(quantize(3.75, 2.5)).toBe(5);
  expect(Object.is(quantize(-0.1, 1), 0)).toBe(true);
});
