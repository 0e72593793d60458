import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { build, preview } from "vite";

/** Builds the gallery into a folder of its own and serves it on a free port. `close` takes both away.
 *  @param config of the build, a path in this folder */
export async function serveGallery(
  config = "vite.config.ts",
): Promise<{ url: string; close: () => Promise<void> }> {
  const configFile = resolve(import.meta.dirname, config);
  const outDir = mkdtempSync(join(tmpdir(), "tabtune-gallery-"));
  await build({ configFile, logLevel: "error", build: { outDir, emptyOutDir: true } });
  const server = await preview({
    ...{ configFile, logLevel: "error", build: { outDir } },
    preview: { port: 0, host: "localhost" },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("the preview server has no address");
  return {
    url,
    async close() {
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

/** Names of all stands, as the gallery lists them. */
export async function standNames(page: Page, url: string): Promise<string[]> {
  await page.goto(url);
  const links = page.locator('a[href*="language=en"]');
  await links.first().waitFor();
  return links.allTextContents();
}

/** Opens a stand and waits until it stands. */
export async function openStand(
  page: Page,
  url: string,
  name: string,
  language: "en" | "zh" = "en",
): Promise<void> {
  // Another fragment alone would load nothing.
  await page.goto("about:blank");
  await page.goto(`${url}?stand=${name}&language=${language}`);
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
}
