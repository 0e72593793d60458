import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStand, serveGallery, standNames } from "../gallery/serve.ts";
import { openVisitor, root, seriousFindings, type Visitor } from "./harness.ts";

/** Components that the gallery cannot draw, and why. */
const exceptions: Readonly<Record<string, string>> = {};

let gallery: Awaited<ReturnType<typeof serveGallery>>;
let visitor: Visitor;
beforeAll(async () => {
  gallery = await serveGallery();
  visitor = await openVisitor(gallery.url, { webgpu: false });
});
afterAll(async () => {
  await visitor.close();
  await gallery.close();
});

const drawnBy = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...(globalThis as unknown as { drawn: Set<string> }).drawn]);
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("every component and chart stands in the gallery; none scrolls a phone's page sideways", async () => {
  const { page } = visitor;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.setViewportSize({ width: 390, height: 900 });
  const drawn = new Set<string>();
  const wide: string[] = [];
  for (const name of await standNames(page, gallery.url)) {
    await openStand(page, gallery.url, name);
    for (const file of await drawnBy(page)) drawn.add(file);
    if ((await sideways(page)) > 0) wide.push(name);
  }
  const files = readdirSync(join(root, "src/ui"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".svelte"))
    .map((file) => `src/ui/${file}`);
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => !drawn.has(file) && !(file in exceptions))).toEqual([]);
  expect(Object.keys(exceptions).filter((file) => drawn.has(file))).toEqual([]);
  expect(wide).toEqual([]);
  expect(visitor.problems).toEqual([]);
});

test.each([
  ["components", "light", "en"],
  ["components", "dark", "zh"],
  ["charts-running", "dark", "en"],
  ["charts-done", "light", "zh"],
] as const)(
  "%s in %s and %s have no serious accessibility findings",
  async (name, scheme, language) => {
    const { page } = visitor;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await openStand(page, gallery.url, name, language);
    expect(await seriousFindings(page)).toEqual([]);
    expect(visitor.problems).toEqual([]);
  },
);
