import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build, preview, type PreviewServer } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { vocabulary } from "../../src/core/words/vocabulary/index.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import { accented } from "../ui/pseudo/pseudo.ts";
import { openVisitor, root, type Visitor } from "./harness.ts";
import { samples } from "../core/words/samples.ts";
import { plainWords } from "./plain-words.ts";

/** How untranslated text is found: every catalogue's letters are changed in this build of the page, so a plain word was said by
 *  none of them. What may be plain – names and users' values – stands in `plain-words.ts`. */
const configFile = join(root, "test/ui/pseudo/vite.config.ts");

let folder: string;
let server: PreviewServer;
let visitor: Visitor;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tabtune-pseudo-"));
  await build({ configFile, logLevel: "error", build: { outDir: folder } });
  server = await preview({
    configFile,
    logLevel: "error",
    build: { outDir: folder },
    preview: { port: 0, host: "localhost" },
  });
  url = server.resolvedUrls!.local[0]!;
  visitor = await openVisitor(url, { webgpu: false, serviceWorkers: false });
}, 300_000);
afterAll(async () => {
  await visitor.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Every text that a reader or a screen reader meets. */
const textsOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const found = new Set<string>([document.title]);
    // A configuration and a search space stand there as their user wrote them.
    const hidden = "script, style, textarea, pre";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (parentElement && !parentElement.closest(hidden)) found.add(textContent!.trim());
    }
    for (const element of document.querySelectorAll("*"))
      for (const name of ["title", "aria-label", "placeholder", "alt", "aria-description"])
        if (element.hasAttribute(name)) found.add(element.getAttribute(name)!.trim());
    return [...found].filter((text) => text !== "");
  });

/** Texts with words in plain letters that are no names. */
const untranslated = (texts: readonly string[], more: readonly string[] = []): readonly string[] =>
  texts.flatMap((text) => {
    const words = plainWords(text, more);
    return words.length > 0 ? [`${words.join(" ")} | ${text.slice(0, 160)}`] : [];
  });

async function isTranslated(more: readonly string[] = []): Promise<void> {
  const texts = await textsOf(visitor.page);
  expect(texts.length).toBeGreaterThan(10);
  expect(untranslated(texts, more)).toEqual([]);
}

async function goTo(fragment: string): Promise<Page> {
  const { page } = visitor;
  await page.goto("about:blank");
  await page.goto(`${url}dev/index.html${fragment}`);
  await page.getByRole("heading").first().waitFor();
  return page;
}

test("a word that no catalogue said is found", async () => {
  const page = await goTo("#/");
  await page.evaluate(() => document.querySelector("main")!.append("Untranslated text"));
  expect(untranslated(await textsOf(page)).join()).toContain("Untranslated text");
});

for (const [name, fragment] of Object.entries({
  start: "#/",
  data: "#/data",
  "shared one": "#/recorded",
}))
  test(`no word of the ${name} page is untranslated`, async () => {
    await goTo(fragment);
    await isTranslated();
  });

test("no word of the form of a new experiment is untranslated", async () => {
  const page = await goTo("#/");
  await page
    .getByRole("button", { name: accented(en.home.adjust) })
    .first()
    .click();
  await page.locator("#new-space").waitFor();
  // Everything that is folded away, too.
  await page.evaluate(() =>
    document.querySelectorAll("details").forEach((one) => (one.open = true)),
  );
  await isTranslated();
});

/** The invented experiments of `test/ui/fake`. */
const ids = ["running", "forecast", "done", "many", "students"];

for (const tab of ["", "/trials", "/parameters", "/model", "/setup", "/log"])
  test(`no word of an experiment's tab ${tab || "/overview"} is untranslated`, async () => {
    for (const id of ids) {
      const page = await goTo(`#/experiment/${id}${tab}`);
      await page.evaluate(() =>
        document.querySelectorAll("details").forEach((one) => (one.open = true)),
      );
      await isTranslated();
    }
  });

/** Every text among values. */
function valuesOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesOf) : [];
}

test("every word of the program is said by its catalogue, with its values as they are", async () => {
  const { page } = visitor;
  await page.goto(`${url}pseudo/words.html`);
  const codes = await page.locator("[data-code]").count();
  expect(codes).toBe(Object.keys(vocabulary).length);
  await isTranslated(valuesOf(samples));
});
