import { expect, test } from "vitest";
import {
  filterCurves,
  fitFamilies,
  predictWithEnsemble,
} from "../../../src/core/assessors/curve-ensemble.ts";
import { createAssessor } from "../../../src/core/assessors/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import type { Trial } from "../../../src/core/trial.ts";
import fixture from "../../fixtures/curve-fits.json" with { type: "json" };

interface Case {
  readonly history: readonly number[];
  readonly sse: Readonly<Record<string, number>>;
  readonly kept: readonly string[];
  /** Least, mean and largest of 40 runs. */
  readonly prediction?: readonly number[];
}
const cases: readonly Case[] = JSON.parse(JSON.stringify(fixture.cases));

test("at least 97 % of SciPy's fits are met or beaten, from the same start", () => {
  let [total, good] = [0, 0];
  for (const { history, sse } of cases) {
    const fits = fitFamilies(history, fixture.epochs);
    for (const [name, expected] of Object.entries(sse)) {
      total++;
      const fit = fits.find((f) => f.name === name);
      const own = fit?.values.reduce((sum, v, i) => sum + (v - history[i]!) ** 2, 0) ?? Infinity;
      if (own <= expected * 1.001 + 1e-9) good++;
    }
  }
  expect(total).toBeGreaterThan(150);
  expect(good / total).toBeGreaterThanOrEqual(0.97);
});

test("predictions agree with SciPy and NumPy: to 0.1 % where the same curves survive, else to 3 %", () => {
  let [same, compared] = [0, 0];
  for (const { history, kept, prediction } of cases) {
    const mean = prediction?.[1];
    const own = predictWithEnsemble(history, fixture.epochs, "maximize", createRng(5));
    if (mean === undefined || own === null) continue;
    compared++;
    const names = filterCurves(history, fitFamilies(history, fixture.epochs)).map((c) => c.name);
    const alike = names.sort().join() === kept.join();
    if (alike) same++;
    expect(Math.abs(own - mean) / mean).toBeLessThan(alike ? 1e-3 : 0.03);
  }
  expect(compared).toBeGreaterThanOrEqual(10);
  expect(same).toBeGreaterThanOrEqual(6);
});

const rising = [0.3, 0.42, 0.5, 0.55, 0.58, 0.605, 0.62, 0.63, 0.64, 0.645];
const running: Trial = { number: 1, parameters: {}, status: "RUNNING", intermediates: rising };
const done = (final: number, status: Trial["status"] = "SUCCEEDED"): Trial => ({
  number: 0,
  parameters: {},
  status,
  intermediates: [final],
  final,
});
const curvefitting = createAssessor("Curvefitting", { epoch_num: 20 });
const decide = (history: readonly Trial[], trial = running): string =>
  curvefitting.assess(trial, history, createRng(1)).decision;

test("the bar is the best final metric of the succeeded trials, not what was assessed last", () => {
  expect(decide([done(0.95), { ...done(0.1), number: 2, status: "RUNNING" }])).toBe("stop");
  expect(decide([done(0.6)])).toBe("continue");
  expect(decide([done(0.95, "EARLY_STOPPED")])).toBe("continue");
});

test("too few agreeing curves and failed fits mean going on, with a reason", () => {
  const disagreeing = cases[0]!;
  expect(disagreeing.prediction).toBeUndefined();
  const { decision, reason } = curvefitting.assess(
    { ...running, intermediates: disagreeing.history },
    [done(9)],
    createRng(1),
  );
  expect(decision).toBe("continue");
  expect(reason).toBe("Too few curves agree on a prediction.");
});

test("one trial's assessment does not touch another's", () => {
  const alone = curvefitting.assess(running, [done(0.95)], createRng(1));
  curvefitting.assess(
    { ...running, number: 7, intermediates: [9, 8, 7, 6, 5, 4, 3] },
    [done(0.95)],
    createRng(2),
  );
  expect(curvefitting.assess(running, [done(0.95)], createRng(1))).toEqual(alone);
});

test("a list of reports that has grown or changed since is assessed as it is now", () => {
  const rising = (n: number): number[] =>
    Array.from({ length: n }, (_, i) => 0.9 - 0.6 * (i + 1) ** -0.7 + 0.003 * Math.sin(5 * i));
  const predict = (reports: readonly number[]): number | null =>
    predictWithEnsemble(reports, 20, "maximize", createRng("grown"));
  const reports = rising(13);
  const [before, grown] = [predict(rising(13)), predict(rising(16))];
  expect([before, grown]).not.toContain(null);
  expect(grown).not.toBe(before);
  expect(predict(reports)).toBe(before);
  expect(predict(reports)).toBe(before);
  reports.push(...rising(16).slice(13));
  expect(predict(reports)).toBe(grown);
  reports[15]! += 0.004;
  const changed = predict([...reports]);
  expect(changed).not.toBe(grown);
  expect(predict(reports)).toBe(changed);
});
