import { expect, test } from "vitest";
import { createAssessor } from "../../../src/core/assessors/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import type { Trial, TrialStatus } from "../../../src/core/trial.ts";

const trial = (
  number: number,
  intermediates: readonly number[],
  status: TrialStatus = "SUCCEEDED",
): Trial => ({
  number,
  parameters: {},
  status,
  intermediates,
  final: status === "SUCCEEDED" ? (intermediates.at(-1) ?? null) : null,
});
const running = (...reports: number[]): Trial => trial(99, reports, "RUNNING");
const rng = createRng(1);

const completed = [trial(0, [0.1, 0.3, 0.5]), trial(1, [0.2, 0.2, 0.2]), trial(2, [0.4, 0.4, 0.4])];

test.each([
  [[0.19], "stop"],
  [[0.2], "continue"],
  [[0.1, 0.19], "stop"],
  [[0.1, 0.2], "continue"],
  [[0.1, 0.1, 0.299], "stop"],
  [[0.1, 0.1, 0.3], "continue"],
  [[0.1, 0.1, 0.1, 0.1], "continue"],
])("Medianstop decides %j as NNI does: %s", (reports, decision) => {
  const medianstop = createAssessor("Medianstop", { optimize_mode: "maximize" });
  expect(medianstop.assess(running(...reports), completed, rng).decision).toBe(decision);
});

test("Medianstop takes the worse of two middle averages, in both directions", () => {
  const two = [trial(0, [0.1]), trial(1, [0.3])];
  const max = createAssessor("Medianstop");
  const min = createAssessor("Medianstop", { optimize_mode: "minimize" });
  expect(max.assess(running(0.15), two, rng).decision).toBe("continue");
  expect(max.assess(running(0.09), two, rng).decision).toBe("stop");
  expect(min.assess(running(0.25), two, rng).decision).toBe("continue");
  expect(min.assess(running(0.31), two, rng).decision).toBe("stop");
});

test("Medianstop counts succeeded trials only and waits for start_step reports", () => {
  const stopped = [trial(0, [0.9], "EARLY_STOPPED"), trial(1, [0.9], "RUNNING")];
  expect(createAssessor("Medianstop").assess(running(0.1), stopped, rng).decision).toBe("continue");
  const late = createAssessor("Medianstop", { start_step: 2 });
  expect(late.assess(running(0.1), [trial(0, [0.9, 0.9])], rng).decision).toBe("continue");
  expect(late.assess(running(0.1, 0.1), [trial(0, [0.9, 0.9])], rng).decision).toBe("stop");
});

test("ASHA judges at its rungs only and lets the best third on", () => {
  const asha = createAssessor("ASHA", { eta: 3, min_epochs: 2 });
  const others = [0.5, 0.6, 0.7, 0.8, 0.9].map((x, i) => trial(i, Array(7).fill(x)));
  const steps = [1, 2, 3, 4, 5, 6, 7].filter(
    (n) => asha.assess(running(...Array<number>(n).fill(0.1)), others, rng).decision === "stop",
  );
  expect(steps).toEqual([2, 6]);
  expect(asha.assess(running(0.85, 0.85), others, rng).decision).toBe("continue");
  expect(asha.assess(running(0.75, 0.75), others, rng).decision).toBe("stop");
});

test("ASHA counts stopped trials among those that reached a rung", () => {
  const asha = createAssessor("ASHA", { eta: 2 });
  const others = [
    trial(0, [0.9], "EARLY_STOPPED"),
    trial(1, [0.8], "EARLY_STOPPED"),
    trial(2, [0.1], "EARLY_STOPPED"),
  ];
  expect(asha.assess(running(0.7), others, rng).decision).toBe("stop");
  expect(asha.assess(running(0.85), others, rng).decision).toBe("continue");
});

test("Percentile keeps the asked share", () => {
  const others = [1, 2, 3, 4, 5, 6, 7, 8].map((x, i) => trial(i, [x]));
  const quarter = createAssessor("Percentile", { percentile: 25 });
  const kept = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5].filter(
    (x) => quarter.assess(running(x), others, rng).decision === "continue",
  );
  // Of nine trials the best quarter, rounded up, are three.
  expect(kept).toEqual([6.5, 7.5, 8.5]);
  const decide = (percentile: number, own: number, others: readonly number[]): string =>
    createAssessor("Percentile", { percentile }).assess(
      running(own),
      others.map((x, i) => trial(i, [x])),
      rng,
    ).decision;
  expect(decide(100, 0.1, [0.5, 0.5, 0.5, 0.5])).toBe("continue");
  expect(decide(50, 3, [1, 2, 4, 5])).toBe("continue");
  expect(decide(50, 2, [1, 3, 4, 5])).toBe("stop");
  expect(decide(1, 6, [1, 2, 4, 5])).toBe("continue");
  expect(decide(1, 4.5, [1, 2, 4, 5])).toBe("stop");
});

const curve = (top: number, steps: number): number[] =>
  Array.from(
    { length: steps },
    (_, i) => top * (1 - 0.8 * Math.exp(-(i + 1) / 4)) + 0.003 * Math.sin(7 * i),
  );

test("Forecast does not depend on the metric's scale or offset", () => {
  const history = [0.9, 0.8, 0.7].map((top, i) => trial(i, curve(top, 20)));
  const forecast = createAssessor("Forecast");
  for (let n = 4; n < 20; n++)
    for (const top of [0.3, 0.7, 0.85, 0.92]) {
      const move = (t: Trial): Trial => ({
        ...t,
        intermediates: t.intermediates.map((x) => 250 + 100 * x),
        final: t.final == null ? null : 250 + 100 * t.final,
      });
      const own = running(...curve(top, n));
      const [a, b] = [
        forecast.assess(own, history, rng),
        forecast.assess(move(own), history.map(move), rng),
      ];
      expect(a.decision).toBe(b.decision);
      const [p, q] = [a, b].map(({ facts: [fact] = [] }) =>
        fact?.kind === "forecast-end" ? fact.probability : null,
      );
      if (q === null) expect(p).toBeNull();
      else expect(p).toBeCloseTo(q!, 6);
    }
});

test("Forecast draws a band from the next report to the last that holds the truth of a smooth curve", () => {
  const history = [0.9, 0.8].map((top, i) => trial(i, curve(top, 20)));
  const { forecast } = createAssessor("Forecast").assess(running(...curve(0.85, 8)), history, rng);
  const truth = curve(0.85, 20);
  expect(forecast!.map(([epoch]) => epoch)).toEqual([9, 11, 12, 14, 15, 17, 18, 20]);
  for (const [epoch, low, median, high] of forecast!) {
    expect(low).toBeLessThan(median);
    expect(median).toBeLessThan(high);
    expect(truth[epoch - 1]).toBeGreaterThan(low);
    expect(truth[epoch - 1]).toBeLessThan(high);
  }
});

test("Forecast judges by the middle of several reports where there are many, and one bad report stops nothing", () => {
  const history = [0.9, 0.8, 0.85].map((top, i) => trial(i, curve(top, 20)));
  const dip = curve(0.93, 9).with(8, 0.2);
  expect(createAssessor("Forecast").assess(running(...dip), history, rng).decision).toBe(
    "continue",
  );
});

test("Forecast takes running trials for rivals once their planned epochs say how long they are", () => {
  const peers = [0.9, 0.88, 0.85].map((top, i) => trial(i, curve(top, 12), "RUNNING"));
  const own = running(...curve(0.2, 12));
  const forecast = createAssessor("Forecast");
  expect(forecast.assess({ ...own, epochs: 20 }, peers, rng).decision).toBe("stop");
  expect(forecast.assess(own, peers, rng).decision).toBe("continue");
  const leader = { ...running(...curve(0.93, 12)), epochs: 20 };
  expect(forecast.assess(leader, peers, rng).decision).toBe("continue");
});

test("Forecast asks for more sureness early: the same curve goes on at first and is stopped later", () => {
  const history = [0.9, 0.8, 0.7, 0.6].map((top, i) => trial(i, curve(top, 20)));
  const early = createAssessor("Forecast").assess(running(...curve(0.75, 5)), history, rng);
  const late = createAssessor("Forecast").assess(running(...curve(0.75, 17)), history, rng);
  expect([early.decision, late.decision]).toEqual(["continue", "stop"]);
});

test("Forecast learns from finished trials that curves jump late", () => {
  const jump = (top: number, steps: number): number[] =>
    curve(top, 20)
      .map((y, i) => (i < 12 ? 0.6 * y : y))
      .slice(0, steps);
  const steady = [0.7, 0.72, 0.68, 0.71].map((top, i) => trial(i, curve(top, 20)));
  const jumpy = [0.7, 0.72, 0.68, 0.71].map((top, i) => trial(i, jump(top, 20)));
  const own = running(...jump(0.75, 11));
  expect(createAssessor("Forecast").assess(own, steady, rng).decision).toBe("stop");
  expect(createAssessor("Forecast").assess(own, jumpy, rng).decision).toBe("continue");
});

test("a configuration in two trainings counts once while the second one runs, is stopped or has failed", () => {
  const asha = createAssessor("ASHA", { eta: 2 });
  const others = [trial(0, [0.9]), trial(1, [0.6])];
  const own = running(0.7);
  const alone = asha.assess(own, others, rng);
  for (const status of ["RUNNING", "EARLY_STOPPED", "FAILED", "WAITING"] as const) {
    const longer = { ...trial(2, status === "WAITING" ? [] : [0.95], status), continueFrom: 0 };
    expect(asha.assess(own, [...others, longer], rng)).toEqual(alone);
  }
});

test("a trial that lost what it was to continue counts from its own first epoch", () => {
  const medianstop = createAssessor("Medianstop");
  const others = [trial(0, [0.5, 0.9]), trial(1, [0.5, 0.9])];
  const anew = { ...running(0.5), continueFrom: 0, firstEpoch: 1, budget: 9 };
  expect(medianstop.assess(anew, others, rng).facts).toMatchObject([{ steps: 1 }]);
});

test("Forecast compares a short training with what longer ones had reached by its end", () => {
  const longer = [0.9, 0.85, 0.8, 0.7, 0.6, 0.5].map((top, i) => trial(i, curve(top, 20)));
  const leader = { ...running(...curve(0.9, 5)), budget: 6, epochs: 6 };
  expect(createAssessor("Forecast").assess(leader, longer, rng).decision).toBe("continue");
});
