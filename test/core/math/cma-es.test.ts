import { describe, expect, it } from "vitest";
import { createCmaState, sampleCma, updateCma } from "../../../src/core/math/cma-es.ts";
import { createRng } from "../../../src/core/math/rng.ts";

function minimise(f: (x: readonly number[]) => number, n: number, generations: number) {
  const rng = createRng("cma", n);
  let state = createCmaState(new Array<number>(n).fill(0.8), 0.3, 10);
  for (let g = 0; g < generations; g++) {
    const points = Array.from({ length: 10 }, () => sampleCma(state, rng));
    state = updateCma(
      state,
      points.sort((x, y) => f(x) - f(y)),
    );
  }
  return state;
}

describe("CMA-ES", () => {
  it("closes in on a sphere's centre geometrically", () => {
    const sphere = (x: readonly number[]): number => x.reduce((s, v) => s + (v - 0.3) ** 2, 0);
    expect(sphere(minimise(sphere, 5, 80).mean)).toBeLessThan(1e-8);
  });

  it("learns the shape of a rotated ellipse with axes 1 : 100", () => {
    const ellipse = ([x = 0, y = 0]: readonly number[]): number =>
      (x + y - 0.6) ** 2 + 10_000 * (x - y) ** 2;
    const state = minimise(ellipse, 2, 120);
    expect(ellipse(state.mean)).toBeLessThan(1e-8);
    const [a, b] = state.covariance;
    expect(b! / a!).toBeGreaterThan(0.95);
  });
});
