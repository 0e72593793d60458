import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { AppError } from "../../../src/core/errors.ts";
import {
  notUsedReasons,
  parseDuration,
  formatDuration,
  parseExperimentConfig,
  serializeConfig,
} from "../../../src/core/config/index.ts";

const task22 = parse(
  readFileSync(new URL("../../../public/presets/nni-task-2.2/config.yml", import.meta.url), "utf8"),
) as Record<string, unknown>;

function refusal(object: unknown): AppError {
  try {
    parseExperimentConfig(object);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

test("the original experiment's config.yml parses unedited, and what a browser cannot use is listed", () => {
  const config = parseExperimentConfig(task22);
  expect(config).toMatchObject({
    name: "example_pytorch_cifar10",
    trialConcurrency: 4,
    maxTrialNumber: 8,
    maxDurationMs: 100 * 3_600_000,
    tuner: { name: "TPE", classArgs: { optimize_mode: "maximize" } },
    assessor: { name: "Curvefitting", classArgs: { epoch_num: 20, threshold: 0.9 } },
    reading: "2.1",
    searchSpace: null,
  });
  expect(config.notUsedHere).toEqual([
    { path: "authorName", value: "default", reason: "no-accounts" },
    { path: "trainingServicePlatform", value: "local", reason: "no-servers" },
    { path: "searchSpacePath", value: "my_search_space.json", reason: "separate-file" },
    { path: "useAnnotation", value: "false", reason: "no-code" },
    { path: "trial.command", value: "python3 main.py", reason: "no-processes" },
    { path: "trial.codeDir", value: ".", reason: "no-processes" },
    { path: "trial.gpuNum", value: "1", reason: "no-gpu-choice" },
    { path: "localConfig.maxTrialNumPerGpu", value: "2", reason: "no-gpu-choice" },
  ]);
});

const v2 = {
  experimentName: "v2",
  searchSpace: { lr: { _type: "loguniform", _value: [0.001, 0.1] } },
  trialCommand: "python3 trial.py",
  trialCodeDirectory: ".",
  trialGpuNumber: 1,
  trialConcurrency: 2,
  maxTrialNumber: 30,
  maxExperimentDuration: "0.5h",
  maxTrialDuration: "1h",
  tuner: { name: "Random", classArgs: null },
  assessor: { name: "Medianstop", classArgs: { optimize_mode: "maximize", start_step: 2 } },
  trainingService: { platform: "local", useActiveGpu: false, maxTrialNumberPerGpu: 2 },
};

test("NNI's v2 form parses and reads as 3.0", () => {
  const config = parseExperimentConfig(v2);
  expect(config).toMatchObject({
    maxDurationMs: 1_800_000,
    maxTrialNumber: 30,
    reading: "3.0",
    tuner: { name: "Random", classArgs: {} },
    assessor: { name: "Medianstop", classArgs: { start_step: 2 } },
    searchSpace: v2.searchSpace,
  });
  expect(config.notUsedHere.map((n) => `${n.path}=${n.value}:${n.reason}`)).toEqual([
    "trialCommand=python3 trial.py:no-processes",
    "trialCodeDirectory=.:no-processes",
    "trialGpuNumber=1:no-gpu-choice",
    "maxTrialDuration=1h:no-trial-limit",
    "trainingService.platform=local:no-servers",
    "trainingService.useActiveGpu=false:no-gpu-choice",
    "trainingService.maxTrialNumberPerGpu=2:no-gpu-choice",
  ]);
});

test("our own form carries training settings and survives a round trip", () => {
  const own = {
    ...v2,
    tabtune: {
      dataset: "shapes10",
      trainImages: 2000,
      validationImages: 500,
      finalMetric: "best",
      defaults: { width: 8 },
      inertKeys: ["dropout_rate"],
      reading: "2.1",
    },
  };
  const config = parseExperimentConfig(own);
  expect(config.reading).toBe("2.1");
  expect(config.training).toMatchObject({
    dataset: "shapes10",
    metric: "validation",
    finalMetric: "best",
  });
  const again = parseExperimentConfig(JSON.parse(JSON.stringify(serializeConfig(config))));
  expect(again).toEqual({ ...config, notUsedHere: [] });
});

test("an older experiment without a precision stays in f32 when it is written down and read again", () => {
  const config = parseExperimentConfig(task22);
  expect(config.training.precision).toBe("auto");
  const { precision: _, ...older } = config.training;
  const again = parseExperimentConfig(serializeConfig({ ...config, training: older }));
  expect(again.training.precision).toBe("f32");
});

test("an assessor that is not available is listed, not refused; custom code likewise", () => {
  for (const assessor of [
    { builtinAssessorName: "Prophet" },
    { codeDir: "my", classFileName: "a.py", className: "Mine" },
  ]) {
    const config = parseExperimentConfig({ ...task22, assessor });
    expect(config.assessor).toBeNull();
    expect(config.notUsedHere.at(-1)).toMatchObject({
      path: "assessor",
      reason: "assessor-missing",
    });
  }
});

test("every reason given is one the page knows", () => {
  const { notUsedHere } = parseExperimentConfig({
    ...task22,
    logDir: "x",
    tuner: { builtinTunerName: "TPE", gpuIndices: "0", includeIntermediateResults: true },
    assessor: { builtinAssessorName: "?" },
  });
  for (const { reason } of notUsedHere) expect(notUsedReasons).toContain(reason);
  expect(notUsedHere.map((n) => n.path)).toContain("tuner.includeIntermediateResults");
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "an unknown field with the field that was meant",
    { maxTrialNums: 3 },
    "Did you mean maxTrialNum?",
  ],
  ["an unknown setting of ours", { tabtune: { dataSet: "cifar10" } }, "Did you mean dataset?"],
  [
    "a data set that no set can be called",
    { tabtune: { dataset: "../MNIST" } },
    "tabtune.dataset: expected the name of a data set",
  ],
  [
    "no validation images",
    { tabtune: { validationImages: 0 } },
    "tabtune.validationImages: expected at least 1",
  ],
  ["v1 and v2 fields together", { trialCommand: "x" }, "of one NNI form"],
  ["a duration in years", { maxExecDuration: "1y" }, "maxExecDuration: expected a duration"],
  ["a fraction of a trial", { maxTrialNum: 1.5 }, "maxTrialNum: expected an integer in 1..99999"],
  ["no trial at once", { trialConcurrency: 0 }, "trialConcurrency: expected an integer"],
  ["a tuner and an advisor", { advisor: { builtinAdvisorName: "Hyperband" } }, "not both"],
  ["a tuner without a name", { tuner: {} }, "tuner.name: expected the name of a tuner"],
  [
    "a misspelt tuner field",
    { tuner: { builtinTunerNames: "TPE" } },
    "Did you mean builtinTunerName?",
  ],
])("%s is refused", (_, change, words) => {
  const error = refusal({ ...task22, ...change });
  expect(error.code).toBe("config-invalid");
  expect(error.message).toContain(words);
});

test("tuners that cannot run here are refused with what to use instead", () => {
  expect(refusal({ tuner: { builtinTunerName: "PPOTuner" } }).code).toBe("tuner-unsupported");
  expect(refusal({ tuner: { codeDir: ".", className: "Mine" } }).code).toBe("tuner-unsupported");
  const argument = refusal({ tuner: { name: "TPE", classArgs: { optimise_mode: "maximize" } } });
  expect(argument.code).toBe("tuner-argument-invalid");
  expect(argument.message).toContain("optimise_mode");
  expect(refusal({ assessor: { name: "Medianstop", classArgs: { start_step: -1 } } }).code).toBe(
    "assessor-argument-invalid",
  );
});

test("a broken inline search space is refused as such", () => {
  expect(refusal({ ...v2, searchSpace: { lr: 1 } }).code).toBe("search-space-invalid");
});

test.each([5, null, [], "text"])("%j is no configuration", (object) => {
  expect(refusal(object).code).toBe("config-invalid");
});

test("durations are read and written as NNI writes them", () => {
  expect(["100h", "0.5h", "30m", "7d", "45s", "90", 90].map(parseDuration)).toEqual([
    360_000_000, 1_800_000, 1_800_000, 604_800_000, 45_000, 90_000, 90_000,
  ]);
  expect(["", "h", "-1h", "1h30m", "1e3s", 0, NaN, null, {}].map(parseDuration)).toEqual(
    Array(9).fill(null),
  );
  for (const ms of [360_000_000, 1_800_000, 604_800_000, 45_000, 1_500])
    expect(parseDuration(formatDuration(ms))).toBe(ms);
});

test("fields are told together before what an algorithm refuses", () => {
  const tuner = { name: "TPE", classArgs: { n_startup_jobs: 2.5 } };
  const both = (): unknown =>
    parseExperimentConfig({ tuner, trialConcurency: 2, maxTrialNumber: 0 });
  expect(both).toThrow(/trialConcurency[^]*maxTrialNumber/);
  expect(() => parseExperimentConfig({ tuner })).toThrow(/n_startup_jobs/);
});
