import { expect, test } from "vitest";
import {
  bestSoFar,
  bestTrial,
  countTrials,
  elapsedMs,
  epochReached,
  expectedTrials,
  historyOf,
  labelOf,
  learningCurves,
  parallelCoordinates,
  reduce,
  reduceJournal,
  remainingMs,
  type EventBody,
} from "../../../src/core/journal/index.ts";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { added, attempt, config, definition, ended, epoch, journal, run } from "./events.ts";

const running: EventBody = { type: "status-changed", status: "running", reason: "user" };
const mixed = [
  ...run(0, [0.1, 0.5]),
  ...run(1, [0.9, 0.95], "EARLY_STOPPED"),
  ...run(2, [0.99], "FAILED"),
  ...run(3, [0.6, NaN]),
  ...run(4, [0.7]),
  ...run(5, [0.7]),
];

test("an early-stopped, failed or NaN trial never becomes best; the earlier of equals is", () => {
  const { trials } = reduceJournal(journal(mixed));
  expect(bestTrial(trials, "maximize")?.number).toBe(4);
  expect(bestTrial(trials, "minimize")?.number).toBe(0);
  expect(bestTrial([], "maximize")).toBeNull();
});

test("best so far steps in the order trials ended and in the experiment's direction", () => {
  const up = bestSoFar(reduceJournal(journal(mixed)));
  expect(up.map((point) => [point.trial, point.best, point.improved])).toEqual([
    [0, 0.5, true],
    [4, 0.7, true],
    [5, 0.7, false],
  ]);
  const minimize = {
    ...definition,
    config: { ...config, tuner: { name: "TPE", classArgs: { optimize_mode: "minimize" } } },
  };
  const down = bestSoFar(
    reduceJournal(
      journal(
        [
          added(0),
          added(1),
          attempt(0),
          attempt(1),
          ended(1, "SUCCEEDED", 0.4),
          ended(0, "SUCCEEDED", 0.3),
        ],
        minimize,
      ),
    ),
  );
  expect(down.map((point) => [point.trial, point.best])).toEqual([
    [1, 0.4],
    [0, 0.3],
  ]);
});

test("the history holds running trials too, nothing but Trial's fields, and is shared between calls", () => {
  const state = reduceJournal(
    journal([
      ...mixed,
      added(6, { budget: 9, tunerState: { rung: 0 } }),
      attempt(6),
      epoch(6, 1, 0.2),
    ]),
  );
  const history = historyOf(state);
  expect(history[6]).toEqual({
    number: 6,
    parameters: { lr: 0.01 },
    status: "RUNNING",
    intermediates: [0.2],
    final: null,
    epochs: 3,
    budget: 9,
    tunerState: { rung: 0 },
  });
  const next = reduce(state, { seq: state.lastSeq + 1, at: 0, ...epoch(6, 2, 0.3) });
  const again = historyOf(next);
  expect(again[0]).toBe(history[0]);
  expect(again[6]!.intermediates).toEqual([0.2, 0.3]);
  expect(history[6]!.intermediates).toEqual([0.2]);
});

test("the history says from which epoch on a continued trial reports", () => {
  const state = reduceJournal(
    journal([
      ...run(0, [0.1, 0.2]),
      added(1, { continueFrom: 0, epochs: 4 }),
      added(2, { continueFrom: 0, epochs: 4 }),
      attempt(1),
      epoch(1, 3, 0.3),
      attempt(2),
      epoch(2, 1, 0.1),
      added(3, { continueFrom: 0, epochs: 4 }),
    ]),
  );
  expect(historyOf(state).map((trial) => trial.firstEpoch)).toEqual([undefined, 3, 1, undefined]);
});

test("trials are counted by status, and those that the limit counts", () => {
  const counts = countTrials(
    reduceJournal(journal([...mixed, added(6), added(7, { origin: "imported" })])),
  );
  expect(counts).toMatchObject({
    total: 8,
    SUCCEEDED: 4,
    FAILED: 1,
    EARLY_STOPPED: 1,
    WAITING: 2,
    finished: 6,
    submitted: 7,
  });
});

test("elapsed time grows while running only", () => {
  const state = reduceJournal(journal([running]));
  expect(elapsedMs(state, 6_000)).toBe(5_000);
});

test("the time left follows the pace of this experiment's epochs", () => {
  const none = reduceJournal(journal([running, added(0)]));
  expect(remainingMs(none, 1_000, 2)).toBeNull();
  // Inside the first epoch the running trials' own pace serves: 10 trials of 3 epochs, two at a time.
  expect(remainingMs(none, 1_000, 2, 1_000)).toBe((10 * 3_000) / 2);
  // One trial of 3 s done; one of 3 epochs has 2 left; 8 of 10 are still to come; two at a time.
  const state = reduceJournal(
    journal([running, ...run(0, [1, 2, 3]), added(1), attempt(1), epoch(1, 1, 0.1)]),
  );
  expect(remainingMs(state, 1_000, 2)).toBe((2_000 + 8 * 3_000) / 2);
  expect(remainingMs(state, 1_000, 2, 50_000)).toBe((2_000 + 8 * 3_000) / 2);
  const limited = reduce(state, {
    seq: state.lastSeq + 1,
    at: 9_000,
    type: "limits-changed",
    maxDurationMs: 60_000,
  });
  // Running since 1 s, 50 s ago: 10 s are left in which a trial may begin. Counted from the limit alone it was 63 s.
  expect(remainingMs(limited, 51_000, 2)).toBe((2_000 + 8 * 3_000) / 2);
  const more = reduce(limited, {
    seq: limited.lastSeq + 1,
    at: 9_000,
    type: "limits-changed",
    maxTrialNumber: 100,
  });
  expect(remainingMs(more, 51_000, 2)).toBe(10_000 + 3_000);
  expect(remainingMs(more, 70_000, 2)).toBe(3_000);
});

test("learning curves keep epoch numbers and leave out trials without a report", () => {
  const curves = learningCurves(
    reduceJournal(journal([...run(0, [0.1, 0.2]), added(1)])),
    "metric",
  );
  expect(curves).toEqual([
    {
      trial: 0,
      status: "SUCCEEDED",
      points: [
        [1, 0.1],
        [2, 0.2],
      ],
    },
  ]);
});

test("parallel coordinates show every trial, with nothing where a parameter takes no part", () => {
  const space = parseSearchSpace({
    lr: { _type: "loguniform", _value: [1e-4, 1] },
    layer: {
      _type: "choice",
      _value: [{ _name: "Empty" }, { _name: "conv", k: { _type: "choice", _value: [1, 3] } }],
    },
  });
  const { axes, rows } = parallelCoordinates(space, [
    {
      number: 0,
      parameters: { lr: 0.01, layer: { _name: "conv", k: 3 } },
      status: "RUNNING",
      intermediates: [0.3],
    },
    {
      number: 1,
      parameters: { lr: 1, layer: { _name: "Empty" } },
      status: "FAILED",
      intermediates: [],
      final: null,
    },
  ]);
  expect(axes.map((axis) => [axis.path, axis.kind])).toEqual([
    ["lr", "log"],
    ["layer", "category"],
    ["layer[1:conv].k", "category"],
  ]);
  expect(axes[0]!.marks.map((mark) => mark.label)).toEqual(["0.0001", "0.01", "1"]);
  const [wide] = parseSearchSpace({ w: { _type: "randint", _value: [1, 40_000] } }).parameters;
  expect([16_384, 12_345.678].map((value) => labelOf(wide!, value))).toEqual(["16384", "12350"]);
  expect(rows[0]).toEqual({
    trial: 0,
    status: "RUNNING",
    metric: 0.3,
    values: [
      { position: 0.5, label: "0.01" },
      { position: 0.75, label: "conv" },
      { position: 0.75, label: "3" },
    ],
  });
  expect(rows[1]).toMatchObject({
    metric: null,
    values: [{ position: 1 }, { label: "Empty" }, null],
  });
});

test("an axis marks values that a trial can get, each once", () => {
  const space = parseSearchSpace({
    a: { _type: "qnormal", _value: [64, 8, 64] },
    b: { _type: "qnormal", _value: [64, 64, 1] },
  });
  const labels = parallelCoordinates(space, []).axes.map(({ marks }) =>
    marks.map((mark) => mark.label),
  );
  // Was 48, 64 and 80, all three where 64 is.
  expect(labels).toEqual([["64"], ["-64", "64", "192"]]);
});

test("a continued trial has the epochs of its parent behind it", () => {
  const parent = [
    added(0),
    attempt(0),
    epoch(0, 1, 0.5),
    epoch(0, 2, 0.6),
    ended(0, "SUCCEEDED", 0.6),
  ];
  const child = [added(1, { origin: "longer", continueFrom: 0, epochs: 4 }), attempt(1)];
  const reached = (...bodies: EventBody[]): number => {
    const { trials } = reduceJournal(journal([...parent, ...bodies]));
    return epochReached(trials.at(-1)!, trials);
  };
  expect(reached()).toBe(2);
  expect(reached(...child)).toBe(2);
  expect(reached(...child, epoch(1, 3, 0.7))).toBe(3);
  // One more epoch of a second is to come, not three: the trial began at epoch 3.
  const state = reduceJournal(
    journal([
      running,
      { type: "limits-changed", maxTrialNumber: 1 },
      ...parent,
      ...child,
      epoch(1, 3, 0.7),
    ]),
  );
  expect(remainingMs(state, 1_000, 1)).toBe(1_000);
});

test("trials that no limit counts are expected beside those that it does", () => {
  const imported = [added(0, { origin: "imported" }), ended(0, "SUCCEEDED", 0.8)];
  const limit: EventBody = { type: "limits-changed", maxTrialNumber: 3 };
  const expected = (...bodies: EventBody[]): number =>
    expectedTrials(reduceJournal(journal([limit, ...bodies])));
  expect(expected()).toBe(3);
  expect(expected(...imported)).toBe(4);
  expect(expected(...imported, ...run(1, [0.5]))).toBe(4);
  expect(expected(...[0, 1, 2, 3].flatMap((n) => run(n, [0.5])))).toBe(4);
});
