import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { assessorCatalogue } from "../../src/core/assessors/index.ts";
import { errorCodes } from "../../src/core/errors.ts";
import { notUsedReasons } from "../../src/core/config/fields.ts";
import { tunerCatalogue } from "../../src/core/tuners/index.ts";
import { describeAlgorithm } from "../../src/ui/messages/algorithms.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import chineseFolder from "../../src/ui/messages/zh/folder.ts";
import { zh } from "../../src/ui/messages/zh/index.ts";
import { factExamples } from "../core/facts/examples.ts";

/** What `facts` are words for. */
const facts = new Map(Object.entries(factExamples).map(([kind, fact]) => [`.facts.${kind}`, fact]));

/** Every leaf as path → value. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`));
}

/** What a message gives for plausible arguments. */
function sample(message: unknown, path: string): string {
  if (typeof message !== "function") return String(message);
  const call = message as (...args: unknown[]) => unknown;
  const fact = facts.get(path);
  if (fact) return String(call(fact));
  const numbers = Array.from({ length: call.length }, (_, i) => i + 1);
  // Some want text, such as the name of a metric, some a list of trials.
  const kinds = [numbers, numbers.map(String), numbers.map((n) => [n])];
  for (const values of kinds)
    try {
      return String(call(...values));
    } catch {
      // Another kind, then.
    }
  throw new TypeError(`no plausible arguments for ${call}`);
}

const english = new Map(leaves(en));
const chinese = new Map(leaves(zh));
/** Empty on purpose: presets without a caution. */
const mayBeEmpty = /^\.presets\..*\.caution$/;

test("English and Chinese have the same keys", () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  expect(english.size).toBeGreaterThan(250);
});

test("no message is empty in one language and not in the other", () => {
  for (const [path, message] of english) {
    const [first, second] = [sample(message, path), sample(chinese.get(path), path)];
    expect(second === "", path).toBe(first === "");
    if (!mayBeEmpty.test(path)) expect(first, path).not.toBe("");
  }
});

test("a message takes the same kind of thing in both languages", () => {
  for (const [path, message] of english)
    expect(typeof chinese.get(path), path).toBe(typeof message);
});

test("Chinese messages are written in Chinese", () => {
  const names =
    /^\.(sentence\.join)$|^\.(data\.names|device\.backend\.web|setup\.(readings|metricOf$))|^\.list\.progress$|^\.cost\.about$|^\.strip\.left|^\.log\.(status|note|reason)$|^\.(why\.source|why\.ratio|facts\.said|device\.fallback|data\.source)$/;
  for (const [path, message] of chinese)
    if (!names.test(path) && !mayBeEmpty.test(path))
      expect(sample(message, path), path).toMatch(/\p{Script=Han}/u);
});

test("every error code and every reason for not using a field has a sentence", () => {
  for (const code of errorCodes) {
    expect(en.errors[code]).toMatch(/\.$/);
    expect(zh.errors[code]).toMatch(/。$/);
  }
  for (const reason of notUsedReasons) {
    expect(en.notUsedReason[reason], reason).toBeTruthy();
    expect(zh.notUsedReason[reason], reason).toBeTruthy();
  }
});

test("every tuner, assessor and argument is described in Chinese", () => {
  const named = { tuner: tunerCatalogue, assessor: assessorCatalogue };
  for (const kind of ["tuner", "assessor"] as const)
    for (const { name, description, arguments: specs } of named[kind]) {
      const inner = specs.flatMap((spec) => (spec.type === "group" ? spec.arguments : []));
      for (const spec of [{ name: "", description }, ...specs, ...inner]) {
        const text = describeAlgorithm(
          chineseFolder,
          { kind, name, argument: spec.name },
          spec.description,
        );
        expect(text, `${kind}.${name}.${spec.name}`).toMatch(/\p{Script=Han}/u);
      }
    }
});

const folder = resolve(import.meta.dirname, "..", "..", "src", "ui");
const components = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".svelte"),
);

test("components hold no words of their own, no raw HTML, no inline styles and no await", () => {
  expect(components.length).toBeGreaterThan(30);
  for (const file of components) {
    const text = readFileSync(join(folder, file), "utf8");
    const markup = text
      .replace(/<script[\s\S]*?<\/script>/g, "")
      .replace(/<style>[\s\S]*?<\/style>/g, "")
      .replace(/<!--[\s\S]*?-->/g, "");
    expect(text, file).not.toMatch(/\{@html|\bawait\b|localStorage|indexedDB|tensorflow/);
    expect(markup, file).not.toMatch(/\sstyle=["{]/);
    const outside = withoutExpressions(markup).replace(/<[^<>]*>/g, "\n");
    const words = [...outside.matchAll(/[A-Za-z_]{3,}/g)].map(([word]) => word);
    const names = ["Tabtune", "search_space", "json", "config", "yml", "nbsp"];
    expect(
      words.filter((word) => !names.includes(word)),
      file,
    ).toEqual([]);
  }
});

/** Markup without what stands in braces, nested braces included. */
function withoutExpressions(markup: string): string {
  let [depth, out] = [0, ""];
  for (const character of markup) {
    if (character === "{") depth += 1;
    if (depth === 0) out += character;
    if (character === "}") depth -= 1;
  }
  return out;
}
