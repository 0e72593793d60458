import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { owenScramble, scrambledSobol, sobolInteger } from "../../../src/core/math/sobol.ts";

const { sobol } = JSON.parse(
  readFileSync(new URL("../../fixtures/tuner-numerics.json", import.meta.url), "utf8"),
) as { sobol: { dimensions: number[]; points: number[][] } };

describe("Sobol sequence", () => {
  it("agrees with SciPy's unscrambled points in 64 dimensions", () => {
    for (const [index, point] of sobol.points.entries())
      for (const [i, dimension] of sobol.dimensions.entries())
        expect(sobolInteger(index, dimension) / 2 ** 32).toBe(point[i]);
  });

  it("scrambled, 2^k points still fill 2^k equal intervals in every dimension, whatever the seed", () => {
    for (const seed of [1, 2, 12345])
      for (let d = 0; d < 6; d++) {
        const cells = Array.from({ length: 64 }, (_, i) =>
          Math.floor(scrambledSobol(i, 6, seed)[d]! * 64),
        );
        expect(new Set(cells).size).toBe(64);
      }
  });

  it("the scramble keeps distinct points distinct and depends on its seed", () => {
    const images = new Set(Array.from({ length: 1000 }, (_, i) => owenScramble(i * 4_194_304, 7)));
    expect(images.size).toBe(1000);
    expect(scrambledSobol(5, 3, 1)).not.toEqual(scrambledSobol(5, 3, 2));
  });

  it("coordinates lie inside (0, 1), also beyond the table's 64 dimensions", () => {
    for (let i = 0; i < 50; i++)
      for (const x of scrambledSobol(i, 70, 3)) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(1);
      }
  });
});
