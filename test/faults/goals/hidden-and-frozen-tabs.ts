import type { Page } from "playwright-core";
import type { JournalEvent } from "../../../src/core/journal/index.ts";
import { startFiles, tinyConfig, waitForStatus } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { openPlainBrowser } from "../lib/plain-browser.ts";
import { readStoredJournals } from "../lib/stored.ts";

/** The tab is in the background, throttled as browsers do it, and then frozen again and again. */
export const hiddenAndFrozenTabs: Goal = {
  id: "R18",
  title: "Hidden and frozen tabs",
  how: "in a browser with its usual throttling another tab comes to the front for 10 minutes (8 s in the quick run) while an experiment trains; then the hidden tab is frozen and thawed (CDP Page.setWebLifecycleState)",
  counts: { full: 20, reduced: 1 },
  limitMinutes: { full: 60, reduced: 4 },
  alone: true,
  async run(context) {
    const browser = await openPlainBrowser(context.profile());
    try {
      return await observe(context, await start(browser.context.pages()[0]!, await context.url()));
    } finally {
      await browser.close();
    }
  },
};

async function start(page: Page, url: string): Promise<Page> {
  await page.context().addInitScript("globalThis.__name ??= (named) => named");
  await page.goto(url);
  await startFiles(page, tameSpace, steadyConfig);
  await waitForStatus(page, "running");
  await epochAfter(page, 0);
  return page;
}

/** Rates at which no trial diverges: that would be a failed attempt of its own. */
const tameSpace = { lr: { _type: "loguniform", _value: [0.001, 0.01] } };
/** Many epochs to a trial, as the pauses between trials are of uneven length. */
const steadyConfig = tinyConfig(
  "shapes10",
  { defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 20 } },
  { maxTrialNumber: 2000 },
);

async function observe(context: FaultContext, page: Page): ReturnType<Goal["run"]> {
  const hiddenMs = context.reduced ? 8_000 : 600_000;
  const shownMs = context.reduced ? 5_000 : 150_000;
  const other = await page.context().newPage();
  const windows: (Span & { readonly state: string })[] = [];
  const spend = async (state: "visible" | "hidden", durationMs: number): Promise<void> => {
    await (state === "visible" ? page : other).bringToFront();
    await pause(200);
    const found = await page.evaluate(() => document.visibilityState);
    if (found !== state) throw new Error(`the tab is ${found}, expected ${state}`);
    const from = Date.now();
    await pause(durationMs);
    windows.push({ state, from, to: Date.now() });
  };
  await spend("visible", shownMs);
  await spend("hidden", hiddenMs);
  await spend("visible", shownMs);
  const events = await journalOf(page);
  const ends = events.filter(({ type }) => type === "epoch-finished").map(({ at }) => at);
  /** Epochs per second. */
  const speedIn = (spans: readonly Span[]): number =>
    ends.filter((at) => spans.some(({ from, to }) => at >= from && at < to)).length /
    spans.reduce((total, { from, to }) => total + (to - from) / 1000, 0);
  const speed = (wanted: string): number =>
    speedIn(windows.filter(({ state }) => state === wanted));
  const ratio = speed("hidden") / speed("visible");
  const thirds = windows.flatMap(({ from, to }) =>
    [0, 1, 2].map((k) =>
      speedIn([{ from: from + (k * (to - from)) / 3, to: from + ((k + 1) * (to - from)) / 3 }]),
    ),
  );

  const troubles: string[] = [];
  let worstMs = 0;
  const rng = context.rng("freezes");
  const session = await page.context().newCDPSession(page);
  for (let freeze = 1; freeze <= context.count; freeze++) {
    await other.bringToFront();
    await pause(500 + rng.next() * 1500);
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    await pause(2000 + rng.next() * (context.reduced ? 1000 : 6000));
    await session.send("Page.setWebLifecycleState", { state: "active" });
    const thawedAt = Date.now();
    const at = await epochAfter(page, thawedAt);
    worstMs = Math.max(worstMs, at - thawedAt);
    await page.bringToFront();
    const notice = page.getByText(/The browser paused this tab for/);
    const told = await notice.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (!told) troubles.push(`freeze ${freeze}: the user is not told`);
    else await page.getByRole("note").filter({ has: notice }).getByRole("button").click();
  }
  const after = await journalOf(page);
  const failed = after.flatMap((event) =>
    event.type === "attempt-failed" ? [`${event.error.code}: ${event.error.message}`] : [],
  );
  if (failed.length > 0)
    troubles.push(`${failed.length} attempts failed: ${[...new Set(failed)].join("; ")}`);
  const lost = events.filter((event, i) => JSON.stringify(event) !== JSON.stringify(after[i]));
  // The quick run shares a machine whose speed changes within seconds.
  const least = context.reduced ? 0.5 : 0.9;
  if (!(ratio >= least)) troubles.push(`hidden at ${(100 * ratio).toFixed(0)} % of the speed`);
  return {
    injected: 1 + context.count,
    survived: Math.max(0, 1 + context.count - troubles.length),
    lost: lost.length,
    worstMs,
    pass: troubles.length === 0 && lost.length === 0,
    notes: [
      `${hiddenMs / 1000} s hidden: ${(100 * ratio).toFixed(0)} % of the epochs per second of the visible tab (${speed("visible").toFixed(2)}); ${context.count} freezes, each told, the next epoch at the latest ${(worstMs / 1000).toFixed(1)} s after the end`,
      `epochs per second in thirds of the time visible, hidden, visible: ${thirds.map((one) => one.toFixed(2)).join(", ")}`,
      ...troubles,
    ],
  };
}

/** ms since 1970 */
interface Span {
  readonly from: number;
  readonly to: number;
}

const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));

async function journalOf(page: Page): Promise<readonly JournalEvent[]> {
  return [...(await readStoredJournals(page)).values()][0] ?? [];
}

/** Waits for an epoch that ended after `since`. @returns when it did */
async function epochAfter(page: Page, since: number): Promise<number> {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(200)) {
    const found = (await journalOf(page)).find(
      ({ type, at }) => type === "epoch-finished" && at > since,
    );
    if (found) return found.at;
  }
  throw new Error("no epoch ended within 60 s");
}
