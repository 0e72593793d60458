import { describe, expect, it } from "vitest";
import { minimizeBounded } from "../../../src/core/math/lbfgs.ts";
import {
  cholesky,
  choleskySolve,
  choleskyWithJitter,
  gramOfLower,
  invertLower,
  logDeterminant,
} from "../../../src/core/math/linear-algebra.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import oracle from "../../fixtures/gaussian-process.json";

const n = oracle.b.length;
const factor = (): Float64Array => {
  const l = new Float64Array(n * n);
  expect(cholesky(Float64Array.from(oracle.matrix), n, l)).toBe(true);
  return l;
};

describe("linear algebra agrees with SciPy on", () => {
  it("the Cholesky factor, the log determinant and the solution of a system", () => {
    const l = factor();
    oracle.cholesky.forEach((expected, i) => expect(l[i]).toBeCloseTo(expected, 12));
    expect(logDeterminant(l, n)).toBeCloseTo(oracle.logDeterminant, 12);
    const x = choleskySolve(l, n, Float64Array.from(oracle.b));
    oracle.solution.forEach((expected, i) => expect(x[i]).toBeCloseTo(expected, 10));
  });

  it("the inverse", () => {
    const inverse = gramOfLower(invertLower(factor(), n), n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++)
        expect(inverse[i * n + j]).toBeCloseTo(oracle.inverse[i * n + j]!, 10);
  });
});

describe("Cholesky", () => {
  it("refuses an indefinite matrix, and adds as little jitter as a singular one needs", () => {
    const out = new Float64Array(4);
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2, out)).toBe(false);
    expect(() => choleskyWithJitter(Float64Array.of(1, 9, 9, 1), 2, out)).toThrow(RangeError);
    expect(choleskyWithJitter(Float64Array.of(1, 1, 1, 1), 2, out)).toBeLessThanOrEqual(1e-9);
  });
});

describe("the bounded minimiser", () => {
  const rosenbrock = (x: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let sum = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const [a, b] = [x[i]!, x[i + 1]!];
      sum += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
      gradient[i] = gradient[i]! - 400 * a * (b - a * a) - 2 * (1 - a);
      gradient[i + 1] = gradient[i + 1]! + 200 * (b - a * a);
    }
    return sum;
  };
  const options = {
    maxIterations: 500,
    maxEvaluations: 3000,
    gradientTolerance: 1e-9,
    valueTolerance: 0,
  };

  it("finds the minimum on a bound that SciPy's L-BFGS-B finds", () => {
    const { bounds, x, value } = oracle.boundedRosenbrock;
    const found = minimizeBounded(
      rosenbrock,
      Float64Array.of(-1.2, 1, 1, -1),
      {
        lower: Float64Array.from(bounds, (b) => b[0]!),
        upper: Float64Array.from(bounds, (b) => b[1]!),
      },
      options,
    );
    expect(found.value).toBeCloseTo(value, 8);
    x.forEach((expected, i) => expect(found.x[i]).toBeCloseTo(expected, 5));
  });

  it("never leaves the box and never ends above its start", () => {
    const rng = createRng("boxes");
    for (let repeat = 0; repeat < 50; repeat++) {
      const lower = Float64Array.from({ length: 4 }, () => -2 + 2 * rng.next());
      const upper = lower.map((low) => low + 2 * rng.next());
      const start = lower.map((low, i) => low + rng.next() * (upper[i]! - low));
      const first = rosenbrock(start, new Float64Array(4));
      const found = minimizeBounded(rosenbrock, start, { lower, upper }, options);
      expect(found.value).toBeLessThanOrEqual(first);
      found.x.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(lower[i]!);
        expect(value).toBeLessThanOrEqual(upper[i]!);
      });
    }
  });

  it("backs away from where the function is not defined", () => {
    const logBarrier = (x: Float64Array, gradient: Float64Array): number => {
      gradient[0] = 1 - 0.1 / x[0]!;
      return x[0]! <= 0 ? NaN : x[0]! - 0.1 * Math.log(x[0]!);
    };
    const found = minimizeBounded(logBarrier, Float64Array.of(3), {
      lower: Float64Array.of(-5),
      upper: Float64Array.of(5),
    });
    expect(found.x[0]).toBeCloseTo(0.1, 3);
  });
});
