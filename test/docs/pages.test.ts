import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Every page of the project, generated ones included. */
const pages = [".", "docs", "src", "test", "workers", "examples"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== ".", encoding: "utf8" }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((path) => path.endsWith(".md"));

test("links between pages lead somewhere", () => {
  expect(pages.length).toBeGreaterThan(20);
  for (const page of pages)
    for (const [, target] of read(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g))
      expect(existsSync(resolve(root, dirname(page), target!)), `${page}: ${target}`).toBe(true);
});

test("every npm command that a page names is there, and every file that it runs", () => {
  for (const page of pages) {
    const text = read(page);
    for (const [, name] of text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g))
      expect(Object.keys(scripts), `${page}: ${name}`).toContain(name);
    for (const [, file] of text.matchAll(/npx tsx ([\w./-]+\.ts)/g))
      expect(existsSync(join(root, file!)), `${page}: ${file}`).toBe(true);
  }
});

test("the README is short, and leads to every page of the docs", () => {
  const readme = read("README.md");
  expect(readme.split("\n").length).toBeLessThanOrEqual(151);
  expect(readme.indexOf("![")).toBeLessThan(readme.indexOf("```"));
  const linked = pages.filter((page) => readme.includes(`](${page})`));
  const reachable = new Set(linked);
  for (const page of linked)
    for (const [, target] of read(page).matchAll(/\]\(([^)#\s:]+\.md)/g))
      reachable.add(join(dirname(page), target!));
  for (const page of pages.filter((one) => one.startsWith("docs/")))
    expect([...reachable], page).toContain(page);
});

test("each layer's folder says in a few lines what it is", () => {
  const layers = ["core", "engine", "storage", "data", "experiment", "ui"].map(
    (one) => `src/${one}`,
  );
  for (const folder of [...layers, "workers", "test", "examples", "docs/decisions"])
    expect(read(`${folder}/README.md`).length, folder).toBeGreaterThan(300);
});

test("the workflow runs commands that are there and asks for no more rights than it uses", () => {
  const workflow = parse(read(".github/workflows/pages.yml")) as {
    permissions: unknown;
    jobs: Record<string, { permissions?: object; steps: { run?: string; uses?: string }[] }>;
  };
  expect(workflow.permissions).toEqual({ contents: "read" });
  const { test: tests, deploy } = workflow.jobs;
  expect(tests!.permissions).toBeUndefined();
  expect(Object.keys(deploy!.permissions!).sort()).toEqual(["contents", "id-token", "pages"]);
  const runs = (job: typeof tests): string[] => job!.steps.flatMap(({ run }) => run ?? []);
  expect(runs(tests).at(-1)).toBe("npm test");
  expect(runs(deploy)).toEqual(["npm ci", "npm run build"]);
  for (const { uses } of [...tests!.steps, ...deploy!.steps])
    if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
});
