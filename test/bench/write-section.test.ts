import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import {
  benchmarkPages,
  isCommandOf,
  replaceSection,
  sectionsOf,
  table,
  writeSection,
} from "./write-section.ts";

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

const pages = benchmarkPages.map((path) => [basename(path), readFileSync(path, "utf8")] as const);

/** The program behind a section's command. */
function programOf(command: string): string {
  const script = /^npm run (\S+)/.exec(command)?.[1];
  const scripts = JSON.parse(readFileSync("package.json", "utf8")).scripts as Record<
    string,
    string
  >;
  const text = script === undefined ? command : scripts[script]!;
  const headless = /run-headless\.mjs (\S+)/.exec(text)?.[1];
  return headless ? `scripts/headless/${headless}.ts` : /test\/bench\/\S+\.ts/.exec(text)![0];
}

test.each(pages)(
  "every table of %s stands in a section, and all sections are closed",
  (_, page) => {
    const sections = sectionsOf(page);
    expect(sections.length).toBeGreaterThan(2);
    expect(page.match(/<!-- [\w-]+:/g)).toHaveLength(sections.length);
    const outside = sections.reduce((text, { body }) => text.replace(body, ""), page);
    expect(outside.match(/^ *\|.*/gm) ?? []).toEqual([]);
    for (const { name, body } of sections) {
      expect(body, name).toMatch(/^ *\| /m);
      expect(() => replaceSection(page, name, "new")).not.toThrow();
    }
  },
);

test.each(pages)("each section of %s that is written names a program that writes it", (_, page) => {
  for (const section of sectionsOf(page)) {
    const { name, command } = section;
    if (command === null) continue;
    expect(command).toMatch(new RegExp(` --write ${name}$`));
    expect(readFileSync(programOf(command), "utf8"), command).toContain("await writeSection(");
    const args = command.split(/ -- |\.ts /)[1]!.split(" ");
    expect(isCommandOf(section, args), command).toBe(true);
    expect(isCommandOf(section, [...args, "--seeds", "2"])).toBe(false);
  }
});

test("names of sections are unique over all pages", () => {
  const names = pages.flatMap(([, page]) => sectionsOf(page).map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test("a section is written by its own command alone, whatever its folder is", async () => {
  const [section] = sectionsOf(
    "<!-- a: written by npm run bench:a -- --data FOLDER --write a -->\n| x |\n<!-- /a -->",
  );
  expect(isCommandOf(section!, ["--data", "/tmp/x", "--write", "a"])).toBe(true);
  expect(isCommandOf(section!, ["--write", "a"])).toBe(false);
  await expect(writeSection("tuners", "new", ["--write", "tuners"])).rejects.toThrow(
    "tuners is written by npm run bench:tuners",
  );
  await expect(writeSection("absent", "new", [])).rejects.toThrow("no page of benchmarks");
});
