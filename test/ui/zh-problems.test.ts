import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parseExperimentConfig } from "../../src/core/config/index.ts";
import { AppError } from "../../src/core/errors.ts";
import { mismatches, parseSearchSpace } from "../../src/core/search-space/index.ts";
import { checkSpaceForTraining } from "../../src/engine/training/parameters/check-space.ts";
import { noParameterSettings } from "../../src/engine/training/parameters/hyperparameters.ts";
import { inEnglish, speak } from "../../src/core/words/index.ts";
import { zhWords } from "../../src/ui/messages/zh/words/index.ts";
import { errorLines } from "../../src/ui/views/error-place.ts";

const say = speak(zhWords);
const choice = (...values: unknown[]): unknown => ({ _type: "choice", _value: values });
const prior = (type: string, ...values: unknown[]): unknown => ({ _type: type, _value: values });
let deep: unknown = choice(1);
for (let i = 0; i < 40; i++) deep = choice({ _name: "a", inner: deep });

/** One broken space for every problem that a search space can have. */
const broken: readonly unknown[] = [
  [],
  {},
  Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`p${i}`, choice(1)])),
  { a: prior("uniform", 0, 1), b: prior("uniform", 2, 3), _constraints: ["b < a"] },
  { "": choice(1) },
  JSON.parse('{ "__proto__": { "_type": "choice", "_value": [1] } }'),
  { a: choice({ _name: "x", b: choice(1) }), "a[0:x].b": choice(1) },
  { a: 0.1 },
  { a: { _type: "choice", _value: [1], note: 1 } },
  { a: { _type: "choice", _value: 1 } },
  { a: choice() },
  { a: deep },
  { a: choice("x".repeat(200_000)) },
  { a: choice({ b: choice(1) }, 2) },
  { a: choice({ _name: "x" }, { _name: "x" }) },
  { a: prior("gaussian", 0, 1) },
  { a: prior("mutable_layer", 0, 1) },
  { a: prior("uniform", "0", "1") },
  { a: prior("uniform", 0) },
  { a: prior("quniform", 0, 1, 0) },
  { a: prior("normal", 0, 0) },
  { a: prior("randint", 0.5, 2) },
  { a: prior("randint", 2, 2) },
  { a: prior("randint", 3, 2) },
  { a: prior("randint", 0, 1e15) },
  { a: prior("uniform", 1, 1) },
  { a: prior("uniform", 1, 0) },
  { a: prior("loguniform", 0, 1) },
  { a: choice(1), _constraints: "a < 1" },
  { a: choice(1), _constraints: ["a"] },
  { a: choice(1), _constraints: ["1 < 2"] },
  { a: choice(1), _constraints: ["b < 1"] },
  { a: choice("x"), _constraints: ["a < 1"] },
  { a: choice(1), _initial: {} },
  { a: choice(1), _initial: [1] },
  { a: choice(1), _initial: [{ a: 2 }] },
];

function thrownBy(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** One broken configuration for every problem that a configuration can have. */
const brokenConfigurations: readonly unknown[] = [
  [],
  { maxTrialNum: 3, maxTrialNumber: 3 },
  { trialConcurency: 3 },
  { somethingElse: 3 },
  { experimentName: "x".repeat(201) },
  { trialConcurrency: 0 },
  { maxExperimentDuration: "long" },
  { searchSpace: {}, searchSpaceFile: "space.json" },
  { searchSpace: 1 },
  { tabtune: 1 },
  { tabtune: { datset: "cifar10" } },
  { tabtune: { zzzzzzzz: 1 } },
  { tabtune: { reading: 3 } },
  { tabtune: { validationImages: 0 } },
  { tabtune: { metric: "loss" } },
  { tabtune: { trainImages: 0.5 } },
  { tabtune: { defaults: 1 } },
  { tabtune: { inertKeys: 1 } },
  { tabtune: { inertKeys: [1] } },
  { tuner: { name: "TPE", klassArgs: {} } },
  { tuner: { name: 1 } },
  { tuner: { name: "TPE", classArgs: 1 } },
  { tuner: "TPE" },
  { tuner: {} },
  { tuner: { name: "TPE" }, advisor: { name: "BOHB" } },
  { assessor: "Medianstop" },
];

const refused = (space: unknown): AppError => thrownBy(() => parseSearchSpace(space));
const refusedConfiguration = (config: unknown): AppError =>
  thrownBy(() => parseExperimentConfig(config));

const cases = [
  ...broken.map((space) => [JSON.stringify(space).slice(0, 60), () => refused(space)] as const),
  ...brokenConfigurations.map(
    (config) => [JSON.stringify(config).slice(0, 60), () => refusedConfiguration(config)] as const,
  ),
];

test.each(cases)("what is wrong with %s is said in Chinese alone", (_, refuse) => {
  const error = refuse().toRecord();
  const lines = errorLines(error, say);
  expect(lines).toHaveLength(Math.min(Number(error.details["problems"]), 21));
  for (const { text, english } of lines) {
    expect(text).toMatch(/(应为|应有|应大于).*。.*[。？]$|^还有 \d+ 处。$/);
    expect(text).not.toMatch(/expected|undefined|\bnothing\b/i);
    expect(english).toBe(false);
  }
  expect(
    errorLines(error, inEnglish)
      .map(({ text }) => text)
      .join("\n"),
  ).toBe(error.message);
});

test("why parameters are no configuration of the space is said in Chinese, too", () => {
  const space = parseSearchSpace({
    lr: prior("uniform", 0, 1),
    n: prior("randint", 1, 5),
    q: prior("quniform", 0, 10, 5),
    m: prior("qnormal", 0, 1, 2),
    s: prior("lognormal", 0, 1),
    o: choice("SGD", { _name: "Adam", beta: prior("uniform", 0, 1) }),
    _constraints: ["lr < n"],
  });
  const fit = { lr: 0.5, n: 1, q: 5, m: 2, s: 1, o: "SGD" };
  const wrong = [
    { ...fit, lr: "abc" },
    { ...fit, lr: 2 },
    { ...fit, n: 1.5 },
    { ...fit, q: 3 },
    { ...fit, m: 3 },
    { ...fit, s: -1 },
    { ...fit, o: "LBFGS" },
    { ...fit, o: { _name: "Adam", beta: 2 } },
    { ...fit, x: 1 },
    { lr: 1 },
    { ...fit, lr: 1 },
  ];
  for (const parameters of wrong) {
    const problems = mismatches(space, parameters);
    expect(problems).not.toEqual([]);
    for (const problem of problems) expect(say(problem)).toMatch(/[一-龥]/);
  }
  const batch = parseSearchSpace({ combine_params: choice({ a: 1 }, { a: 2 }) });
  expect(say(mismatches(batch, { a: 3 })[0]!)).toBe('{"a":3} 不是列出的 2 个之一');
  const [line] = errorLines(refused({ a: choice(1), _initial: [{ a: 2 }] }).toRecord(), say);
  expect(line).toEqual({
    text: '位置 _initial[0]，给出的是 {"a":2}。应为这个搜索空间里的一个配置。请改正：a：2 不在选项之中。',
    english: false,
  });
});

test("a value that no trial takes is said in Chinese, too", () => {
  const space = parseSearchSpace({ lr: choice(0.1, "abc") });
  const value = thrownBy(() => checkSpaceForTraining(space, noParameterSettings)).toRecord();
  expect(errorLines(value, say)).toEqual([
    {
      text: '位置 lr，给出的是 "abc"。应为大于 0、不超过 1000 的数。请去掉或换掉这个值。',
      english: false,
    },
  ]);
});

test.each([
  ["search-space", broken.map(refused), 6],
  ["config", brokenConfigurations.map(refusedConfiguration), 3],
] as const)("every sentence of core/%s about problems is met above", (folder, errors, shared) => {
  const path = resolve(import.meta.dirname, "../../src/core", folder);
  const source = readdirSync(path)
    .map((file) => readFileSync(join(path, file), "utf8"))
    .join("\n");
  const sites = source.match(/problems\.add\(/g)!.length;
  const met = new Set(errors.map(({ details }) => String(details["expected"])));
  // Some sites share an expectation or say what another one says.
  expect(met.size).toBeGreaterThanOrEqual(sites - shared);
});
