import type { Page } from "playwright-core";
import { reduceJournal, type JournalEvent } from "../../../src/core/journal/index.ts";
import type { Rng } from "../../../src/core/math/rng.ts";
import { startFiles, tinyConfig, tinySpace, type Visitor } from "../../browser/harness.ts";
import type { FaultContext, Goal, GoalResult } from "../lib/goal.ts";
import { crashTab } from "../lib/kills.ts";
import { StoredJournal } from "../lib/stored-journal.ts";
import { Watch, watchPages, type Sight } from "../lib/watch.ts";

const limitMs = 1000;
const actsPerBrowser = 10;
const mostTabs = 4;

/** One tab of the experiment. */
interface Tab {
  readonly page: Page;
  readonly watch: Watch;
}

interface Outcome {
  readonly acts: readonly string[];
  /** From the end of the writing tab to another one that writes. */
  readonly takeOverMs: readonly number[];
  readonly problems: readonly string[];
  readonly trials: number;
}

/** Several tabs on one experiment come and go. */
export const severalTabs: Goal = {
  id: "R12",
  title: "Several tabs",
  how: "two to four tabs show one running experiment; at random moments one more is opened, or one of them – the writing one as likely as not – is closed or killed (CDP Page.crash)",
  counts: { full: 50, reduced: 4 },
  limitMinutes: { full: 60, reduced: 6 },
  async run(context) {
    const outcomes: Outcome[] = [];
    for (let first = 0; first < context.count; first += actsPerBrowser) {
      const count = Math.min(actsPerBrowser, context.count - first);
      outcomes.push(await context.part(`acts-${first}`, () => runTabs(context, first, count)));
    }
    return judge(context, outcomes);
  },
};

async function runTabs(context: FaultContext, first: number, count: number): Promise<Outcome> {
  const rng = context.rng("acts", first);
  const visitor = await context.open();
  const room = new Room(visitor);
  await watchPages(visitor.context, (sight, page) => room.see(sight, page));
  await visitor.page.goto(await context.url());
  await startFiles(visitor.page, tinySpace, endless);
  await visitor.page.waitForURL(/#\/experiment\//);
  const writer = room.add(visitor.page);
  await writer.watch.until(isWriting, "the first tab writes");
  const journal = new StoredJournal(visitor.page);
  await room.open();
  const acts: string[] = [];
  const takeOverMs: number[] = [];
  const problems: string[] = [];
  for (let i = first; i < first + count; i++) {
    await pause(rng.next() * 2000);
    const act = choose(rng, room.tabs.length);
    acts.push(act);
    if (act === "open") await room.open();
    else takeOverMs.push(...(await room.end(act, rng)));
    // Whoever took over trains on, and everybody sees it.
    journal.through(room.tabs[0]!.page);
    await journal.skip();
    await journal.next("epoch-finished", 120_000);
    problems.push(
      ...(await room.disagreements(journal)).map((one) => `after ${acts.join(", ")}: ${one}`),
    );
  }
  problems.push(...duplicates(journal.events));
  await visitor.close();
  const trials = reduceJournal(journal.events).trials.length;
  context.log(`${acts.join(", ")}: taken over in ${takeOverMs.join(", ")} ms; ${trials} trials`);
  return { acts, takeOverMs, problems, trials };
}

type Act = "open" | "close" | "kill";

function choose(rng: Rng, tabs: number): Act {
  if (tabs < 2) return "open";
  if (tabs >= mostTabs) return rng.next() < 0.5 ? "close" : "kill";
  return (["open", "close", "kill"] as const)[rng.int(3)]!;
}

/** The tabs of one experiment, the oldest first. */
class Room {
  readonly tabs: Tab[] = [];
  constructor(readonly visitor: Visitor) {}

  see(sight: Sight, page: Page): void {
    this.tabs.find((tab) => tab.page === page)?.watch.see(sight);
  }

  add(page: Page): Tab {
    const tab = { page, watch: new Watch() };
    this.tabs.push(tab);
    return tab;
  }

  /** Opens the experiment in one more tab, which must not write. */
  async open(): Promise<void> {
    const url = this.tabs[0]!.page.url();
    const tab = this.add(await this.visitor.context.newPage());
    await tab.page.goto(url);
    await tab.watch.until(isViewing, "a new tab shows what another one writes");
  }

  /** @returns how long nobody wrote, if the tab was the writing one */
  async end(act: "close" | "kill", rng: Rng): Promise<number[]> {
    const writing = this.tabs.findIndex(({ watch }) => watch.last && isWriting(watch.last));
    const index = rng.next() < 0.5 ? writing : rng.int(this.tabs.length);
    const [tab] = this.tabs.splice(index, 1);
    const at = Date.now();
    if (act === "close") await tab!.page.close();
    else {
      await crashTab(tab!.page);
      await tab!.page.close().catch(() => undefined);
    }
    if (index !== writing) return [];
    const next = await Promise.any(
      this.tabs.map(({ watch }) => watch.until(isWriting, "another tab takes over")),
    );
    return [next.at - at];
  }

  /** What the tabs show that is not so. */
  async disagreements(journal: StoredJournal): Promise<string[]> {
    const found: string[] = [];
    const roles = this.tabs.map(({ watch }) => (isWriting(watch.last!) ? "writer" : "viewer"));
    if (roles.filter((role) => role === "writer").length !== 1) found.push(roles.join(", "));
    const seen = Promise.all(
      this.tabs.map(({ watch }) =>
        watch.until(({ phases }) => phases.length > 0, "it is live", 10_000),
      ),
    );
    await seen.catch((error: unknown) => found.push(String(error)));
    await journal.skip();
    const { trials } = reduceJournal(journal.events);
    for (const [i, { watch }] of this.tabs.entries())
      for (const { trial, status, metric } of watch.last!.trials)
        if (status === "SUCCEEDED" && trials[trial]?.final !== metric)
          found.push(
            `the ${roles[i]} shows trial ${trial} with ${metric}, not ${trials[trial]?.final}`,
          );
    return found;
  }
}

const isViewing = (sight: Sight): boolean => /another tab/i.test(sight.text);
const isWriting = (sight: Sight): boolean => sight.status === "running" && !isViewing(sight);
const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));

/** Trials enough for every act. */
const endless = tinyConfig("shapes10", {}, { maxTrialNumber: 1000 });

/** Trials and events that are there twice, or not at all. */
function duplicates(events: readonly JournalEvent[]): string[] {
  const numbers = events.flatMap((event) => (event.type === "trial-added" ? [event.trial] : []));
  return [
    ...numbers
      .filter((number, i) => number !== i)
      .map((number) => `trial ${number} is out of order`),
    ...events.filter(({ seq }, i) => seq !== i).map(({ seq }) => `event ${seq} is out of order`),
  ];
}

function judge(context: FaultContext, outcomes: readonly Outcome[]): GoalResult {
  const acts = outcomes.flatMap((one) => one.acts);
  const takeOvers = outcomes.flatMap((one) => one.takeOverMs);
  const problems = outcomes.flatMap((one) => one.problems);
  const worstMs = Math.max(0, ...takeOvers);
  const times = (act: Act): number => acts.filter((one) => one === act).length;
  return {
    injected: acts.length,
    survived: Math.max(0, acts.length - problems.length),
    lost: 0,
    worstMs,
    pass:
      acts.length === context.count &&
      problems.length === 0 &&
      takeOvers.length > 0 &&
      worstMs <= context.within(limitMs),
    notes: [
      `${times("open")} tabs opened, ${times("close")} closed, ${times("kill")} killed; ${takeOvers.length} take-overs; ${outcomes.reduce((sum, one) => sum + one.trials, 0)} trials, none twice; always one writer`,
      ...problems,
    ],
  };
}
