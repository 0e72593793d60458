import { readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/** An import only ever points left in this list; `engine` and `storage` do not know each other. */
const layers = ["core", "engine", "storage", "data", "workers", "experiment", "ui"];
const root = resolve(import.meta.dirname, "..");

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(): string[] {
  return ["src", "workers"].flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith(".d.ts"))
      .map((file) => `${folder}/${file}`),
  );
}

function importsOf(file: string): Import[] {
  const text = readFileSync(resolve(root, file), "utf8");
  const pattern = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => ({
    from: file,
    to: relative(root, resolve(root, dirname(file), match[1]!.replace(/\?.*$/, ""))),
  }));
}

const layerOf = (file: string): string =>
  file.startsWith("workers/") ? "workers" : (/^src\/(\w+)\//.exec(file)?.[1] ?? "root");

const files = sourceFiles();
const imports = files.flatMap(importsOf);

test("every import points to a layer on the left", () => {
  expect(files.length).toBeGreaterThan(10);
  const wrong = imports.filter(({ from, to }) => {
    const [a, b] = [layerOf(from), layerOf(to)];
    if (a === b || a === "root") return false;
    if ([a, b].sort().join() === "engine,storage") return true;
    return layers.indexOf(b) > layers.indexOf(a) || layers.indexOf(b) < 0;
  });
  expect(wrong).toEqual([]);
});

test("no imports form a cycle", () => {
  const edges = new Map<string, string[]>();
  // A recursive component imports itself: that is how Svelte 5 says it.
  const recursive = (from: string, to: string): boolean => from === to && from.endsWith(".svelte");
  for (const { from, to } of imports)
    if (!recursive(from, to)) edges.set(from, [...(edges.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error(`cycle: ${[...path, file].join(" -> ")}`);
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  expect(() => files.forEach((file) => visit(file, []))).not.toThrow();
});
