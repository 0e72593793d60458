import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundledPackages, filesOf, type Lock, type Manifest } from "./supply-chain.ts";

/** What `docs/packages.md` names, and what is wrong with the page itself. */
export interface PackageLists {
  /** Packages that the page may load without a click. */
  readonly atOnce: readonly string[];
  /** Packages that it loads after a click only, or that only the command line uses. */
  readonly onDemand: readonly string[];
  readonly problems: readonly string[];
}

/** Packages of which code is in a build: all of them, and those that come without a click. */
export interface BuiltPackages {
  readonly all: readonly string[];
  readonly early: readonly string[];
}

export const mostOnDemand = 15;
const titles = {
  atOnce: "Loaded without a click",
  onDemand: "Loaded after a click, or by the command line alone",
} as const;

/** @param page text of `docs/packages.md` */
export function readPackageLists(page: string): PackageLists {
  const problems: string[] = [];
  const read = (title: string): string[] => {
    const section = page.split(/^## /m).find((one) => one.startsWith(`${title}\n`));
    const rows = (section ?? "").split("\n").filter((line) => line.startsWith("|"));
    const names: string[] = [];
    for (const row of rows.slice(2)) {
      const [packages = "", along = "", why = ""] = row.split("|").slice(1, -1);
      const named = [...`${packages}${along}`.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
      names.push(...named);
      if (named.length === 0 || why.trim() === "")
        problems.push(`docs/packages.md: no package or no reason in ${row}`);
    }
    return names;
  };
  return { atOnce: read(titles.atOnce), onDemand: read(titles.onDemand), problems };
}

/** Packages without a place in the lists, and places without a package. */
export function listProblems(
  { atOnce, onDemand, problems }: PackageLists,
  manifest: Manifest,
  lock: Lock,
  mostAtOnce: number,
): string[] {
  const all = [...atOnce, ...onDemand];
  return [
    ...problems,
    ...unlisted(Object.keys(manifest.dependencies), all),
    ...all
      .filter((name, i) => all.indexOf(name) !== i)
      .map((name) => `docs/packages.md: ${name} stands there twice`),
    ...all
      .filter((name) => !lock.packages[`node_modules/${name}`])
      .map((name) => `docs/packages.md: ${name} is not locked`),
    ...(atOnce.length > mostAtOnce ? [`${atOnce.length} packages load without a click`] : []),
    ...(onDemand.length > mostOnDemand ? [`${onDemand.length} packages load on demand`] : []),
  ];
}

/** What is in a build and has no place in the lists, or comes earlier than they say. */
export function buildProblems(
  made: BuiltPackages,
  lists: PackageLists,
  mostAtOnce: number,
): string[] {
  const atOnce = made.all.filter((name) => !lists.onDemand.includes(name));
  return [
    ...unlisted(made.all, [...lists.atOnce, ...lists.onDemand]),
    ...(atOnce.length > mostAtOnce
      ? [`${atOnce.length} packages of the build without a click`]
      : []),
    ...made.early
      .filter((name) => lists.onDemand.includes(name))
      .map((name) => `${name} loads without a click`),
  ];
}

/** @param packages of which something is in use */
function unlisted(packages: readonly string[], listed: readonly string[]): string[] {
  return packages
    .filter((name) => !listed.includes(name))
    .map((name) => `docs/packages.md: no reason for ${name}`);
}

/** Packages of a build with source maps that come with the page or with a worker as such: whatever its entry files import, and
 *  what those import, but for what a call of `import()` fetches. */
export function packagesOfEntries(dist: string): string[] {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const waiting = [
    ...[...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => join(dist, path!)),
    ...filesOf(dist).filter((file) => /worker[^/\\]*\.js$/.test(file)),
  ];
  const files = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, path] of text.matchAll(
      /\b(?:import|export)\b[^"'`();]*["'](\.{1,2}\/[^"']+\.js)["']/g,
    ))
      waiting.push(join(dirname(file), path!));
  }
  return bundledPackages(dist, files);
}
