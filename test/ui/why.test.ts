import { expect, test } from "vitest";
import type { Fact, FactKind, FactOf } from "../../src/core/facts/index.ts";
import type { TrialState } from "../../src/core/journal/index.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../src/core/search-space/index.ts";
import type { Trial } from "../../src/core/trial.ts";
import { createTuner, tunerCatalogue } from "../../src/core/tuners/index.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import { zh } from "../../src/ui/messages/zh/index.ts";
import { axisPosition } from "../../src/ui/views/axis-position.ts";
import { errorLines } from "../../src/ui/views/error-place.ts";
import { factExamples } from "../core/facts/examples.ts";
import {
  endSentence,
  factSentences,
  whyGroups,
  whySentences,
} from "../../src/ui/features/experiment/trials/why.ts";
import { AppError } from "../../src/core/errors.ts";
import { speak, word } from "../../src/core/words/index.ts";
import { zhWords } from "../../src/ui/messages/zh/words/index.ts";

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

const factOf = <Kind extends FactKind>(
  { provenance }: TrialState,
  kind: Kind,
): FactOf<Kind> | undefined =>
  provenance?.facts?.find((fact): fact is FactOf<Kind> & Fact => fact.kind === kind);

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
    const { parameters } = factOf(trial, "density")!;
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
  expect(factOf(trials.at(-1)!, "density")?.together?.best[0]?.ratio).toBeGreaterThan(1);
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
  const asked = (facts: readonly Fact[], number = 8): TrialState =>
    other(number, { provenance: { source: "model", facts } });
  const good = { count: 1, trials: [7] };
  const assumed: Fact = { kind: "assumed", trials: [6], as: "mean" };
  const counted = asked([{ kind: "split", good, bad: { count: 3 } }, assumed]);
  expect(whyGroups(counted, [...known, counted, other(9, { endedAt: 2 })])).toEqual({
    good: [7],
    bad: [0, 1, 6],
  });
  // Journals from before name them.
  const listed = asked([{ kind: "split", good, bad: { count: 2, trials: [0, 5] } }]);
  expect(whyGroups(listed, known)).toEqual({ good: [7], bad: [0, 5] });
  expect(
    whyGroups(asked([{ kind: "split", good: { count: 1 }, bad: { count: 2 } }]), known),
  ).toEqual({
    good: [],
    bad: [],
  });
});

test("a Gaussian process shows what it expected, the chosen configuration first", () => {
  const trial = trialsOf("GaussianProcess").at(-1)!;
  const [first] = factOf(trial, "predictions")!.candidates;
  expect(first?.parameters).toEqual(trial.parameters);
  expect(first?.mean).toBeGreaterThan(0.5);
});

test.each(Object.values(factExamples))("$kind is said in both languages, or drawn", (fact) => {
  const [english, chinese] = [en, zh].map((t) => factSentences([fact], t));
  expect(chinese).toHaveLength(english!.length);
  const wordless = ["density", "predictions", "fitted", "score"].includes(fact.kind);
  expect(english).toHaveLength(wordless ? 0 : 1);
  for (const sentence of english!) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
  for (const sentence of english!) expect(sentence).not.toMatch(/undefined|NaN|null|\[object/);
  if (fact.kind === "said") return expect(chinese).toEqual(english);
  for (const sentence of chinese!) {
    expect(sentence).toMatch(/\p{Script=Han}.*。$/u);
    expect(sentence).not.toMatch(/undefined|NaN|null|\b(the|trial|of|epochs)\b/);
  }
});

test("a trial's end is said in the reader's language by its facts, an older sentence as it was written", () => {
  const reason =
    "After 3 reports the best is 0.6123, worse than the median 0.7044 of 5 finished trials.";
  const facts = [factExamples["below-median"]];
  expect(endSentence({ reason, facts }, en)).toContain("61.2");
  expect(endSentence({ reason, facts }, zh)).toMatch(/61\.2.*低于.*70\.4/);
  expect(endSentence({ reason, facts: [] }, zh)).toBe(reason);
  expect(endSentence({ reason: null }, zh)).toBe("");
});

test("an error says where it lies and what was found there; one without words is shown as it was written", () => {
  const place = { path: "lr._value", value: "[1, 0.1]" };
  const said = word("unexpected", { ...place, expected: word("low-below-high") });
  const error = new AppError("search-space-invalid", said, place).toRecord();
  const say = speak(zhWords);
  expect(errorLines(error, say)[0]!.text).toMatch(/位置 lr\._value.*\[1, 0\.1\].*low 小于 high/);
  const old = { code: error.code, message: error.message, details: error.details };
  expect(errorLines(old, say)).toEqual([{ text: error.message, english: true }]);
});
