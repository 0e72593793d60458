import { expect, test } from "vitest";
import {
  empiricalDistribution,
  examine,
  rankTrials,
  simpleRegret,
  type DoctorOptions,
} from "../../../src/core/analysis/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import {
  parseSearchSpace,
  sampleParameters,
  type Parameters,
} from "../../../src/core/search-space/index.ts";
import type { Trial, TrialStatus } from "../../../src/core/trial.ts";

const p = (_type: string, ..._value: unknown[]) => ({ _type, _value });
const space = parseSearchSpace({
  lr: p("loguniform", 1e-4, 1),
  width: p("randint", 1, 9),
  act: p("choice", "relu", "tanh"),
});
const options: DoctorOptions = { mode: "maximize", metric: "validation" };
const trial = (
  number: number,
  parameters: Parameters,
  final: number | null,
  status: TrialStatus = "SUCCEEDED",
): Trial => ({ number, parameters, status, intermediates: [], final });
const codes = (trials: readonly Trial[], more: Partial<DoctorOptions> = {}): string[] =>
  examine(space, trials, createRng(1), { ...options, ...more }).map((finding) => finding.code);

const rng = createRng(61);
const healthy = Array.from({ length: 40 }, (_, number) => {
  const parameters = sampleParameters(space, rng);
  const [lr, width] = [Number(parameters["lr"]), Number(parameters["width"])];
  return trial(
    number,
    parameters,
    0.9 -
      0.1 * (Math.log10(lr) + 2) ** 2 -
      0.02 * (width - 4) ** 2 +
      (parameters["act"] === "relu" ? 0.2 : 0),
  );
});

test("a healthy experiment has no findings", () => {
  expect(codes(healthy)).toEqual([]);
  expect(codes([])).toEqual([]);
});

test("a metric measured on the test set is a warning", () => {
  expect(codes(healthy, { metric: "test" })).toEqual(["metric-on-test-set"]);
});

test("random start-up is told with its numbers", () => {
  const [finding] = examine(space, healthy, createRng(1), {
    ...options,
    startup: { done: 8, needed: 20 },
  });
  expect(finding).toMatchObject({ code: "tuner-in-startup", details: { done: 8, needed: 20 } });
});

test("duplicates are counted by effective configuration, continued trials aside", () => {
  const again = { ...healthy[3]!, number: 40 };
  const longer = { ...healthy[4]!, number: 41, continueFrom: 4 };
  expect(examine(space, [...healthy, again, longer], createRng(1), options)[0]).toMatchObject({
    code: "duplicate-configurations",
    details: { duplicates: 1, trials: 41 },
  });
});

test("noise between repeats above the leaders' gap is a warning", () => {
  const a = { lr: 0.01, width: 4, act: "relu" };
  const b = { lr: 0.02, width: 4, act: "relu" };
  expect(codes([trial(0, a, 0.8), trial(1, a, 0.7), trial(2, b, 0.79)])).toEqual([
    "noise-exceeds-gap",
    "duplicate-configurations",
  ]);
  expect(codes([trial(0, a, 0.8), trial(1, a, 0.799), trial(2, b, 0.5)])).toEqual([
    "duplicate-configurations",
  ]);
});

test("what a promotion gains over its first training is no noise between repeats", () => {
  const of = (lr: number): Parameters => ({ lr, width: 4, act: "relu" });
  const rungs = [
    { ...trial(0, of(0.01), 0.3), budget: 1 },
    { ...trial(1, of(0.02), 0.35), budget: 1 },
    { ...trial(2, of(0.03), 0.2), budget: 1 },
    { ...trial(3, of(0.02), 0.8), budget: 9, continueFrom: 1 },
    { ...trial(4, of(0.01), 0.7), budget: 9, continueFrom: 0 },
  ];
  expect(codes(rungs)).toEqual([]);
  // Neither is what two entrants of different brackets gain over each other, though they repeat a configuration.
  const other = { ...trial(5, of(0.02), 0.6), budget: 3 };
  expect(codes([...rungs, other])).toEqual(["duplicate-configurations"]);
});

test("a best value on a bound names the parameter and the end", () => {
  const on = { lr: 0.99, width: 1, act: "relu" };
  const findings = examine(
    space,
    [trial(0, on, 0.9), trial(1, { lr: 0.01, width: 4, act: "tanh" }, 0.5)],
    createRng(1),
    options,
  );
  expect(findings.map((f) => [f.code, f.details["path"], f.details["bound"]])).toEqual([
    ["best-on-bound", "lr", "upper"],
    ["best-on-bound", "width", "lower"],
  ]);
  expect(findings[0]!.message).toContain("lr = 0.99, at the upper end of its range");
});

test("a parameter that explains nothing is told after 20 trials", () => {
  const inert = healthy.map((t) =>
    trial(t.number, t.parameters, 0.9 - 0.1 * (Math.log10(Number(t.parameters["lr"])) + 2) ** 2),
  );
  const found = examine(space, inert, createRng(1), options).filter(
    (f) => f.code === "parameter-without-effect",
  );
  expect(found.map((f) => f.details["path"])).toContain("act");
  expect(found.map((f) => f.details["path"])).not.toContain("lr");
  expect(codes(inert.slice(0, 10))).not.toContain("parameter-without-effect");
});

test("a constant has no effect to miss", () => {
  const fixed = parseSearchSpace({
    lr: p("loguniform", 1e-4, 1),
    width: p("randint", 4, 5),
    model: p("choice", "resnet18"),
  });
  const trials = healthy.map((t) => ({
    ...t,
    parameters: { lr: t.parameters["lr"]!, width: 4, model: "resnet18" },
  }));
  expect(examine(fixed, trials, createRng(1), options).map((f) => f.details["path"])).toEqual([]);
});

test("failures and the absence of any result are told", () => {
  const failed = healthy.slice(0, 4).map((t) => ({ ...t, final: null, status: "FAILED" as const }));
  expect(codes(failed)).toEqual(["no-result", "many-failures"]);
  expect(codes([...failed, ...healthy.slice(4)])).toEqual([]);
});

test("ranks share places, the distribution rises to one, regret never rises", () => {
  const finals = [0.5, 0.9, 0.7, 0.7, NaN];
  const trials = finals.map((final, i) => trial(i, {}, final));
  expect(rankTrials(trials, "maximize").map((r) => [r.trial, r.rank])).toEqual([
    [1, 1],
    [2, 2.5],
    [3, 2.5],
    [0, 4],
  ]);
  expect(rankTrials(trials, "maximize").map((r) => r.place)).toEqual([1, 2, 2, 4]);
  expect(rankTrials(trials, "minimize")[0]).toMatchObject({ trial: 0, rank: 1 });
  expect(empiricalDistribution(trials)).toEqual([
    [0.5, 0.25],
    [0.7, 0.5],
    [0.7, 0.75],
    [0.9, 1],
  ]);
  expect(simpleRegret(trials, 1, "maximize").map((r) => Number(r.toFixed(3)))).toEqual([
    0.5, 0.1, 0.1, 0.1,
  ]);
  expect(simpleRegret(trials, 0, "minimize")).toEqual([0.5, 0.5, 0.5, 0.5]);
});
