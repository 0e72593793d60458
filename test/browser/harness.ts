import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { preview, type PreviewServer } from "vite";
import { findChromium } from "../../scripts/setup/chromium.mjs";

export const root = resolve(import.meta.dirname, "..", "..");

/** WebGPU on a software adapter, and no traffic of the browser's own. */
const flags = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The production build behind the same headers as `npm start`, on a free port.
 *  @param outDir folder of the build */
export async function serveBuild(
  outDir = process.env.TABTUNE_DIST ?? "dist",
): Promise<{ url: string; close: () => Promise<void> }> {
  const server: PreviewServer = await preview({
    root,
    logLevel: "error",
    build: { outDir },
    preview: { port: 0, host: "localhost" },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("the preview server has no address");
  return { url, close: () => server.close() };
}

/** A browser with a profile of its own on disk, so that storage is durable, and a record of what must not happen. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors, uncaught exceptions and policy violations. */
  readonly problems: string[];
  /** Requests to any origin but the page's own. */
  readonly foreignRequests: string[];
  close(): Promise<void>;
}

export interface VisitorOptions {
  readonly viewport?: { width: number; height: number };
  readonly colorScheme?: "light" | "dark";
  readonly locale?: string;
  readonly profile?: string;
  /** Without it the browser shows no WebGPU adapter. */
  readonly webgpu?: boolean;
  /** More of the browser's command line. */
  readonly flags?: readonly string[];
  /** False: no service worker, which would answer requests that a test wants to see. */
  readonly serviceWorkers?: boolean;
}

/** True for what Chromium writes when the page's policy refused something. */
export const isPolicyViolation = (problem: string): boolean =>
  /Content Security Policy|requires? 'Trusted/.test(problem);

export async function openVisitor(origin: string, options: VisitorOptions = {}): Promise<Visitor> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error("no Chromium: run `npm test`, or set CHROME_PATH");
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), "tabtune-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...(options.webgpu === false ? flags.slice(2) : flags), ...(options.flags ?? [])],
    viewport: options.viewport ?? { width: 1440, height: 900 },
    colorScheme: options.colorScheme ?? "light",
    locale: options.locale ?? "en-US",
    acceptDownloads: true,
    serviceWorkers: options.serviceWorkers === false ? "block" : "allow",
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const problems: string[] = [];
  const foreignRequests: string[] = [];
  const watch = (page: Page): void => {
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
    page.on("crash", () => problems.push("the page crashed"));
  };
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== new URL(origin).origin)
      foreignRequests.push(request.url());
  });
  context.pages().forEach(watch);
  context.on("page", watch);
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    context,
    page,
    problems,
    foreignRequests,
    async close() {
      await context.close();
      if (!options.profile) rmSync(profile, { recursive: true, force: true });
      // Whatever a test looks at: nothing in it may have been against the policy.
      const refused = problems.filter(isPolicyViolation);
      if (refused.length > 0) throw new Error(`policy violations: ${refused.join("; ")}`);
    },
  };
}

/** What the page says of the experiment: one of idle, preparing, running, paused, done, failed. */
export const statusOf = (page: Page): Promise<string | null> =>
  page.getByTestId("experiment-status").getAttribute("data-state");

export async function waitForStatus(page: Page, state: string, timeout = 120_000): Promise<void> {
  await page
    .locator(`[data-testid="experiment-status"][data-state="${state}"]`)
    .waitFor({ timeout });
}

/** The trials as the table shows them. */
export async function trialRows(
  page: Page,
): Promise<{ trial: string; status: string; metric: number }[]> {
  return page.getByTestId("trial-row").evaluateAll((rows) =>
    rows.map((row) => ({
      trial: row.getAttribute("data-trial") ?? "",
      status: row.getAttribute("data-status") ?? "",
      metric: Number(row.getAttribute("data-metric")),
    })),
  );
}

/** Gives the page an NNI search space and configuration through its file chooser and starts what it makes of them.
 *  @param choose what to do on the form before Start */
export async function startFiles(
  page: Page,
  searchSpace: object,
  config: object,
  choose?: () => Promise<void>,
): Promise<void> {
  const file = (
    name: string,
    content: object,
  ): { name: string; mimeType: string; buffer: Buffer } => ({
    name,
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(content)),
  });
  await page
    .locator('input[type="file"]')
    .setInputFiles([file("search_space.json", searchSpace), file("config.json", config)]);
  await page.locator("#new-space").waitFor();
  await choose?.();
  await page.getByRole("button", { name: "Start", exact: true }).click();
}

/** As small as real training gets, on a software adapter. */
export function tinyConfig(dataset: string, training: object = {}, config: object = {}): object {
  return {
    experimentName: "tiny",
    trialConcurrency: 1,
    maxTrialNumber: 1,
    tuner: { name: "TPE", classArgs: { optimize_mode: "maximize" } },
    tabtune: {
      dataset,
      trainImages: 96,
      validationImages: 32,
      testImages: 32,
      defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 2 },
      ...training,
    },
    ...config,
  };
}

/** Rates at which the few steps of a tiny experiment never diverge. */
export const tinySpace = {
  lr: { _type: "loguniform", _value: [0.0005, 0.005] },
  optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
};

/** What axe finds serious or critical; it runs in the page without the page's policy getting in its way. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
