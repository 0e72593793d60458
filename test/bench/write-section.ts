import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { format, resolveConfig } from "prettier";

/** The pages that benchmarks write into. */
export const benchmarkPages = ["benchmarks.md", "benchmarks-assessors.md"].map((name) =>
  resolve(import.meta.dirname, "../../docs", name),
);

/** A part of a page between `<!-- name: written by command -->`, or `<!-- name: kept, why -->` where no single run can write it, and
 *  `<!-- /name -->`. */
export interface Section {
  readonly name: string;
  /** Null for one that is kept. Words in capitals stand for anything, such as a folder. */
  readonly command: string | null;
  readonly body: string;
}

/** All sections of a page, in order. */
export function sectionsOf(text: string): readonly Section[] {
  const sections = text.matchAll(
    /<!-- ([\w-]+): (?:written by ([^>]+?)|kept, [^>]+) -->\n([\s\S]*?)<!-- \/\1 -->/g,
  );
  return [...sections].map(([, name, command = null, body]) => ({
    name: name!,
    command,
    body: body!,
  }));
}

/** The page with another text in a section.
 *  @param body Markdown
 *  @throws RangeError where the page has no such section, or several */
export function replaceSection(text: string, name: string, body: string): string {
  const section = new RegExp(`(<!-- ${name}: [^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`, "g");
  const found = [...text.matchAll(section)].length;
  if (found !== 1) throw new RangeError(`one section ${name} expected, ${found} found`);
  return text.replace(
    section,
    (_, begin: string, end: string) => `${begin}\n${body.trim()}\n\n${end}`,
  );
}

/** Whether these arguments are those of a section's command. */
export function isCommandOf({ command }: Section, args: readonly string[]): boolean {
  const expected = command
    ?.replace(/^npm run \S+( --)?|^\S+ \S+ \S+/, "")
    .trim()
    .split(/\s+/);
  return (
    expected?.length === args.length &&
    expected.every((word, i) => word === args[i] || /^[A-Z]+$/.test(word))
  );
}

/** Puts what a benchmark measured into the page that has its section.
 *  @param args of this run
 *  @throws RangeError where no page has the section, or another command writes it: a page never shows what its command does not */
export async function writeSection(
  name: string,
  body: string,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  for (const page of benchmarkPages) {
    const text = readFileSync(page, "utf8");
    const section = sectionsOf(text).find((one) => one.name === name);
    if (!section) continue;
    if (!isCommandOf(section, args))
      throw new RangeError(`${name} is written by ${section.command}, not with ${args.join(" ")}`);
    const options = await resolveConfig(page);
    const next = replaceSection(text, name, body);
    writeFileSync(page, await format(next, { ...options, filepath: page }));
    return;
  }
  throw new RangeError(`no page of benchmarks has a section ${name}`);
}

/** A Markdown table. @param rows cells of equal number, the heading first */
export function table([heading, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heading!), line(heading!.map(() => "---")), ...rows.map(line)].join("\n");
}
