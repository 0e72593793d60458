import { readFileSync } from "node:fs";
import { inEnglish } from "../../src/core/words/index.ts";
import { expect, test } from "vitest";
import { defaultTrainingSettings } from "../../src/core/config/types.ts";
import { resolveHyperparameters } from "../../src/engine/training/parameters/hyperparameters.ts";
import { expectation } from "../../src/engine/parameter-domain.ts";
import { knownParameters } from "../../src/engine/training/parameters/parameter-keys.ts";

const page = readFileSync("docs/configuration.md", "utf8");

/** Cells of the table row that begins with a key. */
function row(key: string): string[] {
  const line = page.split("\n").find((one) => one.startsWith(`| \`${key}\``));
  if (line === undefined) throw new Error(`docs/configuration.md has no row for ${key}`);
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test("the page names every setting with its default, and no other", () => {
  for (const [key, value] of Object.entries(defaultTrainingSettings)) {
    const shown = typeof value === "string" ? value : JSON.stringify(value);
    expect(row(key)[2], key).toBe(`\`${shown}\``);
  }
  const [settings] = page.split("The search space, `defaults`");
  const rows = [...settings!.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key);
  expect(rows).toEqual([...Object.keys(defaultTrainingSettings), "reading"]);
});

test("the page names every parameter with what it takes, and defaults that a trial gets", () => {
  const defaults: Record<string, unknown> = {};
  const known = Object.entries(knownParameters());
  const rows = [...page.split("The search space, `defaults`")[1]!.matchAll(/^\| `(\w+)`/gm)];
  expect(rows.map(([, key]) => key).toSorted()).toEqual(known.map(([key]) => key).toSorted());
  for (const [key, { domain }] of known) {
    expect(row(key)[1], key).toContain(inEnglish(expectation(domain)));
    const shown = /^`(.*)`$/.exec(row(key)[2]!)?.[1];
    if (shown !== undefined) defaults[key] = Number.isFinite(Number(shown)) ? Number(shown) : shown;
  }
  expect(Object.keys(defaults)).toHaveLength(known.length - 3);
  expect(resolveHyperparameters(defaults as never)).toEqual(resolveHyperparameters({}));
});
