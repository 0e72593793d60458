import { describe, expect, it } from "vitest";
import {
  adaptiveParzen,
  categoricalParzen,
  linearForgetting,
  sqrtSplit,
} from "../../../src/core/math/parzen.ts";

const close = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 4));
};

describe("adaptive Parzen estimator (golden vectors of NNI 3.0)", () => {
  it("linear forgetting ramps up over the oldest", () => {
    close(linearForgetting(26, 25), [1 / 26, ...new Array<number>(25).fill(1)]);
    close(linearForgetting(30, 25), [
      0.03333,
      0.275,
      0.51667,
      0.75833,
      1,
      ...new Array<number>(25).fill(1),
    ]);
    expect(linearForgetting(3, 25)).toEqual([1, 1, 1]);
  });

  it.each([
    { values: [], mus: [0.3], sigmas: [0.4] },
    { values: [0.2], mus: [0.2, 0.3], sigmas: [0.2, 0.4] },
    { values: [0.4], mus: [0.3, 0.4], sigmas: [0.4, 0.2] },
    { values: [0.12, 0.45, 0.3], mus: [0.12, 0.3, 0.3, 0.45], sigmas: [0.18, 0.4, 0.15, 0.15] },
  ])("bandwidths of $values", ({ values, mus, sigmas }) => {
    const mixture = adaptiveParzen(values, { mu: 0.3, sigma: 0.4, weight: 1 }, 25);
    close(mixture.mus, mus);
    close(mixture.sigmas, sigmas);
    expect(mixture.weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
  });

  it("weights follow their observations into sorted order", () => {
    const values = Array.from({ length: 30 }, (_, i) => 1 - i / 100);
    const { mus, weights } = adaptiveParzen(values, { mu: 5, sigma: 1, weight: 1 }, 25);
    // the oldest observation, 1, is the largest but for the prior and counts 1/30
    expect(mus.at(-2)).toBe(1);
    expect(weights.at(-2)! / weights[0]!).toBeCloseTo(1 / 30, 10);
  });

  it("without observations and with a prior that weighs nothing it is the prior", () => {
    const { weights } = adaptiveParzen([], { mu: 0.3, sigma: 0.4, weight: 0 }, 25);
    expect(weights).toEqual([1]);
    expect(categoricalParzen([], 4, 0, 25)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(categoricalParzen([1, 1], 4, 0, 25)).toEqual([0, 1, 0, 0]);
  });

  it.each([
    [1, 1],
    [16, 1],
    [17, 2],
    [64, 2],
    [65, 3],
    [144, 3],
    [145, 4],
    [400, 5],
    [9217, 25],
    [100_000, 25],
  ])("of %d trials %d are good", (n, good) => {
    expect(sqrtSplit(n, 0.25, 25)).toBe(good);
  });

  it("categories get counts plus the prior weight", () => {
    close(categoricalParzen([0, 0, 2], 3, 1, 25), [0.5, 1 / 6, 1 / 3]);
    close(categoricalParzen([], 4, 1, 25), [0.25, 0.25, 0.25, 0.25]);
  });
});
