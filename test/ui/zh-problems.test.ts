import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { AppError, type ErrorRecord } from "../../src/core/errors.ts";
import { parseSearchSpace } from "../../src/core/search-space/index.ts";
import { checkSpaceForTraining } from "../../src/engine/training/check-space.ts";
import { noParameterSettings } from "../../src/engine/training/hyperparameters.ts";
import { parseSearchSpaceText } from "../../src/experiment/config-text.ts";
import { en } from "../../src/ui/messages/en.ts";
import { zh } from "../../src/ui/messages/zh.ts";
import { errorWords } from "../../src/ui/views/error-place.ts";

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

const refused = (space: unknown): AppError => thrownBy(() => parseSearchSpace(space));

test.each(broken.map((space) => [JSON.stringify(space).slice(0, 60), space]))(
  "what is wrong with %s is said in Chinese alone",
  (_, space) => {
    const error = refused(space).toRecord();
    const { own, english } = errorWords(error, zh, "zh");
    expect(own).toMatch(/应为.*。.*。/);
    expect(english).toBe(Number(error.details["problems"]) > 1);
    expect(errorWords(error, en, "en")).toEqual({ own: "", english: true });
  },
);

test("an advice that names what is wrong within a configuration stays English, behind its place", () => {
  const error = refused({ a: choice(1), _initial: [{ a: 2 }] }).toRecord();
  expect(errorWords(error, zh, "zh")).toEqual({
    own: '位置 _initial[0]，给出的是 {"a":2}。',
    english: true,
  });
});

test("where a text stops being JSON, and a value that no trial takes, are said in Chinese, too", async () => {
  const json = await parseSearchSpaceText("{ ]").catch((error: AppError) => error.toRecord());
  const words = errorWords(json as ErrorRecord, zh, "zh");
  expect(words.own).toMatch(/^这不是有效的 JSON/);
  expect(words.english).toBe(true);
  const space = parseSearchSpace({ lr: choice(0.1, "abc") });
  const value = thrownBy(() => checkSpaceForTraining(space, noParameterSettings)).toRecord();
  expect(errorWords(value, zh, "zh")).toEqual({
    own: '位置 lr，给出的是 "abc"。应为大于 0、不超过 1000 的数。请去掉或换掉这个值。',
    english: false,
  });
});

test("every sentence about search spaces is met above", () => {
  const folder = resolve(import.meta.dirname, "../../src/core/search-space");
  const source = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const sites = source.match(/problems\.add\(/g)!.length;
  const met = new Set(
    broken.map((space) => refused(space).details["expected"]).map((text) => String(text)),
  );
  // Sites that say what another one says, or that share an expectation: six.
  expect(met.size).toBeGreaterThanOrEqual(sites - 6);
});
