import { build } from "esbuild";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureChromium } from "../../scripts/setup/chromium.mjs";
import { readExpected, type Expected } from "./engine-oracle.ts";
import type { PageResult } from "./webgl-page.ts";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL("webgl-page.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
  });
  const executablePath = await ensureChromium();
  const args = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-features=WebGPU"];
  browser = await chromium.launch({ executablePath, args });
  page = await browser.newPage();
  await page.goto("about:blank");
  await page.addScriptTag({ content: outputFiles[0]!.text });
});
afterAll(async () => {
  await browser?.close();
});

describe("the reference engine on WebGL in Chromium agrees with PyTorch float64", () => {
  const cases = [
    "conv 3x3 of stride 2",
    "grouped conv",
    "depthwise convs",
    "max pooling",
    "hidden layer with dropout",
    "ResNet-18",
    "10 steps of SGD default",
    "10 steps of Adam",
  ];
  const expected = readExpected().cases;

  test.each(cases)("%s", async (name) => {
    const result = await page.evaluate(
      ([caseName, figures]) =>
        (
          globalThis as unknown as {
            runOracleCase: (n: string, e: Expected) => Promise<PageResult>;
          }
        ).runOracleCase(caseName, figures),
      [name, expected.find((entry) => entry.name === name)!] as const,
    );
    expect(result.violations).toEqual([]);
    expect(result.compared).toBeGreaterThan(6);
    expect(result.fallbackReason).toMatch(/no-webgpu|no-adapter|insecure-context/);
  });
});

describe("WebGL finds the known answer, and tells what it refuses or loses", () => {
  // The second device takes the context of the first; a lost one ends the page's use of WebGL.
  test.each([
    ["refused", "gpu-validation"],
    ["lost", "gpu-lost"],
  ] as const)("a context that has %s ends in %s", async (kind, code) => {
    const answers = await page.evaluate(
      (fault) =>
        (globalThis as unknown as { faults: (k: string) => Promise<string[]> }).faults(fault),
      kind,
    );
    expect(answers).toEqual([code, code]);
  });
});
