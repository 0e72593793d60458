import { cpSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import {
  startFiles,
  tinyConfig,
  tinySpace,
  trialRows,
  waitForStatus,
} from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { openStaticHost, type StaticHost } from "../lib/static-host.ts";
import { makeVersion } from "../versions.ts";

/** The network is gone after the first load; the host gets new versions, whole ones and half ones. */
export const offlineAndUpdates: Goal = {
  id: "R17",
  title: "Offline, and updates",
  how: "the page is loaded once from a host without headers, below a path; then the server is closed, the browser is offline, the page is reloaded and runs an experiment. Versions with other files replace the deployed one, each at first half-copied",
  counts: { full: 20, reduced: 1 },
  async run(context) {
    const offline = await context.part("offline", () => runOffline(context));
    const updates = await context.part("updates", () => runUpdates(context));
    const troubles = [...offline.troubles, ...updates.troubles];
    return {
      injected: 1 + 2 * context.count,
      survived: Math.max(0, 1 + 2 * context.count - troubles.length),
      lost: 0,
      worstMs: offline.shownMs,
      pass: troubles.length === 0,
      notes: [
        `offline ${offline.trials} trials succeeded; ${context.count} updates, each after a half-copied one; no load had files of two versions`,
        ...troubles,
      ],
    };
  },
};

/** Once the service worker has everything. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, null, {
    timeout: 60_000,
  });
}

async function runOffline(
  context: FaultContext,
): Promise<{ trials: number; shownMs: number; troubles: string[] }> {
  const host = await openStaticHost(await context.dist());
  const visitor = await context.open({ origin: host.url });
  const { page, context: browser } = visitor;
  const trials = context.reduced ? 1 : 3;
  const troubles: string[] = [];
  await page.goto(host.url);
  await kept(page);
  const session = await browser.newCDPSession(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  for (const { errorId } of installabilityErrors) troubles.push(`not installable: ${errorId}`);

  await host.close();
  await browser.setOffline(true);
  const began = performance.now();
  await page.reload();
  await page.locator("h1").first().waitFor();
  const shownMs = performance.now() - began;
  if (!(await page.evaluate(() => crossOriginIsolated)))
    troubles.push("not isolated on a host without headers, though reloaded");
  try {
    await startFiles(page, tinySpace, tinyConfig("shapes10", {}, { maxTrialNumber: trials }));
    await waitForStatus(page, "done", 300_000);
  } catch (error) {
    const text = await page.locator("main").innerText();
    troubles.push(`offline: ${String(error).slice(0, 200)}; the page says: ${text.slice(0, 2000)}`);
  }
  await page.getByRole("tab", { name: "Trials" }).click();
  const rows = await trialRows(page);
  const succeeded = rows.filter(({ status }) => status === "SUCCEEDED").length;
  if (succeeded !== trials) troubles.push(`offline: ${JSON.stringify(rows)}`);
  for (const hash of ["#/recorded", "#/data", ""]) {
    await page.goto(host.url + hash);
    await page.locator("h1, h2").first().waitFor({ timeout: 20_000 });
  }
  troubles.push(...visitor.foreignRequests.map((url) => `asked ${url}`), ...visitor.problems);
  await visitor.close();
  return { trials: succeeded, shownMs, troubles };
}

async function runUpdates(context: FaultContext): Promise<{ troubles: string[] }> {
  const dist = await context.dist();
  const folder = context.profile();
  const [next, half] = [join(folder, "next"), join(folder, "half")];
  const rng = context.rng("updates");
  let deployed = join(folder, "v0");
  makeVersion(dist, deployed, "v0");
  const host = await openStaticHost(deployed);
  const visitor = await context.open({ webgpu: false, origin: host.url });
  const { page, problems } = visitor;
  await page.goto(host.url);
  await kept(page);
  const troubles: string[] = [];
  for (let update = 1; update <= context.count; update++) {
    const [before, after] = [`v${update - 1}`, `v${update}`];
    makeVersion(dist, next, after);
    halfCopy(next, half, (names) => names.filter(() => rng.next() < 0.5));
    host.serve(half);
    await page.reload();
    await updated(page);
    await page.reload();
    troubles.push(...(await mixed(page, before, `half-copied ${after}`)));

    host.serve(next);
    const shown = await loadUntil(page, after);
    if (!shown) troubles.push(`${after} is not shown after two loads`);
    troubles.push(...(await mixed(page, after, `after ${after}`)));
    // A tab of this version that needs more of its files when the host has none of them any more.
    deployed = join(folder, after);
    rmSync(join(folder, before), { recursive: true });
    renameSync(next, deployed);
    const another = join(folder, "another");
    makeVersion(dist, another, `${after}x`);
    troubles.push(...(await oldTab(page, host, another, after)));
    host.serve(deployed);
    await page.goto(host.url);
    await loadUntil(page, after);
  }
  troubles.push(...problems.filter((problem) => problem.startsWith("uncaught")));
  await visitor.close();
  await host.close();
  return { troubles };
}

/** `to` becomes what a host has in the middle of copying: the new page and service worker, some new files, no old ones. */
function halfCopy(next: string, to: string, choose: (names: string[]) => string[]): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(next, to, { recursive: true });
  const assets = join(to, "assets");
  const names = readdirSync(assets);
  // At least one is missing.
  for (const name of new Set([...choose(names), names[0]!])) rmSync(join(assets, name));
}

/** Waits until the browser has looked for a new version and either has it or has given it up. */
async function updated(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => undefined);
    const worker = registration.installing;
    if (!worker) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (worker.state === "activated" || worker.state === "redundant") resolve();
      };
      worker.addEventListener("statechange", look);
      look();
    });
  });
}

/** @returns false when two loads do not show the version */
async function loadUntil(page: Page, tag: string): Promise<boolean> {
  for (let load = 0; load < 2; load++) {
    await page.reload();
    if ((await filesOf(page)).every((name) => hasTag(name, tag))) return true;
    await updated(page);
  }
  await page.reload();
  return (await filesOf(page)).every((name) => hasTag(name, tag));
}

const hasTag = (name: string, tag: string): boolean => new RegExp(`${tag}\\.\\w+$`).test(name);

/** The scripts and styles of a load. */
async function filesOf(page: Page): Promise<string[]> {
  await page.locator("h1").first().waitFor();
  return page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .filter((name) => /\/assets\/.*\.(js|css)$/.test(name)),
  );
}

async function mixed(page: Page, tag: string, when: string): Promise<string[]> {
  const files = await filesOf(page);
  if (files.length === 0) return [`${when}: no files were seen`];
  return files.filter((name) => !hasTag(name, tag)).map((name) => `${when}: ${name}`);
}

/** A tab stays open while the host changes to another version; then it opens a page that it had not needed so far. */
async function oldTab(page: Page, host: StaticHost, other: string, tag: string): Promise<string[]> {
  host.serve(other);
  await updated(page);
  await page.evaluate(() => (location.hash = "#/recorded"));
  const opened = await page
    .getByTestId("experiment-status")
    .waitFor({ timeout: 20_000 })
    .then(
      () => true,
      () => false,
    );
  const told = await page.getByText("A newer version of this page is ready").count();
  return [
    ...(opened ? [] : [`a tab of ${tag} could not open another page after an update`]),
    ...(told === 1 ? [] : [`a tab of ${tag} did not tell of the update`]),
    ...(await mixed(page, tag, `a tab of ${tag} after an update`)),
  ];
}
