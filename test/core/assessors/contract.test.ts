import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import {
  assessorCatalogue,
  createAssessor,
  findAssessor,
} from "../../../src/core/assessors/index.ts";
import { decodeFact } from "../../../src/core/facts/decode.ts";
import { inWords } from "../../../src/core/facts/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { assessorWords } from "../../../src/core/words/en/facts.ts";
import type { Trial, TrialStatus } from "../../../src/core/trial.ts";
import { countArithmetic } from "../count-arithmetic.ts";

const length = 20;
/** A saturating learning curve that ends near `top`. */
const curve = (top: number, steps = length, wobble = 0): number[] =>
  Array.from(
    { length: steps },
    (_, i) => top * (1 - 0.8 * Math.exp(-(i + 1) / 4)) + wobble * Math.sin(7 * i),
  );

const trial = (
  number: number,
  intermediates: readonly number[],
  status: TrialStatus = "RUNNING",
): Trial => ({
  number,
  parameters: { lr: number },
  status,
  intermediates,
  final: status === "SUCCEEDED" ? (intermediates.at(-1) ?? null) : null,
});
const finished = [0.9, 0.8, 0.85, 0.7, 0.88, 0.75].map((top, i) =>
  trial(i, curve(top, length, 0.002), "SUCCEEDED"),
);
const mirror = (t: Trial): Trial => ({
  ...t,
  intermediates: t.intermediates.map((x) => -x),
  final: t.final == null ? null : -t.final,
});
/** Deep freeze: an assessor that writes to its input throws. */
const freeze = <T>(value: T): T => {
  if (typeof value === "object" && value !== null)
    Object.values(Object.freeze(value)).forEach(freeze);
  return value;
};

/** The same training as a trial of `split` epochs and one that continues it. */
const inParts = (t: Trial, split: number): Trial[] => {
  const first = t.intermediates.slice(0, split);
  const parent = trial(t.number + 100, first, "SUCCEEDED");
  return [
    { ...parent, number: t.number, budget: split, epochs: split },
    {
      ...t,
      number: t.number + 100,
      intermediates: t.intermediates.slice(split),
      continueFrom: t.number,
    },
  ];
};

describe.each(assessorCatalogue.map((a) => a.name))("%s", (name) => {
  const definition = findAssessor(name)!;
  const args = definition.arguments.some((a) => a.name === "epoch_num")
    ? { epoch_num: length }
    : {};
  const make = (more: object = {}) => createAssessor(name, { ...args, ...more });
  const decide = (t: Trial, history: readonly Trial[], seed = 1, more: object = {}) =>
    make(more).assess(t, history, createRng(seed));
  const poor = trial(9, curve(0.2, 9));
  const good = trial(9, curve(0.97, 9, 0.002));

  /** True if it is stopped at some report; Curvefitting often has too few agreeing curves for a judgement. */
  const stopsSomewhere = (of: (n: number) => Trial, history: readonly Trial[], more: object = {}) =>
    Array.from({ length: length - 1 }, (_, i) => of(i + 1)).some(
      (t) => decide(t, history, 1, more).decision === "stop",
    );

  test("a hopeless trial is stopped", () => {
    expect(stopsSomewhere((n) => trial(9, curve(0.2, n)), finished)).toBe(true);
  });

  test("the trial that leads all others goes on at every report", () => {
    for (let n = 1; n <= length; n++) {
      const leader = trial(9, curve(0.97, n, 0.002));
      expect(decide(leader, [...finished, leader]).decision).toBe("continue");
    }
  });

  test("without any other trial everything goes on", () => {
    for (let n = 1; n <= length; n++)
      expect(decide(trial(0, curve(0.1, n)), []).decision).toBe("continue");
  });

  test("a trial without a report goes on", () => {
    expect(decide(trial(9, []), finished).decision).toBe("continue");
  });

  test("it does not matter whether the history contains the trial itself", () => {
    for (const t of [poor, good]) expect(decide(t, finished)).toEqual(decide(t, [...finished, t]));
  });

  test("the same history and stream give the same assessment, from one instance or two", () => {
    const one = make();
    const first = one.assess(poor, finished, createRng(3));
    one.assess(good, finished, createRng(8));
    expect(one.assess(poor, finished, createRng(3))).toEqual(first);
    expect(decide(poor, finished, 3)).toEqual(first);
  });

  test("minimising a metric is maximising its negative", () => {
    for (const t of [poor, good, trial(9, curve(0.83, 12))]) {
      const up = decide(t, finished).decision;
      // Curvefitting's threshold is a share of the best, which only has a meaning for metrics above 0.
      if (name === "Curvefitting") continue;
      expect(
        decide(mirror(t), finished.map(mirror), 1, { optimize_mode: "minimize" }).decision,
      ).toBe(up);
    }
  });

  test("minimising stops a hopeless loss and keeps the best one", () => {
    const loss = (top: number, n: number, number: number, status: TrialStatus = "RUNNING") =>
      trial(
        number,
        Array.from({ length: n }, (_, i) => top * (1 + 3 * Math.exp(-(i + 1) / 3))),
        status,
      );
    const others = [0.3, 0.35, 0.4, 0.5, 0.45].map((top, i) => loss(top, length, i, "SUCCEEDED"));
    const minimize = { optimize_mode: "minimize" };
    expect(stopsSomewhere((n) => loss(2, n, 9), others, minimize)).toBe(true);
    expect(stopsSomewhere((n) => loss(0.1, n, 9), others, minimize)).toBe(false);
  });

  test("nothing is written to the trial or the history", () => {
    const history = freeze(structuredClone([...finished, poor]));
    expect(() => decide(history.at(-1)!, history)).not.toThrow();
  });

  test("NaN and infinite reports are survived, in the trial and in the history", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const broken = trial(7, [0.1, bad, 0.3, 0.2, 0.3, 0.4, 0.4, 0.45, 0.5], "SUCCEEDED");
      const empty = trial(8, [bad, bad, bad], "FAILED");
      expect(decide(poor, [...finished, broken, empty]).decision).toMatch(/^(stop|continue)$/);
      expect(decide({ ...broken, number: 9, status: "RUNNING" }, finished).decision).toMatch(
        /^(stop|continue)$/,
      );
    }
  });

  test("failed and cancelled trials without reports change nothing", () => {
    const noise = [
      trial(20, [], "FAILED"),
      trial(21, [], "USER_CANCELED"),
      trial(22, [], "WAITING"),
    ];
    for (const t of [poor, good])
      expect(decide(t, [...finished, ...noise])).toEqual(decide(t, finished));
  });

  test("the order of the history does not matter", () => {
    for (const t of [poor, good])
      expect(decide(t, finished.toReversed()).decision).toBe(decide(t, finished).decision);
  });

  test("a trial that continues others is judged as if one trial had reported all their epochs", () => {
    for (const [own, split] of [
      [poor, 3],
      [good, 3],
      [trial(9, curve(0.97, 18, 0.002)), 12],
      [trial(9, curve(0.6, 18)), 15],
    ] as const) {
      const planned = (t: Trial): Trial => ({ ...t, epochs: length, budget: length });
      const whole = [...finished, own].map(planned);
      const parts = whole.flatMap((t) => inParts(t, split));
      const expected = decide(whole.at(-1)!, whole);
      expect(decide(parts.at(-1)!, parts)).toEqual(expected);
      expect(decide(parts.at(-1)!, parts.slice(0, -1))).toEqual(expected);
      const marked = parts.map((t) =>
        t.continueFrom === undefined ? t : { ...t, firstEpoch: split + 1 },
      );
      expect(decide(marked.at(-1)!, marked)).toEqual(expected);
    }
  });

  test("the leader of a promotion goes on, whatever longer trainings have reached", () => {
    // Successive halving over 2, 6 and 18 epochs; the promoted lead the rung they are in.
    const rung = (tops: readonly number[], first: number, from: number, to: number) =>
      tops.map((top, i): Trial => ({
        ...trial(first + i, curve(top, to).slice(from), "SUCCEEDED"),
        budget: to,
        epochs: to,
        ...(from === 0 ? {} : { continueFrom: i, firstEpoch: from + 1 }),
      }));
    const tops = [0.9, 0.86, 0.84, 0.7, 0.68, 0.66, 0.5, 0.45, 0.4];
    const history = [...rung(tops, 0, 0, 2), ...rung(tops.slice(0, 3), 9, 2, 6)];
    const last = { ...rung(tops.slice(0, 1), 12, 6, 18)[0]!, continueFrom: 9 };
    const entrant = { ...trial(13, curve(0.95, 2), "SUCCEEDED"), budget: 2, epochs: 2 };
    for (let n = 3; n < 6; n++) {
      const leader: Trial = {
        ...trial(14, curve(0.95, n).slice(2)),
        budget: 6,
        epochs: 6,
        continueFrom: 13,
        firstEpoch: 3,
      };
      const { decision, reason } = decide(leader, [...history, last, entrant, leader]);
      expect(`${decision} ${reason}`).toMatch(/^continue/);
    }
  });

  test("every assessment has a sentence as its reason, and says it in facts that the journal reads", () => {
    for (const t of [poor, good, trial(9, [0.5]), trial(9, [NaN, NaN, NaN, NaN])])
      for (const history of [[], finished.slice(0, 2), finished]) {
        const assessment = decide(t, history);
        expect(assessment.reason).toMatch(/^(\d|[A-Z]).+\.$/);
        expect(JSON.parse(JSON.stringify(assessment))).toEqual(assessment);
        expect(assessment.facts).toHaveLength(1);
        const [fact] = assessment.facts!;
        expect(decodeFact(fact)).toEqual(fact);
        expect(inWords(assessorWords, fact!)).toBe(assessment.reason);
      }
  });

  test("histories of 1, 2 and 1,000 trials are judged, with work that grows no faster than they do", () => {
    const many = Array.from({ length: 1_000 }, (_, i) =>
      trial(i + 100, curve(0.5 + (i % 50) / 100), "SUCCEEDED"),
    );
    // What is read and calculated; how long it takes is measured by `bench:timing -- --judging`.
    const work = (history: readonly Trial[]): number => {
      let reads = 0;
      const watched = history.map(
        (one) => new Proxy(one, { get: (target, key) => (reads++, Reflect.get(target, key)) }),
      );
      const calculated = countArithmetic(() => {
        expect(decide(trial(1, curve(0.1, 9)), watched).decision).toMatch(/^(stop|continue)$/);
      });
      return reads + calculated;
    };
    for (const few of [1, 2]) work(many.slice(0, few));
    const [half, whole] = [work(many.slice(0, 500)), work(many)];
    expect(whole).toBeGreaterThan(many.length);
    expect(whole / half).toBeLessThan(2.2);
  });

  test("equal trials do not stop each other", () => {
    const same = Array.from({ length: 3 }, (_, i) => trial(i, curve(0.8, length), "SUCCEEDED"));
    expect(decide(trial(9, curve(0.8, 9)), same).decision).toBe("continue");
  });

  test("other spellings of its name create it too, unknown and mistyped arguments are refused by name", () => {
    for (const alias of [...definition.aliases, name.toLowerCase()])
      expect(createAssessor(alias).name).toBe(name);
    const refused = (classArgs: Parameters<typeof createAssessor>[1]): unknown => {
      try {
        return createAssessor(name, classArgs);
      } catch (error) {
        return error;
      }
    };
    expect(refused({ nonsense: 1 })).toMatchObject({
      code: "assessor-argument-invalid",
      details: { argument: expect.stringContaining("nonsense") },
    });
    expect(refused({ optimize_mode: "maximise" })).toBeInstanceOf(AppError);
  });

  test("every argument is described and its default is accepted", () => {
    for (const argument of definition.arguments) {
      expect(argument.description.length).toBeGreaterThan(10);
      expect(() => createAssessor(name, { [argument.name]: argument.default })).not.toThrow();
    }
  });
});

test("an unknown assessor is refused with the ones there are", () => {
  expect(() => createAssessor("Prophet")).toThrow(
    /Forecast, Medianstop, Percentile, ASHA, Curvefitting/,
  );
});
