import { expect, test } from "vitest";
import type { TrialState } from "../../src/core/journal/index.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../src/core/search-space/index.ts";
import type { Trial } from "../../src/core/trial.ts";
import { createTuner, tunerCatalogue } from "../../src/core/tuners/index.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import { zh } from "../../src/ui/messages/zh/index.ts";
import { axisPosition } from "../../src/ui/views/axis-position.ts";
import { errorPlace } from "../../src/ui/views/error-place.ts";
import { inOurWords } from "../../src/ui/views/sentences.ts";
import {
  whyGroups,
  whyParameters,
  whyPredictions,
  whySentences,
  whyTogether,
} from "../../src/ui/features/experiment/trials/why.ts";

const space = parseSearchSpace({
  momentum: { _type: "uniform", _value: [0, 0.99] },
  width: { _type: "choice", _value: [8, 16, 32] },
});
const listed = parseSearchSpace({
  combine_params: { _type: "choice", _value: [{ momentum: 0.1 }, { momentum: 0.2 }] },
});

/** What a tuner made of a few dozen trials, as the page keeps them. */
function trialsOf(name: string, classArgs: object = {}): TrialState[] {
  const tuner = createTuner(name, { ...classArgs });
  const its = name === "BatchTuner" ? listed : space;
  const history: Trial[] = [];
  const trials: TrialState[] = [];
  for (let number = 0; number < (name === "BatchTuner" ? 2 : 30); number++) {
    const found = tuner.suggest(its, history, createRng("why", number));
    if (found.kind !== "trial") throw new Error(found.reason);
    const { parameters, provenance, budget, continueFrom, tunerState } = found;
    const final = 0.9 - (Number(parameters["momentum"]) - 0.6) ** 2;
    const trial: Trial = {
      ...{ number, parameters, status: "SUCCEEDED", intermediates: [final], final },
      ...(budget === undefined ? {} : { budget }),
      ...(continueFrom === undefined ? {} : { continueFrom }),
      ...(tunerState === undefined ? {} : { tunerState }),
    };
    history.push(trial);
    const [addedAt, endedAt] = [number, number + 1];
    trials.push({ ...trial, origin: "tuner", provenance, addedAt, endedAt } as TrialState);
  }
  return trials;
}

const small: Readonly<Record<string, object>> = {
  Evolution: { population_size: 4 },
  PBTTuner: { population_size: 4 },
  BOHB: { max_budget: 9 },
  Hyperband: { R: 9 },
  Auto: { max_epochs: 9 },
  GPTuner: { selection_num_warm_up: 500, selection_num_starting_points: 10 },
};

test.each(tunerCatalogue.map(({ name }) => name))(
  "%s says in both languages why it chose, and none of the words are foreign",
  (name) => {
    const trials = trialsOf(name, small[name]);
    for (const trial of trials) {
      const [english, chinese] = [en, zh].map((t) => whySentences(trial, name, t));
      expect(english!.length).toBeGreaterThan(0);
      expect(chinese).toHaveLength(english!.length);
      for (const sentence of english!) expect(sentence).not.toMatch(/undefined|NaN|\[object/);
      for (const sentence of chinese!) {
        expect(sentence).toMatch(/\p{Script=Han}/u);
        expect(sentence).not.toMatch(/undefined|NaN|\b(the|trial|of|epochs)\b/);
      }
    }
    // Beyond "chosen from the results" there is always something particular to say.
    const byModel = trials.findLast((trial) => trial.provenance?.source === "model");
    if (byModel) expect(whySentences(byModel, name, en).length).toBeGreaterThan(1);
  },
);

test.each([{ variant: "tabtune" }, { variant: "nni-2.1" }, { variant: "nni-3.0" }])(
  "what TPE compared can be drawn along every parameter: $variant",
  (classArgs) => {
    const trial = trialsOf("TPE", classArgs).at(-1)!;
    const parameters = whyParameters(trial);
    expect(parameters.map(({ path }) => path)).toEqual(["momentum", "width"]);
    for (const { path, candidates } of parameters)
      for (const { value, l, g, ratio } of candidates) {
        expect(axisPosition(space, path, value)).toSatisfy((at: number) => at >= 0 && at <= 1);
        expect(ratio).toBeCloseTo(l / g, 1);
      }
    expect(parameters.map((seen) => seen.candidates[0]!.value)).toEqual(
      parameters.map((seen) => seen.chosen),
    );
  },
);

test("our TPE names the trials of both groups, the good ones being better", () => {
  const trials = trialsOf("TPE");
  const { good, bad } = whyGroups(trials.at(-1)!, trials);
  expect(good.length + bad.length).toBe(29);
  const finals = (numbers: readonly number[]) => numbers.map((number) => trials[number]!.final!);
  expect(Math.min(...finals(good))).toBeGreaterThanOrEqual(Math.max(...finals(bad)));
  expect(whyTogether(trials.at(-1)!)?.ratio).toBeGreaterThan(1);
});

test("the trials of the other group are those known then: finished, stopped with a report, or running and told of", () => {
  const [first] = trialsOf("TPE");
  const other = (number: number, more: Partial<TrialState>): TrialState => ({
    ...first!,
    ...{ number, addedAt: number, endedAt: number + 1 },
    ...more,
  });
  const known = [
    other(0, {}),
    other(1, { status: "EARLY_STOPPED", final: null }),
    other(2, { status: "EARLY_STOPPED", final: null, intermediates: [] }),
    other(3, { status: "FAILED", final: null }),
    other(4, { final: NaN }),
    other(5, { endedAt: 50 }),
    other(6, { status: "RUNNING", final: null, endedAt: null }),
    other(7, {}),
  ];
  const asked = (details: object, number = 8): TrialState =>
    other(number, { provenance: { source: "model", details: { ...details } } });
  const counted = asked({ good: [7], bad: 3, liar: { trials: [6] } });
  expect(whyGroups(counted, [...known, counted, other(9, { endedAt: 2 })])).toEqual({
    good: [7],
    bad: [0, 1, 6],
  });
  expect(whySentences(counted, "TPE", en)).toContain(en.why.split([7], 3));
  // Journals from before name them.
  const listed = asked({ good: [7], bad: [0, 5] });
  expect(whyGroups(listed, known)).toEqual({ good: [7], bad: [0, 5] });
  expect(whySentences(listed, "TPE", en)).toContain(en.why.split([7], 2));
});

test("a Gaussian process shows what it expected, the chosen configuration first", () => {
  const trial = trialsOf("GaussianProcess").at(-1)!;
  const [first] = whyPredictions(trial);
  expect(first?.parameters).toEqual(trial.parameters);
  expect(first?.mean).toBeGreaterThan(0.5);
});

test("a foreign journal's provenance of any form is survived", () => {
  const [trial] = trialsOf("Random");
  for (const details of [
    { parameters: 3 },
    { good: "x", candidates: [1, null, {}] },
    { liar: [] },
  ]) {
    const foreign = { ...trial!, provenance: { source: "model", details } } as TrialState;
    expect(whySentences(foreign, "TPE", en)).toHaveLength(1);
    expect([whyParameters(foreign), whyPredictions(foreign)]).toEqual([[], []]);
  }
});

test("an assessor's sentence is said in the reader's language, any other text as it is", () => {
  const text =
    "After 3 reports the best is 0.612, worse than the median 0.7044 of 5 finished trials.";
  expect(inOurWords(text, en)).toContain("61.2");
  expect(inOurWords(text, zh)).toMatch(/61\.2.*低于.*70\.4/);
  expect(inOurWords("Something else.", zh)).toBe("Something else.");
});

test("a Chinese page says where an error lies and what was found there before the English words", () => {
  const details = { path: "lr._value", value: "[1, 0.1]", expected: "low below high" };
  const error = { code: "search-space-invalid", message: "lr._value: …", details } as const;
  expect(errorPlace(error, zh, "zh")).toMatch(/lr\._value.*\[1, 0\.1\]/);
  expect(errorPlace({ ...error, details: {} }, zh, "zh")).toBe("");
  expect(errorPlace(error, en, "en")).toBe("");
});
