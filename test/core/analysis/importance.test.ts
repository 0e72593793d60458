import { expect, test } from "vitest";
import {
  contour,
  fanovaImportance,
  fanovaInteraction,
  marginalCurve,
  pedAnovaImportance,
} from "../../../src/core/analysis/index.ts";
import { boxTrees, interaction, mainEffects, marginal } from "../../../src/core/analysis/fanova.ts";
import { findLeaf, trainForest } from "../../../src/core/math/forest.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import {
  parseSearchSpace,
  sampleParameters,
  type Parameters,
} from "../../../src/core/search-space/index.ts";
import type { Trial } from "../../../src/core/trial.ts";

const p = (_type: string, ..._value: unknown[]) => ({ _type, _value });
const space = parseSearchSpace({
  a: p("uniform", 0, 1),
  b: p("uniform", 0, 1),
  c: p("choice", "x", "y", "z"),
  idle: p("loguniform", 1e-4, 1),
});
const num = (parameters: Parameters, name: string): number => Number(parameters[name]);

function trialsOf(count: number, f: (parameters: Parameters) => number, seed = 51): Trial[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, (_, number) => {
    const parameters = sampleParameters(space, rng);
    return { number, parameters, status: "SUCCEEDED", intermediates: [], final: f(parameters) };
  });
}
const maximize = { mode: "maximize" } as const;

test("fANOVA finds the shares of variance of an additive function", () => {
  // Variances: (4² + 2²)/12 for a and b, 2/3 · 0.5² · … for c: with values 0, 0, 1.5 it is 0.5.
  const trials = trialsOf(
    400,
    (q) => 4 * num(q, "a") + 2 * num(q, "b") + (q["c"] === "z" ? 1.5 : 0),
  );
  const total = 16 / 12 + 4 / 12 + 0.5;
  const expected: Record<string, number> = {
    a: 16 / 12 / total,
    b: 4 / 12 / total,
    c: 0.5 / total,
    idle: 0,
  };
  const importance = fanovaImportance(space, trials, createRng(1), maximize);
  expect(importance.map((i) => i.path)).toEqual(["a", "c", "b", "idle"]);
  for (const { path, share } of importance)
    expect(Math.abs(share - expected[path]!)).toBeLessThan(0.06);
});

test("fANOVA gives a pure interaction to the pair and not to its members", () => {
  const trials = trialsOf(300, (q) => (num(q, "a") - 0.5) * (num(q, "b") - 0.5));
  const main = fanovaImportance(space, trials, createRng(1), maximize);
  for (const { share } of main) expect(share).toBeLessThan(0.12);
  expect(fanovaInteraction(space, trials, ["a", "b"], createRng(1), maximize)).toBeGreaterThan(0.5);
  expect(fanovaInteraction(space, trials, ["a", "idle"], createRng(1), maximize)).toBeLessThan(0.1);
});

test("marginals and effects of a tree agree with integration on a fine grid (seed 52)", () => {
  const rng = createRng(52);
  const count = 60;
  const x = Float64Array.from({ length: 2 * count }, (_, i) =>
    i % 2 === 0 ? rng.next() : rng.int(3),
  );
  const y = Float64Array.from(
    { length: count },
    (_, i) => Math.sin(5 * x[2 * i]!) * (1 + x[2 * i + 1]!),
  );
  const forest = trainForest({ x, y, dims: 2, categories: [0, 3] }, rng, {
    trees: 5,
    maximumDepth: 4,
  });
  const steps = 3_000;
  for (const [t, tree] of boxTrees(forest).entries()) {
    const grid = Array.from({ length: steps }, (_, i) =>
      [0, 1, 2].map((c) => findLeaf(forest.trees[t]!, [(i + 0.5) / steps, c]).mean),
    );
    const mean = grid.flat().reduce((a, b) => a + b, 0) / (3 * steps);
    const variance = grid.flat().reduce((a, b) => a + (b - mean) ** 2, 0) / (3 * steps);
    expect(tree.mean).toBeCloseTo(mean, 2);
    expect(Math.abs(tree.variance / variance - 1)).toBeLessThan(0.01);
    const alongX = grid.map((row) => (row[0]! + row[1]! + row[2]!) / 3);
    const alongC = [0, 1, 2].map((c) => grid.reduce((a, row) => a + row[c]!, 0) / steps);
    const vx = alongX.reduce((a, m) => a + (m - mean) ** 2, 0) / steps / variance;
    const vc = alongC.reduce((a, m) => a + (m - mean) ** 2, 0) / 3 / variance;
    const effects = mainEffects(tree, 2)!;
    expect(effects[0]).toBeCloseTo(vx, 2);
    expect(effects[1]).toBeCloseTo(vc, 2);
    // Two features: what is left is their interaction.
    expect(effects[0]! + effects[1]! + interaction(tree, 0, 1)).toBeCloseTo(1, 6);
    marginal(tree, 1).forEach((piece, c) => expect(piece.mean).toBeCloseTo(alongC[c]!, 2));
  }
});

test("minimising leaves importance as it is and marginals in the metric's units", () => {
  const trials = trialsOf(200, (q) => num(q, "a") ** 2);
  const down = fanovaImportance(space, trials, createRng(1), { mode: "minimize" });
  expect(down[0]).toMatchObject({ path: "a" });
  const curve = marginalCurve(space, trials, "a", createRng(1), { mode: "minimize" });
  for (const { position, mean } of curve) expect(Math.abs(mean - position ** 2)).toBeLessThan(0.08);
  expect(
    marginalCurve(space, trials, "c", createRng(1), maximize).map((point) => point.label),
  ).toEqual(["x", "y", "z"]);
});

test("PED-ANOVA ranks what separates the best trials first and sums to one", () => {
  // b matters only among the good: a gates it.
  const trials = trialsOf(300, (q) => (num(q, "a") > 0.8 ? 1 + 0.1 * num(q, "b") : num(q, "a")));
  const importance = pedAnovaImportance(space, trials, maximize);
  expect(importance[0]!.path).toBe("a");
  expect(importance.reduce((sum, i) => sum + i.share, 0)).toBeCloseTo(1, 9);
  expect(importance.find((i) => i.path === "idle")!.share).toBeLessThan(0.1);
  expect(
    pedAnovaImportance(
      space,
      trialsOf(300, (q) => -num(q, "b")),
      { mode: "maximize" },
    )[0]!.path,
  ).toBe("b");
});

test("PED-ANOVA's shares are those of the exact distribution function to 1e-6", () => {
  const trials = trialsOf(120, (q) => num(q, "a") ** 2 - num(q, "b") + (q["c"] === "z" ? 0.2 : 0));
  const exact = { a: 0.590437527, b: 0.213807214, c: 0.181252418, idle: 0.014502841 };
  const shares = new Map(pedAnovaImportance(space, trials, maximize).map((i) => [i.path, i.share]));
  for (const [path, share] of Object.entries(exact))
    expect(Math.abs(shares.get(path)! - share)).toBeLessThan(1e-6);
});

test("a contour shows the valley of a pair and the trials on it", () => {
  const trials = trialsOf(200, (q) => -((num(q, "a") - 0.25) ** 2) - (num(q, "b") - 0.75) ** 2);
  const { x, y, values, points } = contour(space, trials, ["a", "b"], createRng(1), maximize)!;
  let best = { i: 0, j: 0, value: -Infinity };
  values.forEach((row, j) =>
    row.forEach((value, i) => {
      if (value > best.value) best = { i, j, value };
    }),
  );
  expect(Math.abs(x.positions[best.i]! - 0.25)).toBeLessThan(0.15);
  expect(Math.abs(y.positions[best.j]! - 0.75)).toBeLessThan(0.15);
  expect(points).toHaveLength(trials.length);
  expect(contour(space, trials, ["c", "b"], createRng(1), maximize)!.x.labels).toEqual([
    "x",
    "y",
    "z",
  ]);
});

test("too few trials say nothing; failed and stopped ones do not count unless asked for", () => {
  const few = trialsOf(7, (q) => num(q, "a"));
  expect(fanovaImportance(space, few, createRng(1), maximize)).toEqual([]);
  expect(pedAnovaImportance(space, few, maximize)).toEqual([]);
  expect(contour(space, few, ["a", "b"], createRng(1), maximize)).toBeNull();
  const stopped = trialsOf(20, (q) => num(q, "a")).map((t): Trial => ({
    ...t,
    status: "EARLY_STOPPED",
    intermediates: [t.final!],
    final: null,
  }));
  expect(fanovaImportance(space, stopped, createRng(1), maximize)).toEqual([]);
  expect(
    fanovaImportance(space, stopped, createRng(1), { ...maximize, includeStopped: true }),
  ).toHaveLength(4);
});

/** Successive halving: 27 trials of one epoch, the best 9 on to 3 epochs, the best 3 of them on to 9. */
function halving(seed: number): Trial[] {
  const metric = (q: Parameters, budget: number): number =>
    (1 - (num(q, "a") - 0.5) ** 2) * (1 - Math.exp(-budget / 6));
  const history = trialsOf(27, (q) => metric(q, 1), seed).map((t) => ({ ...t, budget: 1 }));
  let rung: Trial[] = history;
  const all: Trial[] = [...rung];
  for (const [size, budget] of [
    [9, 3],
    [3, 9],
  ] as const) {
    rung = rung
      .toSorted((x, y) => y.final! - x.final!)
      .slice(0, size)
      .map((parent, i): Trial => ({
        ...parent,
        number: all.length + i,
        budget,
        continueFrom: parent.number,
        final: metric(parent.parameters, budget),
      }));
    all.push(...rung);
  }
  return all;
}

test("epochs trained do not pass for a parameter's effect: one budget is compared, the largest with enough trials", () => {
  const history = halving(54);
  const entrants = history.filter((t) => t.budget === 1);
  // Nine trials of three epochs are too few for four parameters.
  const importance = fanovaImportance(space, history, createRng(1), maximize);
  expect(importance).toEqual(fanovaImportance(space, entrants, createRng(1), maximize));
  expect(importance[0]!.path).toBe("a");
  expect(pedAnovaImportance(space, history, maximize)).toEqual(
    pedAnovaImportance(space, entrants, maximize),
  );
  expect(contour(space, history, ["a", "b"], createRng(1), maximize)!.points).toHaveLength(27);
  // Two more brackets, and three epochs have enough: those promoted among them, each once.
  const three = [55, 56].flatMap((seed, k) =>
    halving(seed).map((t) => ({
      ...t,
      number: t.number + 100 * (k + 1),
      ...(t.continueFrom === undefined ? {} : { continueFrom: t.continueFrom + 100 * (k + 1) }),
    })),
  );
  const points = contour(space, [...history, ...three], ["a", "b"], createRng(1), maximize)!.points;
  expect(points.map((point) => point.trial)).toEqual(
    [...history, ...three].filter((t) => t.budget === 3).map((t) => t.number),
  );
});

test("a trial that someone trained longer counts once, as it was before", () => {
  const trials = trialsOf(30, (q) => num(q, "a"));
  const longer: Trial = { ...trials[3]!, number: 30, continueFrom: 3, final: 5 };
  expect(pedAnovaImportance(space, [...trials, longer], maximize)).toEqual(
    pedAnovaImportance(space, trials, maximize),
  );
});

test("nested parameters that take no part are carried along", () => {
  const nested = parseSearchSpace({
    layer: p(
      "choice",
      { _name: "none" },
      { _name: "conv", k: p("choice", 1, 3), w: p("uniform", 0, 1) },
    ),
  });
  const rng = createRng(3);
  const trials = Array.from({ length: 60 }, (_, number): Trial => {
    const parameters = sampleParameters(nested, rng);
    const layer = parameters["layer"] as Parameters;
    return {
      number,
      parameters,
      status: "SUCCEEDED",
      intermediates: [],
      final: layer["_name"] === "conv" ? 1 : 0,
    };
  });
  const [first] = fanovaImportance(nested, trials, createRng(1), maximize);
  expect(first!.path).toBe("layer");
});
