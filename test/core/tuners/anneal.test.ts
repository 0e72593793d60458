import { describe, expect, it } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import { done, factOf } from "./drive.ts";

const seed = "anneal";
const space = parseSearchSpace({
  x: { _type: "uniform", _value: [0, 10] },
  c: { _type: "choice", _value: ["a", "b", "c", "d"] },
});
const best = done(0, { x: 9.5, c: "b" }, 1);
const history = (count: number) => [
  best,
  ...Array.from({ length: count - 1 }, (_, i) => done(i + 1, { x: 1, c: "a" }, 0)),
];
const draws = (count: number, trials: number) =>
  Array.from({ length: count }, (_, i) => {
    const s = createTuner("Anneal").suggest(space, history(trials), createRng(seed, trials, i));
    if (s.kind !== "trial") throw new Error("Anneal never waits");
    return s;
  });

describe("Anneal", () => {
  it(`draws the leader by a geometric law of mean 2 (seed ${seed})`, () => {
    const leaders = draws(2000, 30).map((s) => factOf(s, "near")!.trials[0]);
    const share = leaders.filter((number) => number === 0).length / 2000;
    // standard error 0.011
    expect(share).toBeGreaterThan(0.455);
    expect(share).toBeLessThan(0.545);
  });

  it("draws within a window of width range / (1 + T / 10), shifted inside the bounds", () => {
    const near = draws(1000, 40).filter((s) => factOf(s, "near")!.trials[0] === 0);
    const xs = near.map((s) => Number(s.parameters["x"]));
    // T = 40: width 2, so the window around 9.5 becomes [8, 10]
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...xs)).toBeLessThanOrEqual(10);
    expect(Math.min(...xs)).toBeLessThan(8.2);
    expect(Math.max(...xs)).toBeGreaterThan(9.8);
  });

  it("keeps the leader's option but for the shrinking share given to the prior", () => {
    const near = draws(2000, 40).filter((s) => factOf(s, "near")!.trials[0] === 0);
    const kept = near.filter((s) => s.parameters["c"] === "b").length / near.length;
    // 1 - 0.2 + 0.2 / 4 = 0.85, standard error about 0.011
    expect(kept).toBeGreaterThan(0.805);
    expect(kept).toBeLessThan(0.895);
  });
});
