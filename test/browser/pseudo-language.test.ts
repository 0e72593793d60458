import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { vocabulary } from "../../src/core/words/vocabulary/index.ts";
import { samples } from "../core/words/samples.ts";
import { openStand, serveGallery, standNames } from "../gallery/serve.ts";
import { openVisitor, type Visitor } from "./harness.ts";
import { plainWords } from "./plain-words.ts";

/** How untranslated text is found: every catalogue's letters are changed in this build of the gallery, so a plain word was said by
 *  none of them. What may be plain – names and users' values – stands in `plain-words.ts`. */
let gallery: Awaited<ReturnType<typeof serveGallery>>;
let visitor: Visitor;
beforeAll(async () => {
  gallery = await serveGallery("pseudo/vite.config.ts");
  visitor = await openVisitor(gallery.url, { webgpu: false, serviceWorkers: false });
});
afterAll(async () => {
  await visitor.close();
  await gallery.close();
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

test("a word that no catalogue said is found", async () => {
  const { page } = visitor;
  await openStand(page, gallery.url, "home");
  await page.evaluate(() => document.querySelector("main")!.append("Untranslated text"));
  expect(untranslated(await textsOf(page))).toEqual(["Untranslated text | Untranslated text"]);
});

test("no word on any stand of the gallery is untranslated", async () => {
  const { page } = visitor;
  const found: string[] = [];
  for (const name of await standNames(page, gallery.url)) {
    // Its texts are the gallery's own.
    if (name === "components") continue;
    await openStand(page, gallery.url, name).catch((thrown: Error) => {
      throw new Error(`${name} does not stand: ${thrown.message}`);
    });
    // What is folded away, too.
    await page.evaluate(() =>
      document.querySelectorAll("details").forEach((one) => (one.open = true)),
    );
    const texts = await textsOf(page);
    expect(texts.length, name).toBeGreaterThan(2);
    found.push(...untranslated(texts).map((text) => `${name}: ${text}`));
  }
  expect(found).toEqual([]);
});

/** Every text among values. */
function valuesOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesOf) : [];
}

test("every word of the program is said by its catalogue, with its values as they are", async () => {
  const { page } = visitor;
  await page.goto(`${gallery.url}pseudo/words.html`);
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
  expect(await page.locator("[data-code]").count()).toBe(Object.keys(vocabulary).length);
  expect(untranslated(await textsOf(page), valuesOf(samples))).toEqual([]);
});
