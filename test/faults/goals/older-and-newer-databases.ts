import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { reduceJournal } from "../../../src/core/journal/index.ts";
import { schemaVersion } from "../../../src/storage/schema.ts";
import { root, waitForStatus, type Visitor } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { killTabs } from "../lib/kills.ts";
import { readRawDatabase, writeRawDatabase, type RawDatabase } from "../lib/raw-database.ts";
import { readStoredJournals } from "../lib/stored.ts";

/** Databases of other builds, and tabs that die while they upgrade one. */
export const olderAndNewerDatabases: Goal = {
  id: "R11",
  title: "Older and newer databases",
  how: "the database that each shipped version wrote is put back and opened, and its experiment trains one more trial; the tab is killed in the middle of an upgrade; databases of builds to come are opened",
  counts: { full: 20, reduced: 2 },
  async run(context) {
    const troubles: string[] = [];
    const versions = Array.from({ length: schemaVersion }, (_, i) => i + 1);
    for (const version of versions) {
      const found = await context.part(`upgrade-${version}`, () => upgrade(context, version));
      troubles.push(...found);
    }
    const killed = await context.part("kills", () => killUpgrades(context));
    troubles.push(...killed.troubles);
    const refused = await context.part("newer", () => openNewer(context));
    troubles.push(...refused.troubles);
    const { kills, lost } = killed;
    const injected = versions.length + kills + refused.opened;
    return {
      injected,
      survived: Math.max(0, injected - troubles.length),
      lost,
      worstMs: killed.worstMs,
      pass: troubles.length === 0 && kills === context.count && killed.again > 0,
      notes: [
        `versions 1 to ${schemaVersion} upgraded and trained on; ${kills} tabs killed in an upgrade, ${killed.again} of them before it was complete; ${refused.opened} newer databases refused and left as they were`,
        ...troubles,
      ],
      codes: ["storage-version"],
    };
  },
};

/** What the build of that version wrote.
 *  @throws Error where a version has none: every shipped version keeps one */
function fixture(version: number): RawDatabase {
  const file = join(root, "test", "fixtures", "databases", `v${version}.json`);
  if (!existsSync(file)) throw new Error(`no ${file}: test/faults/make-database.ts makes it`);
  return JSON.parse(readFileSync(file, "utf8")) as RawDatabase;
}

/** Puts a database where the page will look for it; the icon is a page of the origin that opens nothing. */
async function put(page: Page, url: string, database: RawDatabase): Promise<void> {
  await page.goto(`${url}icon.svg`);
  await writeRawDatabase(page, database);
}

/** The only experiment as the page lists it. */
async function listed(page: Page): Promise<string> {
  const link = page.locator('a[href^="#/experiment/"]').first();
  await link.waitFor({ timeout: 60_000 });
  return (await link.getAttribute("href")) ?? "";
}

const eventsOf = (database: RawDatabase): string =>
  JSON.stringify(database.stores.find(({ name }) => name === "events")?.rows);

async function upgrade(context: FaultContext, version: number): Promise<string[]> {
  const database = fixture(version);
  const visitor = await context.open();
  const { page } = visitor;
  const url = await context.url();
  await put(page, url, database);
  await page.goto(url);
  const experiment = await listed(page);
  const troubles: string[] = [];
  const after = await readRawDatabase(page);
  if (after.version !== schemaVersion) troubles.push(`version ${after.version}`);
  if (eventsOf(after) !== eventsOf(database)) troubles.push("the events are not the same");
  if ((await page.getByTestId("repairs").count()) > 0) troubles.push("something was repaired");
  await page.goto(url + experiment);
  await waitForStatus(page, "done");
  const [before] = [...(await readStoredJournals(page)).values()].map(reduceJournal);
  await page.getByRole("tab", { name: "Setup" }).click();
  await page.locator("#limit-trials").fill(String(before!.trials.length + 1));
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await waitForStatus(page, "running", 60_000);
  await waitForStatus(page, "done", 300_000);
  const [now] = [...(await readStoredJournals(page)).values()].map(reduceJournal);
  const last = now!.trials.at(-1)!;
  if (last.number !== before!.trials.length || last.status !== "SUCCEEDED")
    troubles.push(`trial ${last.number} ${last.status} ${last.reason ?? ""}`);
  await visitor.close();
  return troubles.map((trouble) => `from version ${version}: ${trouble}`);
}

interface Killed {
  readonly kills: number;
  /** Upgrades of which nothing had been written when the tab died. */
  readonly again: number;
  readonly lost: number;
  readonly worstMs: number;
  readonly troubles: string[];
}

/** Every second tab dies while the upgrade cannot go on, the others a moment after it began. */
async function killUpgrades(context: FaultContext): Promise<Killed> {
  const database = fixture(1);
  const rng = context.rng("kills");
  const visitor = await context.open({ webgpu: false });
  const url = await context.url();
  const troubles: string[] = [];
  let [kills, again, lost, worstMs] = [0, 0, 0, 0];
  let upgrading = (): void => undefined;
  await visitor.context.exposeBinding("upgrading", () => upgrading());
  for (let i = 0; i < context.count; i++) {
    let page = await visitor.context.newPage();
    await put(page, url, database);
    await page.close();
    page = await visitor.context.newPage();
    await page.addInitScript(tellUpgrade, i % 2 === 0 ? 2000 : 0);
    const begun = new Promise<void>((resolve) => (upgrading = resolve));
    await page.goto(url, { waitUntil: "commit" });
    await begun;
    await new Promise((resolve) => setTimeout(resolve, rng.next() * (i % 2 === 0 ? 1000 : 20)));
    await killTabs(visitor, page);
    await page.close();
    kills++;

    page = await visitor.context.newPage();
    await page.goto(`${url}icon.svg`);
    if ((await readRawDatabase(page)).version === database.version) again++;
    const began = performance.now();
    await page.goto(url);
    await listed(page).catch((error: unknown) => troubles.push(`kill ${i}: ${String(error)}`));
    worstMs = Math.max(worstMs, performance.now() - began);
    const after = await readRawDatabase(page);
    if (after.version !== schemaVersion) troubles.push(`kill ${i}: version ${after.version}`);
    if (eventsOf(after) !== eventsOf(database)) {
      lost++;
      troubles.push(`kill ${i}: the events are not the same`);
    }
    await page.close();
  }
  await forget(visitor);
  return { kills, again, lost, worstMs, troubles };
}

/** In the page: says when an upgrade begins, and holds it up for so long. */
function tellUpgrade(holdMs: number): void {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...args: [string, number?]) {
    const request = open.apply(this, args);
    request.addEventListener("upgradeneeded", () => {
      void (window as unknown as { upgrading(): Promise<void> }).upgrading();
      const until = performance.now() + holdMs;
      while (performance.now() < until);
    });
    return request;
  };
}

/** Kills are what this goal is about. */
async function forget(visitor: Visitor): Promise<void> {
  const { problems } = visitor;
  problems.splice(0, problems.length, ...problems.filter((one) => one !== "the page crashed"));
  await visitor.close();
}

/** Databases of builds to come, with stores and events that this one does not know. */
async function openNewer(context: FaultContext): Promise<{ opened: number; troubles: string[] }> {
  const visitor = await context.open({ webgpu: false });
  const { page } = visitor;
  const url = await context.url();
  const newest = fixture(schemaVersion);
  const troubles: string[] = [];
  const steps = context.reduced ? [1] : [1, 2, 10];
  for (const step of steps) {
    const future = { name: "future", keyPath: null, autoIncrement: false, indexes: [] };
    const database: RawDatabase = {
      version: schemaVersion + step,
      stores: [...newest.stores, { ...future, rows: [{ key: "x", value: { unknown: step } }] }],
    };
    await put(page, url, database);
    const before = JSON.stringify(await readRawDatabase(page));
    await page.goto(url);
    const told = await page
      .getByText("newer version", { exact: false })
      .first()
      .waitFor({ timeout: 30_000 })
      .then(
        () => true,
        () => false,
      );
    if (!told) troubles.push(`version ${database.version}: the user is not told`);
    if (JSON.stringify(await readRawDatabase(page)) !== before)
      troubles.push(`version ${database.version}: something was changed`);
  }
  troubles.push(...visitor.problems.filter((problem) => problem.startsWith("uncaught")));
  await visitor.close();
  return { opened: steps.length, troubles };
}
