import type { Page } from "playwright-core";
import { reduceJournal, type JournalEvent } from "../../../src/core/journal/index.ts";
import { encodeFile } from "../../../src/experiment/formats/file.ts";
import { encodeLink } from "../../../src/experiment/formats/link.ts";
import type { Visitor } from "../../browser/harness.ts";
import { journalOf } from "../../experiment/formats/examples.ts";
import { everythingStored, putJournals } from "../lib/stored.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";

/** The id of an experiment that lies here already, which links and files name as theirs. */
const ownId = "3f0e5a4c-0000-4000-8000-000000000000";

/** Links, files and addresses that somebody else made. */
export const nothingActsByItself: Goal = {
  id: "S6",
  title: "Nothing acts by itself",
  how: "links, files and addresses, of running and finished experiments, with the id of an experiment that is here and with addresses for names, are opened; then some are confirmed",
  counts: { full: 200, reduced: 10 },
  async run(context) {
    const { count } = context;
    const troubles = await openFresh(context);
    const visitor = await context.open({ webgpu: false });
    const { page } = visitor;
    await page.goto(await context.url());
    await page.locator("h1").first().waitFor();
    const own = journalOf(2, 2, 99);
    await putJournals(page, new Map([[ownId, own]]));
    await page.reload();
    await page.locator(`a[href*="${ownId}"]`).waitFor();
    // The device is measured once, for the start page; then nothing is written any more.
    const before = await settled(page);
    for (let i = 0; i < count; i++) {
      const name = `${i % 3}: ${["link", "file", "address"][i % 3]} ${i}`;
      troubles.push(...(await openOne(visitor, i, before)).map((trouble) => `${name}: ${trouble}`));
    }
    const confirmed = await confirmAll(page, own);
    troubles.push(...confirmed.troubles, ...visitor.foreignRequests);
    await visitor.close();
    return {
      injected: count + confirmed.count + 1,
      survived: Math.max(0, count + confirmed.count + 1 - troubles.length),
      lost: confirmed.lost,
      worstMs: null,
      pass: troubles.length === 0,
      notes: [
        `${count} opened: 0 trials started, 0 records written, 0 addresses asked; ${confirmed.count} confirmed, each a new experiment beside the old one`,
        ...troubles.slice(0, 10),
      ],
    };
  },
};

/** In a browser that never saw the page: a link leaves nothing behind. */
async function openFresh(context: FaultContext): Promise<string[]> {
  const { page, context: browser, foreignRequests, close } = await context.open({ webgpu: false });
  await page.goto(`${await context.url()}#${await encodeLink(reduceJournal(hostile(0)))}`);
  await page.getByTestId("experiment-status").waitFor();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const left = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    local: Object.keys(localStorage),
    cookies: document.cookie,
  }));
  const cookies = await browser.cookies();
  const workers = page.workers().map((worker) => worker.url());
  await close();
  const nothing = { databases: [], local: [], cookies: "" };
  return [
    ...(JSON.stringify(left) === JSON.stringify(nothing) && cookies.length === 0
      ? []
      : [`a first visit by link left ${JSON.stringify(left)}`]),
    ...workers.filter((url) => /trial|dataset/.test(url)).map((url) => `a worker: ${url}`),
    ...foreignRequests,
  ];
}

/** Still running where it comes from, named like an address, with the id of one that is here. */
function hostile(index: number): JournalEvent[] {
  const events = journalOf(1 + (index % 4), 2, index);
  const [first, ...rest] = events;
  if (first?.type !== "experiment-created") throw new TypeError("no definition");
  const { definition } = first;
  const name = `https://127.0.0.1:9/${index}`;
  const named: JournalEvent = {
    ...first,
    definition: { ...definition, id: ownId, config: { ...definition.config, name } },
  };
  const all = [named, ...rest];
  // Every other one is cut in the middle of its first trial.
  return index % 2 === 0 ? all : all.slice(0, 5);
}

async function openOne(visitor: Visitor, index: number, before: string): Promise<string[]> {
  const { page } = visitor;
  const events = hostile(index);
  const workersBefore = page.workers();
  const asked: string[] = [];
  const note = (request: { url(): string }): void => void asked.push(request.url());
  visitor.context.on("request", note);
  const kind = index % 3;
  if (kind === 0) await toHash(page, `#${await encodeLink(reduceJournal(events))}`);
  if (kind === 1) {
    await toHash(page, "#/");
    const buffer = Buffer.from(await encodeFile(events).arrayBuffer());
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "x.json", mimeType: "application/json", buffer });
  }
  if (kind === 2) {
    const address = new URL(page.url());
    address.search = [
      "?preset=smoke&start=1",
      "?autostart=true&preset=quick-look",
      "?run",
      "?url=https://127.0.0.1:9/x",
    ][((index / 3) % 4) | 0]!;
    address.hash = index % 2 === 0 ? "" : `#/experiment/${ownId}`;
    await page.goto(address.href);
  }
  await page
    .locator(kind === 2 && index % 2 === 0 ? "h1" : '[data-testid="experiment-status"]')
    .first()
    .waitFor();
  await page.waitForTimeout(100);
  visitor.context.off("request", note);
  const troubles: string[] = [];
  if ((await everythingStored(page)) !== before) troubles.push("something was stored");
  const origin = new URL(page.url()).origin;
  troubles.push(
    ...asked.filter((url) => new URL(url).origin !== origin).map((url) => `asked ${url}`),
  );
  // The start page measures the device in a worker of this kind; what was opened needs none.
  const workers = page.workers().filter((worker) => worker.url().includes("trial.worker"));
  if (kind !== 2 && workers.some((worker) => !workersBefore.includes(worker)))
    troubles.push("a trial worker was started");
  return troubles;
}

/** Each way to confirm, for a link and for a file: what is new stands beside what was there. */
async function confirmAll(
  page: Page,
  own: readonly JournalEvent[],
): Promise<{ count: number; lost: number; troubles: string[] }> {
  const troubles: string[] = [];
  let [count, lost] = [0, 0];
  const buttons = ["Keep it", "Continue it here", "Run it here"];
  for (const button of buttons) {
    const before = await storedIds(page);
    await toHash(page, "#/");
    const buffer = Buffer.from(await encodeFile(hostile(2)).arrayBuffer());
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "x.json", mimeType: "application/json", buffer });
    await page.getByRole("button", { name: button }).click();
    await page.waitForURL(/#\/experiment\//, { timeout: 30_000 });
    const after = await storedIds(page);
    const made = after.filter((id) => !before.includes(id));
    count++;
    if (made.length !== 1 || made[0] === ownId) troubles.push(`${button} made ${made.join(", ")}`);
    const kept = (await everythingStored(page, ownId)) === JSON.stringify(own);
    if (!kept) {
      lost++;
      troubles.push(`${button} changed the experiment that was here`);
    }
  }
  return { count, lost, troubles };
}

async function storedIds(page: Page): Promise<string[]> {
  const all = JSON.parse(await everythingStored(page)) as Record<string, { id?: string }[]>;
  return (all["experiments"] ?? []).map(({ id }) => id ?? "");
}

async function toHash(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => (location.hash = to), hash);
}

/** Waits until two looks at everything that is stored are the same, and says what they saw. */
async function settled(page: Page): Promise<string> {
  let before = "";
  for (;;) {
    await page.waitForTimeout(1000);
    const now = await everythingStored(page);
    if (now === before) return now;
    before = now;
  }
}
