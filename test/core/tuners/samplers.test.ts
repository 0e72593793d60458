import { describe, expect, it } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace, type SearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import { drive } from "./drive.ts";

const seed = 20_240_601;
const draws = 4000;
const shares = (values: readonly unknown[]): Map<unknown, number> => {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1 / values.length);
  return counts;
};
const sample = (space: SearchSpace, name: string): unknown[] =>
  Array.from({ length: draws }, (_, i) => {
    const s = createTuner("Random").suggest(space, [], createRng(seed, i));
    return s.kind === "trial" ? s.parameters[name] : undefined;
  });

describe(`Random draws from NNI's distributions (seed ${seed}, ${draws} draws)`, () => {
  it.each<[string, unknown, Record<string, number>]>([
    ["quniform", [0, 10, 2.5], { 0: 0.125, 2.5: 0.25, 5: 0.25, 7.5: 0.25, 10: 0.125 }],
    ["quniform", [2, 10, 5], { 2: 0.0625, 5: 0.625, 10: 0.3125 }],
    ["randint", [3, 7], { 3: 0.25, 4: 0.25, 5: 0.25, 6: 0.25 }],
    ["choice", ["a", "b"], { a: 0.5, b: 0.5 }],
  ])("%s %j", (_type, _value, expected) => {
    const space = parseSearchSpace({ x: { _type, _value } } as never);
    const measured = shares(sample(space, "x"));
    expect(measured.size).toBe(Object.keys(expected).length);
    for (const [value, share] of measured)
      // four standard errors
      expect(Math.abs(share - expected[String(value)]!)).toBeLessThan(4 * Math.sqrt(0.25 / draws));
  });

  it("lognormal has its median and quartiles", () => {
    const space = parseSearchSpace({ x: { _type: "lognormal", _value: [1, 2] } });
    const logs = sample(space, "x").map((x) => Math.log(Number(x)));
    for (const [z, share] of [
      [-0.6745, 0.25],
      [0, 0.5],
      [0.6745, 0.75],
    ] as const)
      expect(Math.abs(logs.filter((l) => l < 1 + 2 * z).length / draws - share)).toBeLessThan(0.03);
  });
});

describe("QMC", () => {
  const space = parseSearchSpace({
    x: { _type: "uniform", _value: [0, 1] },
    c: { _type: "choice", _value: ["a", "b", "c", "d"] },
  });

  it("is more even than chance: 64 points leave no 64th of the range empty and use options equally", () => {
    const history = drive(createTuner("QMC"), space, { trials: 64, metric: () => 0 });
    const cells = history.map((t) => Math.floor(Number(t.parameters["x"]) * 64));
    expect(new Set(cells).size).toBe(64);
    expect([...shares(history.map((t) => t.parameters["c"])).values()]).toEqual([
      0.25, 0.25, 0.25, 0.25,
    ]);
  });

  it("goes on where an unbounded prior has only one value to give", () => {
    const narrow = parseSearchSpace({ a: { _type: "qnormal", _value: [0, 0.1, 1] } });
    const history = drive(createTuner("QMC"), narrow, { trials: 3, metric: () => 0 });
    expect(history.map((t) => t.parameters["a"])).toEqual([0, 0, 0]);
  });

  it("continues its sequence after trials without one and differs between experiments", () => {
    const history = drive(createTuner("QMC"), space, { trials: 8, metric: () => 0, seed: 1 });
    const indices = history.map((t) => t.tunerState!["index"]);
    expect(indices).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const other = drive(createTuner("QMC"), space, { trials: 8, metric: () => 0, seed: 2 });
    expect(other[0]!.parameters).not.toEqual(history[0]!.parameters);
  });
});

describe("CMA-ES as a tuner", () => {
  it("closes in on the optimum of mixed spaces' numeric part", () => {
    const space = parseSearchSpace({
      x: { _type: "uniform", _value: [0, 1] },
      y: { _type: "loguniform", _value: [1e-4, 1] },
      c: { _type: "choice", _value: ["a", "b"] },
    });
    const history = drive(createTuner("CMA-ES"), space, {
      trials: 150,
      metric: (p) => -((Number(p["x"]) - 0.8) ** 2) - (Math.log10(Number(p["y"])) + 1) ** 2,
      concurrency: 3,
    });
    expect(Math.max(...history.map((t) => t.final ?? -Infinity))).toBeGreaterThan(-1e-4);
  });
});
