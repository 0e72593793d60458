import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { securityHeaders } from "../../../scripts/vite/security-headers.ts";
import { isPolicyViolation } from "../../browser/harness.ts";
import { attacks, type Attack } from "../lib/attacks.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { openStaticHost, type StaticHost } from "../lib/static-host.ts";

/** Code that got into the page, and pages that put ours into a frame. */
export const policyAndHeaders: Goal = {
  id: "S5",
  title: "Policy and headers",
  how: "ways to run code, to make workers and to reach another origin are tried from within the page, behind the production server's headers, on a host without headers, and there again after a reload; the other origin writes down what it is asked",
  counts: { full: attacks.length, reduced: attacks.length },
  async run(context) {
    const foreign = await openStaticHost(context.profile(), "/");
    const plain = await openStaticHost(await context.dist());
    const places = [
      { name: "with headers", url: await context.url(), reloaded: false },
      { name: "without headers", url: plain.url, reloaded: false },
      { name: "without headers, reloaded", url: plain.url, reloaded: true },
    ];
    const troubles = await wrongHeaders(context);
    let reports = 0;
    for (const place of places) {
      const found = await tryAll(context, place, foreign);
      reports += found.reports;
      troubles.push(...found.troubles.map((trouble) => `${place.name}: ${trouble}`));
    }
    await foreign.close();
    await plain.close();
    const injected = places.length * attacks.length;
    return {
      injected,
      survived: Math.max(0, injected - troubles.length),
      lost: 0,
      worstMs: null,
      pass: troubles.length === 0 && reports > 0,
      notes: [
        `${attacks.length} attacks in ${places.length} places, ${reports} reports of the policy; nothing reached the other origin`,
        ...troubles,
      ],
    };
  },
};

/** The page, a script and a worker from the production server, and what hosts read. */
async function wrongHeaders(context: FaultContext): Promise<string[]> {
  const dist = await context.dist();
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page)![1]!;
  const troubles: string[] = [];
  for (const path of ["", script, "service-worker.js", "no-such-file"]) {
    const { headers } = await fetch((await context.url()) + path);
    for (const [name, value] of Object.entries(securityHeaders))
      if (headers.get(name) !== value) troubles.push(`${path}: ${name}: ${headers.get(name)}`);
  }
  const listed = readFileSync(join(dist, "_headers"), "utf8").split("\n").slice(1).filter(Boolean);
  const expected = Object.entries(securityHeaders).map(([name, value]) => `  ${name}: ${value}`);
  if (String(listed) !== String(expected)) troubles.push(`_headers: ${listed.join(";")}`);
  return troubles;
}

interface Place {
  readonly url: string;
  /** The service worker answers then. */
  readonly reloaded: boolean;
}

async function tryAll(
  context: FaultContext,
  { url, reloaded }: Place,
  foreign: StaticHost,
): Promise<{ reports: number; troubles: string[] }> {
  const { page, problems, close } = await context.open({ webgpu: false, origin: url });
  const troubles: string[] = [];
  await page.goto(url);
  await page.locator("h1").first().waitFor();
  if (reloaded) {
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.reload();
    await page.locator("h1").first().waitFor();
  }
  troubles.push(...problems.filter(isPolicyViolation));
  const hasHeaders = reloaded || url === (await context.url());
  if ((await page.evaluate(() => crossOriginIsolated)) !== hasHeaders)
    troubles.push(`crossOriginIsolated is ${!hasHeaders}`);
  foreign.asked.length = 0;
  const before = page.url();
  const { hits, reports } = await attempt(page, foreign.url);
  troubles.push(...hits.map((name) => `${name} ran`));
  troubles.push(...foreign.asked.map(({ target }) => `${target} was asked`));
  if (page.url() !== before) troubles.push(`the page went to ${page.url()}`);
  if (hasHeaders && (await isFramed(context, url, foreign)))
    troubles.push("another page shows ours in a frame");
  // Refusals are what this goal is about.
  problems.length = 0;
  await close();
  return { reports, troubles };
}

/** From a timer: what a debugger runs directly may use eval whatever the policy says. */
async function attempt(page: Page, foreign: string): Promise<{ hits: string[]; reports: number }> {
  const tries = attacks
    .map((one: Attack) => `setTimeout(() => { try { ${one.code(foreign)} } catch {} });`)
    .join("\n");
  await page.evaluate(`{
    window.hits = [];
    window.hit = (name) => hits.push(name);
    window.reports = 0;
    document.addEventListener("securitypolicyviolation", () => reports++);
    ${tries}
  }`);
  await page.waitForTimeout(1500);
  return page.evaluate("({ hits, reports })");
}

/** Whether a page of another origin can show ours inside its own. */
async function isFramed(context: FaultContext, url: string, foreign: StaticHost): Promise<boolean> {
  const folder = context.profile();
  writeFileSync(join(folder, "index.html"), `<!doctype html><iframe src="${url}"></iframe>`);
  foreign.serve(folder);
  const { page, problems, close } = await context.open({ webgpu: false, origin: url });
  await page.goto(url);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.goto(foreign.url);
  await page.waitForTimeout(1000);
  const framed = await Promise.all(
    page
      .frames()
      .slice(1)
      .map((frame) => frame.locator("#app").count()),
  );
  problems.length = 0;
  await page.goto("about:blank");
  await close();
  return framed.length === 0 || framed.some((count) => count > 0);
}
