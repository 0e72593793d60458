import { expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { normalCdf } from "../../../src/core/math/normal.ts";
import {
  buildParameters,
  checkParameters,
  fromUnit,
  parameterProblems,
  parseSearchSpace,
  sampleParameters,
  sampleSpec,
  toUnit,
  type ParameterSpec,
} from "../../../src/core/search-space/index.ts";

const p = (_type: string, ..._value: unknown[]) => ({ _type, _value });
const spec = (type: string, ...value: unknown[]): ParameterSpec =>
  parseSearchSpace({ x: p(type, ...value) }).parameters[0]!;

const draws = 20_000;
function frequencies(of: ParameterSpec, seed: number): Map<number, number> {
  const rng = createRng(seed);
  const counts = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const value = sampleSpec(of, rng);
    counts.set(value, (counts.get(value) ?? 0) + 1 / draws);
  }
  return counts;
}

test.each([
  [[0, 10, 2.5], { 0: 0.125, 2.5: 0.25, 5: 0.25, 7.5: 0.25, 10: 0.125 }],
  [[2, 10, 5], { 2: 0.0625, 5: 0.625, 10: 0.3125 }],
])("quniform %j has NNI's probabilities at and within its ends (seed 11)", (args, expected) => {
  const seen = frequencies(spec("quniform", ...args), 11);
  expect([...seen.keys()].sort((a, b) => a - b)).toEqual(
    Object.keys(expected)
      .map(Number)
      .sort((a, b) => a - b),
  );
  for (const [value, share] of Object.entries(expected))
    expect(Math.abs(seen.get(Number(value))! - share)).toBeLessThan(0.015);
});

test("randint never gives its upper bound and is uniform below it (seed 12)", () => {
  const seen = frequencies(spec("randint", -2, 3), 12);
  expect([...seen.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  for (const share of seen.values()) expect(Math.abs(share - 0.2)).toBeLessThan(0.015);
});

const continuous: [string, ParameterSpec, (x: number) => number][] = [
  ["uniform", spec("uniform", -1, 3), (x) => (x + 1) / 4],
  ["loguniform", spec("loguniform", 1e-4, 1), (x) => Math.log(x / 1e-4) / Math.log(1e4)],
  ["normal", spec("normal", 2, 3), (x) => normalCdf((x - 2) / 3)],
  ["lognormal", spec("lognormal", 1, 0.5), (x) => normalCdf((Math.log(x) - 1) / 0.5)],
];
test.each(continuous)("%s passes a Kolmogorov-Smirnov test at 0.1 % (seed 13)", (_, of, cdf) => {
  const rng = createRng(13);
  const values = Array.from({ length: draws }, () => sampleSpec(of, rng)).sort((a, b) => a - b);
  const distance = Math.max(
    ...values.map((x, i) => Math.max(cdf(x) - i / draws, (i + 1) / draws - cdf(x))),
  );
  expect(distance).toBeLessThan(1.95 / Math.sqrt(draws));
});

test("q-forms of the normal priors lie on the grid, unclipped, with the shares of their intervals (seed 14)", () => {
  const seen = frequencies(spec("qnormal", 0, 1, 0.5), 14);
  for (const [value, share] of seen) {
    expect(Number.isInteger(value * 2)).toBe(true);
    const expected = normalCdf(value + 0.25) - normalCdf(value - 0.25);
    expect(Math.abs(share - expected)).toBeLessThan(0.015);
  }
  const log = frequencies(spec("qlognormal", 0, 1, 2), 15);
  expect(log.get(0)).toBeGreaterThan(0.4);
});

const mixed = parseSearchSpace({
  lr: p("loguniform", 1e-5, 1),
  lr_min: p("loguniform", 1e-6, 0.1),
  width: p("qloguniform", 3, 100, 8),
  z: p("qlognormal", 0, 2, 0.3),
  layer: p(
    "choice",
    { _name: "Empty" },
    { _name: "conv", k: p("randint", 1, 4), d: p("quniform", 0.1, 0.55, 0.1) },
  ),
  _constraints: ["lr_min < lr", "width != 8"],
});

test("300 random configurations lie in the space and obey its constraints (seed 16)", () => {
  const rng = createRng(16);
  for (let i = 0; i < 300; i++) {
    const parameters = sampleParameters(mixed, rng);
    expect(parameterProblems(mixed, parameters)).toEqual([]);
  }
});

test("the same stream gives the same configuration", () => {
  expect(sampleParameters(mixed, createRng(1, "a"))).toEqual(
    sampleParameters(mixed, createRng(1, "a")),
  );
  expect(sampleParameters(mixed, createRng(1, "a"))).not.toEqual(
    sampleParameters(mixed, createRng(2, "a")),
  );
});

test("a value goes to the unit interval and back unchanged, for every type (seed 17)", () => {
  const specs = [
    spec("choice", 1, 2, 3),
    spec("randint", -5, 60),
    spec("uniform", -1, 3),
    spec("quniform", 2, 10, 5),
    spec("quniform", 0.03, 0.97, 0.1),
    spec("loguniform", 1e-6, 10),
    spec("qloguniform", 1, 100, 7),
    spec("normal", 5, 2),
    spec("qnormal", 0, 3, 0.25),
    spec("lognormal", 0, 1),
    spec("qlognormal", 1, 1, 0.5),
  ];
  const rng = createRng(17);
  for (const of of specs)
    for (let i = 0; i < 300; i++) {
      const value = sampleSpec(of, rng);
      const u = toUnit(of, value);
      expect(u).toBeGreaterThanOrEqual(0);
      expect(u).toBeLessThanOrEqual(1);
      const back = fromUnit(of, u);
      expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
    }
});

test("the ends of the unit interval give finite values within bounds", () => {
  for (const of of [
    spec("uniform", 0, 1),
    spec("loguniform", 1e-6, 1),
    spec("choice", 1, 2),
    spec("randint", 0, 9),
  ]) {
    const [low, high] = [fromUnit(of, 0), fromUnit(of, 1)];
    expect(low).toBeLessThan(high);
    expect([low, high].every(Number.isFinite)).toBe(true);
  }
  expect(Number.isFinite(fromUnit(spec("lognormal", 0, 1), 1))).toBe(true);
});

test("checkParameters lists every problem of a configuration", () => {
  const wrong = {
    ...sampleParameters(mixed, createRng(1)),
    lr: 2,
    extra: 1,
    layer: { _name: "conv", k: 9 },
  };
  expect(() => checkParameters(mixed, wrong)).toThrow(
    /extra: is no parameter.*lr: 2 is not within.*layer\[1:conv\]\.k: 9 is not an integer in 1\.\.3.*\.d: is missing/s,
  );
  const crossed = buildParameters(
    mixed,
    (s) => ({ lr: 1e-5, lr_min: 0.05, width: 16, z: 0.3 })[s.name] ?? 0,
  );
  expect(parameterProblems(mixed, crossed)).toEqual(["the constraint lr_min < lr does not hold"]);
});
