import { expect, test } from "vitest";
import type { JsonValue } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import {
  activeParameters,
  countConfigurations,
  countDistinct,
  effectiveKey,
  enumerateConfigurations,
  enumerationSteps,
  gridValues,
  nextInitial,
  optionIndex,
  parameterProblems,
  parseSearchSpace,
  sampleParameters,
  satisfiesConstraints,
  zoomSearchSpace,
} from "../../../src/core/search-space/index.ts";
import type { Trial } from "../../../src/core/trial.ts";

const p = (_type: string, ..._value: unknown[]) => ({ _type, _value });
const finite = parseSearchSpace({
  layer: p(
    "choice",
    { _name: "Empty" },
    { _name: "conv", k: p("choice", 1, 3), d: p("quniform", 2, 10, 5) },
  ),
  lo: p("randint", 0, 4),
  hi: p("randint", 0, 4),
  _constraints: ["lo < hi"],
});

test("a finite space is counted and enumerated without repeats, constraints respected", () => {
  const all = [...enumerateConfigurations(finite)];
  expect(countConfigurations(finite)).toBe((1 + 2 * 3) * 6);
  expect(all).toHaveLength(42);
  expect(countDistinct(finite, all)).toBe(42);
  for (const parameters of all) expect(parameterProblems(finite, parameters)).toEqual([]);
});

test("random draws fall on enumerated configurations only (seed 21)", () => {
  const keys = new Set([...enumerateConfigurations(finite)].map((c) => effectiveKey(finite, c)));
  const rng = createRng(21);
  for (let i = 0; i < 500; i++)
    expect(keys.has(effectiveKey(finite, sampleParameters(finite, rng)))).toBe(true);
});

test("an infinite space counts as such and cannot be enumerated", () => {
  const space = parseSearchSpace({ a: p("choice", 1), b: p("normal", 0, 1) });
  expect(countConfigurations(space)).toBe(Infinity);
  expect(() => [...enumerateConfigurations(space)]).toThrow(RangeError);
});

test("beginnings that a constraint rules out are not completed, and the order stays", () => {
  const wide = parseSearchSpace({
    width: p("randint", 1, 101),
    ...Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, p("randint", 0, 20)])),
    _constraints: ["width > 64", "d >= a", "b != 3"],
  });
  const steps = enumerationSteps(wide);
  let ruledOut = 0;
  let first = steps.next().value as unknown;
  while (first === null) [ruledOut, first] = [ruledOut + 1, steps.next().value];
  expect([ruledOut, first]).toEqual([64, { width: 65, a: 0, b: 0, c: 0, d: 0 }]);
  const small = parseSearchSpace({
    a: p("randint", 0, 6),
    l: p("choice", { _name: "x", k: p("choice", 1, 2) }, { _name: "y" }),
    b: p("choice", 4, 1, 3),
    c: p("quniform", 0, 4, 1),
    _constraints: ["b < a", "c != b", "a >= c"],
  });
  const all = [...enumerateConfigurations({ ...small, constraints: [] })];
  expect([...enumerateConfigurations(small)]).toEqual(
    all.filter((q) => satisfiesConstraints(small.constraints, q)),
  );
});

test("repeated options of a choice count once", () => {
  expect(countConfigurations(parseSearchSpace({ a: p("choice", 1, 1, 2) }))).toBe(2);
});

test("the grid of a quantised range is what sampling can give", () => {
  const grid = (...args: number[]) => {
    const spec = parseSearchSpace({ a: p("quniform", ...args) }).parameters[0]!;
    if (spec.type === "choice") throw new Error("not numeric");
    const values = gridValues(spec)!;
    return Array.from({ length: values.length }, (_, i) => values.at(i));
  };
  expect(grid(2, 10, 5)).toEqual([2, 5, 10]);
  expect(grid(0, 10, 2.5)).toEqual([0, 2.5, 5, 7.5, 10]);
  expect(grid(0.05, 0.25, 0.1)).toEqual([0.1, 0.2]);
  expect(grid(3, 4, 10)).toEqual([3]);
});

test("parameters of branches that are not taken do not make configurations different", () => {
  const empty = { layer: { _name: "Empty" }, lo: 0, hi: 1 };
  const stale = { hi: 1, lo: 0, layer: { k: 3, _name: "Empty" } };
  expect(effectiveKey(finite, stale)).toBe(effectiveKey(finite, empty));
  const one = { layer: { _name: "conv", k: 1, d: 2 }, lo: 0, hi: 1 };
  expect(effectiveKey(finite, { ...one, layer: { d: 2, k: 3, _name: "conv" } })).not.toBe(
    effectiveKey(finite, one),
  );
});

test("a grid point is the same however its decimals were written", () => {
  const space = parseSearchSpace({
    q: p("quniform", 0, 1, 0.1),
    third: p("quniform", 0, 1, 1 / 3),
    end: p("quniform", 2, 10, 5),
  });
  const drawn = { q: 3 * 0.1, third: 1 / 3, end: 2 };
  const typed = { q: 0.3, third: 0.3333333333, end: 2 };
  expect(parameterProblems(space, typed)).toEqual([]);
  expect(effectiveKey(space, typed)).toBe(effectiveKey(space, drawn));
  expect(effectiveKey(space, { ...typed, end: 5 })).not.toBe(effectiveKey(space, drawn));
  // Off the grid nothing is taken for its neighbour.
  expect(effectiveKey(space, { ...typed, q: 0.31 })).not.toBe(effectiveKey(space, drawn));
});

test("an option is found by its value, its name or its content, the first of equals", () => {
  const options = [1, "1", { a: [1], b: 2 }, null, 0, 1, true, { b: 2, a: [1] }, ["x"]];
  const [mixed] = parseSearchSpace({ c: p("choice", ...options) }, { reading: "3.0" }).parameters;
  const [nested] = parseSearchSpace({ c: p("choice", { _name: "x" }, "x") }).parameters;
  if (mixed?.type !== "choice" || nested?.type !== "choice") throw new Error("no choice");
  const values = [1, "1", { b: 2, a: [1] }, null, -0, true, ["x"], "x", { a: [1] }, undefined];
  expect(values.map((value) => optionIndex(mixed, value))).toEqual([
    0, 1, 2, 3, 4, 6, 8, -1, -1, -1,
  ]);
  expect([{ _name: "x", more: 1 }, "x", { _name: "y" }].map((v) => optionIndex(nested, v))).toEqual(
    [0, 1, -1],
  );
});

test("an option among thousands of objects is found without reading them all", () => {
  const options = Array.from({ length: 6_000 }, (_, i) => ({ name: `m${i}`, w: [i, i + 1] }));
  const [spec] = parseSearchSpace({ c: p("choice", ...options) }, { reading: "3.0" }).parameters;
  if (spec?.type !== "choice") throw new Error("no choice");
  let reads = 0;
  const watched = {
    ...spec,
    options: spec.options.map(
      (option) => new Proxy(option, { get: (own, key) => (reads++, Reflect.get(own, key)) }),
    ),
  };
  expect(options.every((option, i) => optionIndex(watched, option) === i)).toBe(true);
  // Each is read once, to be remembered; comparing all with all would read eighteen million.
  expect(reads).toBeGreaterThanOrEqual(options.length);
  expect(reads).toBeLessThan(10 * options.length);
});

test("foreign histories are read as far as they go", () => {
  const active = activeParameters(finite, {
    layer: { _name: "unknown" },
    lo: "x",
    hi: NaN,
    other: 1,
  });
  expect(active).toEqual([]);
  expect(effectiveKey(finite, { other: 1 })).not.toBe(effectiveKey(finite, { other: 2 }));
});

test("initial configurations come first, each once, and are checked", () => {
  const first = { layer: { _name: "Empty" }, lo: 0, hi: 3 };
  const second = { layer: { _name: "conv", k: 1, d: 10 }, lo: 1, hi: 2 };
  const json = {
    lo: p("randint", 0, 4),
    hi: p("randint", 0, 4),
    layer: p(
      "choice",
      { _name: "Empty" },
      { _name: "conv", k: p("choice", 1, 3), d: p("quniform", 2, 10, 5) },
    ),
  };
  const space = parseSearchSpace({ ...json, _initial: [first, second] });
  const trial: Trial = { number: 0, parameters: first, status: "RUNNING", intermediates: [] };
  expect(nextInitial(space, [])).toEqual(first);
  expect(nextInitial(space, [trial])).toEqual(second);
  expect(nextInitial(space, [trial, { ...trial, number: 1, parameters: second }])).toBeNull();
  expect(() => parseSearchSpace({ ...json, _initial: [{ lo: 9 }] })).toThrow(
    /_initial\[0\].*lo: 9 is not an integer in 0\.\.3/s,
  );
});

test.each([
  ["an unknown name", ["lo < height"]],
  ["no parameter", ["1 < 2"]],
  ["no operator", ["lo hi"]],
  ["a parameter that is no number", ["layer < 3"]],
  ["a contradiction", ["lo < hi", "hi < lo"]],
  ["no list", "lo < hi"],
])("constraints with %s are refused", (_, constraints) => {
  expect(() =>
    parseSearchSpace({
      layer: p("choice", "a", "b"),
      lo: p("randint", 0, 4),
      hi: p("randint", 0, 4),
      _constraints: constraints,
    }),
  ).toThrow(/_constraints/);
});

const trialOf = (
  number: number,
  parameters: Trial["parameters"],
  final: number,
  status: Trial["status"] = "SUCCEEDED",
): Trial => ({ number, parameters, status, intermediates: [], final });

test("zoom keeps what the best trials used, within the old bounds", () => {
  const space = parseSearchSpace({
    lr: p("loguniform", 1e-4, 1),
    momentum: p("uniform", 0, 1),
    depth: p("randint", 1, 9),
    act: p("choice", "relu", "gelu", "tanh"),
    layer: p(
      "choice",
      { _name: "a", k: p("choice", 1, 3, 5) },
      { _name: "b", w: p("normal", 0, 1) },
    ),
  });
  const make = (lr: number, momentum: number, depth: number, act: string, k: number) => ({
    lr,
    momentum,
    depth,
    act,
    layer: { _name: "a", k },
  });
  const trials = [
    trialOf(0, make(0.01, 0.9, 3, "relu", 1), 0.9),
    trialOf(1, make(0.1, 0.98, 5, "gelu", 3), 0.8),
    trialOf(2, make(1e-4, 0.1, 8, "tanh", 5), 0.1),
    trialOf(3, make(1e-4, 0.1, 8, "tanh", 5), 0.99, "EARLY_STOPPED"),
    trialOf(4, make(1e-4, 0.1, 8, "tanh", 5), NaN),
  ];
  const zoomed = zoomSearchSpace(space, trials, 0.5, "maximize") as Record<
    string,
    { _value: number[] }
  >;
  expect(zoomed["act"]).toEqual(p("choice", "relu", "gelu"));
  // 3 to 5 and one on either side: 5 % of eight integers are less than one.
  expect(zoomed["depth"]).toEqual(p("randint", 2, 7));
  expect(zoomed["layer"]).toEqual(p("choice", { _name: "a", k: p("choice", 1, 3) }));
  const [low, high] = zoomed["lr"]!._value as [number, number];
  // 0.01 / 1e4 ** 0.05 = 0.00631 and 0.1 * 1e4 ** 0.05 = 0.1585, rounded outward.
  expect(low).toBe(0.0063);
  expect(high).toBe(0.159);
  const [least, most] = zoomed["momentum"]!._value as [number, number];
  expect(least).toBe(0.85);
  expect(most).toBe(1);
  const again = parseSearchSpace(zoomed);
  for (const trial of trials.slice(0, 2))
    expect(parameterProblems(again, trial.parameters)).toEqual([]);
  expect(zoomSearchSpace(space, trials, 0.5, "minimize")["act"]).toEqual(
    p("choice", "gelu", "tanh"),
  );
});

test("zoom leaves 5 % of the old range around one best value, on a logarithmic scale for the log forms", () => {
  const space = parseSearchSpace({
    w: p("randint", 16, 257),
    q: p("quniform", 0, 100, 1),
    fine: p("quniform", 0, 1, 0.1),
    log: p("qloguniform", 1, 1024, 1),
    end: p("randint", 0, 100),
  });
  const best = { w: 64, q: 50, fine: 3 * 0.1, log: 128, end: 99 };
  expect(zoomSearchSpace(space, [trialOf(0, best, 1)], 1, "maximize")).toEqual({
    w: p("randint", 52, 77),
    q: p("quniform", 45, 55, 1),
    fine: p("quniform", 0.2, 0.4, 0.1),
    log: p("qloguniform", 91, 181, 1),
    end: p("randint", 94, 100),
  });
});

test("zoom stays within the old bounds when a person's trial lay outside them", () => {
  const space = parseSearchSpace({
    u: p("uniform", 0, 1),
    l: p("loguniform", 1e-3, 1),
    r: p("randint", 0, 10),
    q: p("quniform", 0, 10, 1),
    c: p("choice", 1, 2),
  });
  for (const [u, l, r, q, c] of [
    [2, 5, 40, 33, 3],
    [-1, 1e-9, -4, -4, 0],
    [0.5, 0, 2.5, 4.4, 1],
  ]) {
    const outside = { u: u!, l: l!, r: r!, q: q!, c: c! };
    const zoomed = zoomSearchSpace(space, [trialOf(0, outside, 1)], 1, "maximize");
    const { parameters } = parseSearchSpace(zoomed);
    expect(parameters).toHaveLength(5);
    for (const [i, spec] of parameters.entries()) {
      const old = space.parameters[i]!;
      if (!("low" in spec) || !("low" in old)) continue;
      expect(spec.low).toBeGreaterThanOrEqual(old.low);
      expect(spec.high).toBeLessThanOrEqual(old.high);
    }
  }
});

test("read as 3.0, options that are opaque before a zoom are opaque after it", () => {
  const options = [{ _name: "a", x: 3 }, "none", { _name: "b" }, "other"];
  const space = parseSearchSpace({ l: p("choice", ...options) }, { reading: "3.0" });
  const zoomed = (l: JsonValue): unknown =>
    zoomSearchSpace(space, [trialOf(0, { l }, 1)], 1, "maximize")["l"];
  expect(zoomed({ _name: "b" })).toEqual(p("choice", "none", { _name: "b" }));
  expect(zoomed("other")).toEqual(p("choice", "other"));
  const again = parseSearchSpace({ l: zoomed({ x: 3, _name: "a" }) }, { reading: "3.0" });
  expect(parameterProblems(again, { l: { _name: "a", x: 3 } })).toEqual([]);
});

test("zoom says what it needs", () => {
  const space = parseSearchSpace({ a: p("uniform", 0, 1) });
  expect(() => zoomSearchSpace(space, [], 0.5, "maximize")).toThrow(RangeError);
  expect(() => zoomSearchSpace(space, [trialOf(0, { a: 1 }, 1)], 0, "maximize")).toThrow(
    RangeError,
  );
});
