import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildProblems, listProblems, mostOnDemand, readPackageLists } from "./package-lists.ts";
import type { Lock, Manifest } from "./supply-chain.ts";

const page = readFileSync("docs/packages.md", "utf8");
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const most = 20;
const problems = (bent: string): string[] =>
  listProblems(readPackageLists(bent), manifest, lock, most);
const rowOf = (name: string): string =>
  page.split("\n").find((line) => line.startsWith(`| \`${name}\``))!;
const lists = readPackageLists(page);

/** Names of locked packages that no list has. */
const others = Object.keys(lock.packages)
  .map((path) => /^node_modules\/([^/]+)$/.exec(path)?.[1] ?? "")
  .filter((name) => name !== "" && !page.includes(`\`${name}\``));
const names = (count: number): string =>
  others
    .slice(0, count)
    .map((name) => `\`${name}\``)
    .join(", ");

test("the lists as they are have no problem", () => {
  expect(problems(page)).toEqual([]);
  expect(lists.atOnce).toContain("d3-interpolate");
  expect(lists.onDemand).toContain("yaml");
});

test("a package without a line, without a reason, in both lists, or not installed is told", () => {
  expect(problems(page.replace(`${rowOf("idb")}\n`, ""))).toEqual([
    "docs/packages.md: no reason for idb",
  ]);
  expect(problems(page.replace(rowOf("idb"), "| `idb` | | |"))).toEqual([
    "docs/packages.md: no package or no reason in | `idb` | | |",
  ]);
  expect(problems(page.replace(rowOf("idb"), `${rowOf("idb")}\n${rowOf("yaml")}`))).toEqual([
    "docs/packages.md: yaml stands there twice",
  ]);
  expect(problems(page.replace("| `idb` ", "| `idb`, `no-such-package` "))).toEqual([
    "docs/packages.md: no-such-package is not locked",
  ]);
});

test("more than twenty without a click or fifteen others are too many", () => {
  const free = most - lists.atOnce.length;
  const longer = (row: string, more: number): string =>
    page.replace(`| \`${row}\` `, `| \`${row}\`${more > 0 ? `, ${names(more)}` : ""} `);
  expect(problems(longer("idb", free))).toEqual([]);
  expect(problems(longer("idb", free + 1))).toEqual([`${most + 1} packages load without a click`]);
  const left = mostOnDemand - lists.onDemand.length;
  expect(problems(longer("yaml", left))).toEqual([]);
  expect(problems(longer("yaml", left + 1))).toEqual([
    `${mostOnDemand + 1} packages load on demand`,
  ]);
});

test("a build with a package that no list has, that comes too early, or with too many is refused", () => {
  const none = { all: lists.atOnce, early: ["svelte"] };
  expect(buildProblems(none, lists, most)).toEqual([]);
  expect(buildProblems({ ...none, all: [...lists.atOnce, "no-such"] }, lists, most)).toEqual([
    "docs/packages.md: no reason for no-such",
  ]);
  expect(buildProblems({ ...none, early: ["yaml"] }, lists, most)).toEqual([
    "yaml loads without a click",
  ]);
  expect(buildProblems(none, lists, lists.atOnce.length - 1)).toEqual([
    `${lists.atOnce.length} packages of the build without a click`,
  ]);
});
