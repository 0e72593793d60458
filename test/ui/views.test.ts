import { expect, test } from "vitest";
import { createRng } from "../../src/core/math/rng.ts";
import { defaultTrainingSettings } from "../../src/core/config/types.ts";
import { reduceJournal } from "../../src/core/journal/index.ts";
import {
  noParameterSettings,
  resolveHyperparameters,
} from "../../src/engine/training/parameters/hyperparameters.ts";
import { knownParameters } from "../../src/engine/training/parameters/parameter-keys.ts";
import { parseSearchSpace } from "../../src/core/search-space/index.ts";
import {
  bytes,
  duration,
  flops,
  percent,
  percentTick,
  roughDuration,
  shortNumber,
} from "../../src/ui/format.ts";
import type { TrialState } from "../../src/core/journal/index.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import { zh } from "../../src/ui/messages/zh/index.ts";
import { isOfSpace } from "../../src/ui/views/error-place.ts";
import { parseRoute, routeHash } from "../../src/ui/state/route.ts";
import { curveOf, metricNames, spreadLabels, valueExtent } from "../../src/ui/views/curves.ts";
import { filterTrials, noFilter } from "../../src/ui/features/experiment/filter.ts";
import { logLine } from "../../src/ui/features/experiment/log/log.ts";
import { durationTicks } from "../../src/ui/views/duration-ticks.ts";
import { effectiveFields, perTrialFields } from "../../src/ui/features/new/per-trial.ts";
import { nearestCurve } from "../../src/ui/views/nearest.ts";
import { metricAxisId, parallelView } from "../../src/ui/views/parallel.ts";
import { parallelPath } from "../../src/ui/views/parallel-path.ts";
import { predictionsOf } from "../../src/ui/features/model/predictions.ts";
import { spaceText } from "../../src/ui/views/space-text.ts";
import { csv } from "../../src/core/csv.ts";
import { sortTrials, varyingParameters } from "../../src/ui/views/table.ts";
import { topRange } from "../../src/ui/features/experiment/top.ts";
import { shownMetric } from "../../src/core/journal/trial-metric.ts";
import { story } from "../gallery/fake/story.ts";
import { inEnglish } from "../../src/core/words/index.ts";

const { definition, events } = story({ id: "t", name: "t", trials: 8, epochs: 10, open: [2, 5] });
const state = reduceJournal(events);
const trials = state.trials;
const space = parseSearchSpace(definition.searchSpace);
const gap = "\u202f";

test("numbers are printed with a narrow space before their unit", () => {
  expect(percent(0.8412)).toBe(`84.1${gap}%`);
  expect(percent(null)).toBe("–");
  expect(percent(Number.NaN)).toBe("–");
  expect(percentTick(0.875)).toBe(`87.5${gap}%`);
  expect(percentTick(0.1 + 0.2)).toBe(`30${gap}%`);
  expect(bytes(0)).toBe(`0${gap}MB`);
  expect(bytes(170_498_071)).toBe(`170${gap}MB`);
  expect(flops(0.0234)).toBe(`23${gap}MFLOP/s`);
  expect(flops(0.52)).toBe(`0.5${gap}GFLOP/s`);
  expect(flops(1234)).toBe(`1.2${gap}TFLOP/s`);
  expect(shortNumber(0.0001)).toBe("1e-4");
  expect(shortNumber(0.1234567)).toBe("0.1235");
});

test("durations are exact where measured and round where estimated", () => {
  expect(duration(192_000, "en")).toBe(`3${gap}min 12${gap}s`);
  expect(duration(192_000, "zh")).toBe(`3${gap}分 12${gap}秒`);
  expect(roughDuration(7_740_000, "en")).toBe(`2${gap}h 10${gap}min`);
  expect(roughDuration(3_590_000, "en")).toBe(`1${gap}h`);
  expect(roughDuration(31_000, "en")).toBe(`30${gap}s`);
});

test("what is wrong with a parameter stands at the search space only where that names it", () => {
  const error = (code: "parameter-invalid" | "search-space-invalid", path: string) => ({
    ...{ code, message: "", details: { path } },
  });
  const space = '{"lr": {"_type": "choice", "_value": [1]}}';
  expect(isOfSpace(error("search-space-invalid", "x"), space)).toBe(true);
  expect(isOfSpace(error("parameter-invalid", "lr._value[0]"), space)).toBe(true);
  expect(isOfSpace(error("parameter-invalid", "tabtune.defaults.width"), space)).toBe(false);
});

test("routes and share links live in one fragment without meeting", () => {
  for (const hash of [
    "#/",
    "#/experiment/a%2Fb",
    "#/data",
    "#/recorded",
    "#AQabc_-",
    "#/experiment/e1/parameters",
    "#/recorded/log",
  ])
    expect(routeHash(parseRoute(hash))).toBe(hash);
  expect(parseRoute("#AQabc_-")).toEqual({ page: "link", fragment: "AQabc_-" });
  expect(parseRoute("#/nowhere")).toEqual({ page: "home" });
  expect(parseRoute("#/recorded/log")).toEqual({ page: "recorded", tab: "log" });
  expect(parseRoute("#/experiment/e1/nowhere")).toEqual({ page: "experiment", id: "e1" });
  // Was an uncaught "URI malformed" and a white page.
  expect(parseRoute("#/experiment/%")).toEqual({ page: "experiment", id: "%" });
});

test("a failed trial shows no metric, a running one its latest report", () => {
  const [failed, running] = [trials[5]!, trials[7]!];
  expect(failed.status).toBe("FAILED");
  expect(shownMetric(failed)).toBeNull();
  expect(shownMetric(running)).toBe(running.reports.at(-1)!.metric);
});

test("sorting keeps trials without a value last, whatever the direction", () => {
  for (const descending of [true, false]) {
    const sorted = sortTrials(trials, { column: "metric", descending });
    expect(sorted.at(-1)!.number).toBe(5);
    const metrics = sorted.slice(0, -1).map((trial) => shownMetric(trial)!);
    expect(metrics).toEqual([...metrics].sort((a, b) => (descending ? b - a : a - b)));
  }
});

test("one filter hides by status, text and range, and nothing else", () => {
  const view = parallelView(space, trials);
  const kept = filterTrials(trials, { ...noFilter, hiddenStatuses: new Set(["RUNNING"]) }, view);
  expect(kept).toHaveLength(6);
  expect(filterTrials(trials, { ...noFilter, text: "#3" }, view).map((t) => t.number)).toEqual([3]);
  const upper = filterTrials(
    trials,
    { ...noFilter, ranges: new Map([[metricAxisId, [1, 1]]]) },
    view,
  );
  const best = Math.max(...trials.map((trial) => shownMetric(trial) ?? 0));
  expect(upper.map(shownMetric)).toEqual([best]);
  expect(filterTrials(trials, noFilter, view)).toBe(trials);
});

test("the search finds shown values word by word, and no digits that are not shown", () => {
  const found = (text: string): number[] => {
    const one = (number: number, parameters: JsonObject) =>
      ({ number, status: "SUCCEEDED", parameters }) as unknown as TrialState;
    const all = [
      one(0, { lr: 0.0006412345, batch_size: 64, optimizer: "Adam" }),
      one(1, { lr: 0.64, batch_size: 32, optimizer: { _name: "SGD", momentum: 0.9 } }),
      one(2, { lr: 0.1, batch_size: 64, optimizer: { _name: "SGD", momentum: 0.5 } }),
    ];
    return filterTrials(all, { ...noFilter, text }, null).map(({ number }) => number);
  };
  expect(found("64")).toEqual([0, 2]);
  expect(found("adam 64")).toEqual([0]);
  expect(found("optimizer=SGD")).toEqual([1, 2]);
  expect(found("momentum=0.9")).toEqual([1]);
  expect(found("#1")).toEqual([1]);
  expect(found("12345")).toEqual([]);
  expect(found("succeeded")).toEqual([0, 1, 2]);
});

test("the best fifth is a range on the metric's axis, in the direction of the experiment", () => {
  const view = parallelView(space, trials);
  const kept = (mode: "maximize" | "minimize"): (number | null)[] => {
    const ranges = new Map([[metricAxisId, topRange(view, 0.2, mode)!]]);
    return filterTrials(trials, { ...noFilter, ranges }, view).map(shownMetric);
  };
  const metrics = trials.map(shownMetric).filter((metric) => metric !== null);
  expect(kept("maximize")).toEqual([Math.max(...metrics)]);
  expect(kept("minimize")).toEqual([Math.min(...metrics)]);
});

test("parallel coordinates hold every trial, failed and running ones too", () => {
  const view = parallelView(space, trials);
  expect(view.rows.map((row) => row.trial)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(view.axes.at(-1)!.path).toBe(metricAxisId);
  for (const row of view.rows)
    for (const value of row.values)
      if (value) {
        expect(value.position).toBeGreaterThanOrEqual(0);
        expect(value.position).toBeLessThanOrEqual(1);
      }
  expect(view.rows[5]!.values.at(-1)).toBeNull();
});

test("an inactive parameter breaks a line instead of bridging it", () => {
  const { d, end } = parallelPath(
    [0, null, 1],
    (axis) => axis * 10,
    (position) => position,
  );
  expect(d).toBe("M0.0 0.0M20.0 1.0");
  expect(end).toEqual({ x: 20, y: 1 });
});

test("labels never overlap and keep their order", () => {
  const placed = spreadLabels([100, 101, 99, 300], 300, 17);
  expect(placed[2]!).toBeLessThan(placed[0]!);
  const sorted = [...placed].sort((a, b) => a - b);
  for (let i = 1; i < sorted.length; i++)
    expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(17);
  expect(Math.max(...placed)).toBeLessThanOrEqual(300);
});

test("accuracy axes stay within 0 and 1 and survive missing values", () => {
  expect(valueExtent([0.2, Number.NaN, 0.99], true)[1]).toBeLessThanOrEqual(1);
  expect(valueExtent([], true)).toEqual([0, 1]);
  expect(valueExtent([0, 0], true)).toEqual([0, 0.05]);
  expect(valueExtent([2.3, 0.01], false)[0]).toBeGreaterThanOrEqual(0);
});

test("the curve under the pointer is found along its segments, not only at its points", () => {
  const curves = [3, 4].map((number) => ({
    trial: { ...trials[number]!, number },
    points: [
      { epoch: 0, value: number },
      { epoch: 10, value: number },
    ],
  }));
  const at = (y: number): number | null =>
    nearestCurve(curves, { x: 50, y }, { x: (epoch) => epoch * 10, y: (value) => value * 10 }, 4);
  expect(at(31)).toBe(3);
  expect(at(39)).toBe(4);
  expect(at(80)).toBeNull();
});

test("curves leave out what is no number", () => {
  const report = { ...trials[0]!.reports[0]!, validationAccuracy: Number.NaN, metric: Number.NaN };
  expect(curveOf({ ...trials[0]!, reports: [report] }, "validationAccuracy")).toEqual([]);
});

test("CSV quotes what needs quotes and keeps full precision", () => {
  expect(csv([["=1+1", "@x", "-a", -0.5]])).toBe("'=1+1,'@x,'-a,-0.5\r\n");
  expect(csv([["a,b", 'say "x"', 0.1 + 0.2, null]])).toBe(
    '"a,b","say ""x""",0.30000000000000004,\r\n',
  );
});

test("columns are the parameters that differ", () => {
  const fixed = trials.map((trial) => ({
    ...trial,
    parameters: { ...trial.parameters, model: "resnet18" },
  }));
  expect(varyingParameters(fixed, ["model", "lr"])).not.toContain("model");
  expect(varyingParameters(fixed, ["model", "lr"])[0]).toBe("lr");
});

test("a search space is printed one parameter per line and reads back the same", () => {
  const tricky = {
    "a,b": { _type: "choice", _value: ["x,y", 'q":"', 1e-4] },
    ...definition.searchSpace,
  };
  const text = spaceText(tricky);
  expect(JSON.parse(text)).toEqual(tricky);
  expect(text.split("\n")).toHaveLength(Object.keys(tricky).length + 2);
});

test("a prediction is right when its likeliest class is the label", () => {
  const [right, wrong] = predictionsOf({
    indices: [0, 1],
    labels: [1, 0],
    probabilities: [
      [0.1, 0.7, 0.2],
      [0.3, 0.6, 0.1],
    ],
  });
  expect(right).toMatchObject({ right: true, label: 1 });
  expect(wrong!.right).toBe(false);
  expect(wrong!.top[0]).toEqual({ label: 1, probability: 0.6 });
});

test("numbers measured on the test images are never called validation", () => {
  const names = en.charts.metric;
  const tuned = { ...defaultTrainingSettings, metric: "test", validationImages: 0 } as const;
  expect(metricNames(names, tuned)).toMatchObject({
    validationAccuracy: names.testMetric,
    validationLoss: names.testLoss,
    trainLoss: names.trainLoss,
  });
  expect(metricNames(names, { ...tuned, validationImages: 100 })).toEqual(names);
  expect(metricNames(names, defaultTrainingSettings)).toEqual(names);
});

test("the log names a time limit that was lifted", () => {
  const event = { seq: 1, at: 0, type: "limits-changed", maxDurationMs: null } as const;
  expect(logLine(event, en, inEnglish)).toBe("Limits changed: Time limit, minutes: none");
});

test("durations on an axis are round, four at most", () => {
  const random = createRng("durations");
  for (let i = 0; i < 200; i++) {
    const longest = 1000 * Math.exp(random.next() * 13);
    const ticks = durationTicks(longest);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(4);
    expect(ticks.at(-1)!).toBeLessThanOrEqual(longest);
    expect(longest - ticks.at(-1)!).toBeLessThanOrEqual(ticks[0]!);
    for (const tick of ticks) expect(tick % 1000).toBe(0);
  }
  expect(durationTicks(3000)).toEqual([1000, 2000, 3000]);
  expect(durationTicks(400)).toEqual([]);
});

test("fields for all trials name what the trainer takes, and what it uses by itself", () => {
  const { epochs, batchSize, network } = resolveHyperparameters({}, noParameterSettings);
  const usual: Readonly<Record<string, unknown>> = {
    epochs,
    batch_size: batchSize,
    width: network.parameters["width"],
  };
  expect(perTrialFields.map(({ name }) => name)).toEqual(Object.keys(usual));
  for (const field of perTrialFields) {
    const { min, max } = field;
    expect(knownParameters()[field.name]!.domain, field.name).toMatchObject({ min, max });
    for (const words of [en, zh])
      expect(words.setup.perTrial, field.name).toHaveProperty(field.name);
    expect(usual[field.name], field.name).toBe(field.usual);
  }
});

test.each([
  ["TPE", "{}", {}, ["epochs", "batch_size", "width"]],
  ["Auto", "{}", {}, ["epochs", "batch_size", "width"]],
  ["Hyperband", "{}", {}, ["batch_size", "width"]],
  ["BOHB", '{ "width": 4 }', {}, ["batch_size"]],
  ["Random", '{ "batch_size": 4 }', { epochs: 12 }, ["width"]],
])("with %s on %s the form offers what has an effect", (name, space, overrides, expected) => {
  const config = {
    ...definition.config,
    tuner: { name, classArgs: {} },
    training: { ...defaultTrainingSettings, overrides },
  };
  expect(effectiveFields(config, space).map((field) => field.name)).toEqual(expected);
});
