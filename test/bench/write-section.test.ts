import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { replaceSection, table } from "./write-section.ts";

const page = "# Page\n\n<!-- timing: written by x -->\n\nold\n\n<!-- /timing -->\n\nkept\n";

test("a benchmark replaces its own section and nothing else", () => {
  const next = replaceSection(page, "timing", table([["a", "b"], ["$&", "2"]])); // prettier-ignore
  expect(next).toBe(page.replace("old", () => "| a | b |\n| --- | --- |\n| $& | 2 |"));
  expect(replaceSection(next, "timing", "old")).toBe(page);
});

test("a section that is missing or there twice is refused", () => {
  expect(() => replaceSection(page, "page", "new")).toThrow("one section page expected, 0 found");
  expect(() => replaceSection(page + page, "timing", "new")).toThrow("2 found");
});

test("each section of the benchmarks' page can be written by the benchmark that it names", () => {
  const text = readFileSync("docs/benchmarks.md", "utf8");
  const sections = [...text.matchAll(/<!-- ([a-z-]+): written by npm run bench:([a-z]+)/g)];
  expect(sections.map(([, name]) => name)).toEqual(["page", "timing", "judging"]);
  for (const [, name, bench] of sections) {
    expect(() => replaceSection(text, name!, "new")).not.toThrow();
    expect(readFileSync(`test/bench/${bench}.ts`, "utf8")).toContain(`"${name}"`);
  }
});
