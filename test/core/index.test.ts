import { expect, test } from "vitest";
import * as core from "../../src/core/index.ts";
import {
  createAssessor,
  createRng,
  createTuner,
  parseSearchSpace,
  type Trial,
} from "../../src/core/index.ts";

test("the stable surface is exported", () => {
  const names = [
    "parseSearchSpace",
    "parseExperimentConfig",
    "createTuner",
    "createAssessor",
    "createRng",
    "reduceJournal",
    "tunerCatalogue",
    "assessorCatalogue",
    "AppError",
  ];
  for (const name of names) expect(core).toHaveProperty(name);
});

test("a whole experiment runs on the public surface alone and repeats exactly", () => {
  const space = parseSearchSpace({
    lr: { _type: "loguniform", _value: [0.0001, 1] },
    layer: {
      _type: "choice",
      _value: [{ _name: "none" }, { _name: "conv", size: { _type: "choice", _value: [3, 5] } }],
    },
  });
  const run = (): Trial[] => {
    const tuner = createTuner("TPE", { optimize_mode: "maximize" });
    const assessor = createAssessor("Medianstop");
    const history: Trial[] = [];
    for (let number = 0; number < 20; number++) {
      const suggestion = tuner.suggest(space, history, createRng(7, number, "suggest"));
      if (suggestion.kind !== "trial") throw new Error(suggestion.reason);
      const top = 1 - Math.abs(Math.log10(Number(suggestion.parameters["lr"])) + 2) / 4;
      let trial: Trial = {
        number,
        parameters: suggestion.parameters,
        status: "RUNNING",
        intermediates: [],
      };
      for (let epoch = 1; epoch <= 5 && trial.status === "RUNNING"; epoch++) {
        trial = { ...trial, intermediates: [...trial.intermediates, top * (1 - 0.5 ** epoch)] };
        const { decision } = assessor.assess(trial, history, createRng(7, number, epoch));
        if (decision === "stop") trial = { ...trial, status: "EARLY_STOPPED" };
      }
      if (trial.status === "RUNNING")
        trial = { ...trial, status: "SUCCEEDED", final: trial.intermediates.at(-1)! };
      history.push(trial);
    }
    return history;
  };
  const history = run();
  expect(run()).toEqual(history);
  expect(history.some((trial) => trial.status === "EARLY_STOPPED")).toBe(true);
  expect(core.bestTrial(history, "maximize")!.final).toBeGreaterThan(0.85);
});

test("every tuner takes NNI's JSON of a search space as well as a parsed one, and refuses JSON that is none", () => {
  for (const { name } of core.tunerCatalogue) {
    const json =
      name === "BatchTuner"
        ? { batch: { _type: "choice", _value: [{ lr: 0.1 }, { lr: 0.2 }] } }
        : { parameters: { _type: "choice", _value: [1, 2, 3] } };
    const tuner = createTuner(name);
    const rng = (): core.Rng => createRng("json", name);
    expect(tuner.suggest(json, [], rng())).toEqual(
      tuner.suggest(parseSearchSpace(json), [], rng()),
    );
    const inverted = { lr: { _type: "uniform", _value: [1, 0] } };
    expect(() => tuner.suggest(inverted, [], rng())).toThrow(
      expect.objectContaining({ code: "search-space-invalid" }),
    );
  }
});

test("every tuner and assessor of the catalogues can be configured by name in NNI's v1 form", () => {
  for (const { name } of core.tunerCatalogue)
    expect(
      core.parseExperimentConfig({ maxTrialNum: 3, tuner: { builtinTunerName: name } }).tuner.name,
    ).toBe(name);
  for (const { name } of core.assessorCatalogue)
    expect(
      core.parseExperimentConfig({
        maxTrialNum: 3,
        tuner: { builtinTunerName: "TPE" },
        assessor: { builtinAssessorName: name },
      }).assessor!.name,
    ).toBe(name);
  const hyperband = core.parseExperimentConfig({
    maxTrialNum: 3,
    advisor: {
      builtinAdvisorName: "Hyperband",
      classArgs: { R: 9, eta: 3, optimize_mode: "maximize" },
    },
  });
  expect(hyperband.tuner).toEqual({
    name: "Hyperband",
    classArgs: { R: 9, eta: 3, optimize_mode: "maximize" },
  });
});
