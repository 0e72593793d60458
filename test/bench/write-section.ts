import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { format, resolveConfig } from "prettier";

const page = resolve(import.meta.dirname, "../../docs/benchmarks.md");

/** The page with another text between `<!-- name: … -->` and `<!-- /name -->`.
 *  @param body Markdown
 *  @throws RangeError where the page has no such section, or several */
export function replaceSection(text: string, name: string, body: string): string {
  const section = new RegExp(`(<!-- ${name}:[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`, "g");
  const found = [...text.matchAll(section)].length;
  if (found !== 1) throw new RangeError(`one section ${name} expected, ${found} found`);
  return text.replace(
    section,
    (_, begin: string, end: string) => `${begin}\n${body.trim()}\n\n${end}`,
  );
}

/** Puts what a benchmark measured into `docs/benchmarks.md`. */
export async function writeSection(name: string, body: string): Promise<void> {
  const options = await resolveConfig(page);
  const text = replaceSection(readFileSync(page, "utf8"), name, body);
  writeFileSync(page, await format(text, { ...options, filepath: page }));
}

/** A Markdown table. @param rows cells of equal number, the heading first */
export function table([heading, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heading!), line(heading!.map(() => "---")), ...rows.map(line)].join("\n");
}
