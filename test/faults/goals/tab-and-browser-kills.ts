import type { Page } from "playwright-core";
import {
  reduceJournal,
  type JournalEvent,
  type TrialState,
} from "../../../src/core/journal/index.ts";
import { maxStalledAttempts } from "../../../src/experiment/run/attempts.ts";
import { startFiles, tinyConfig, tinySpace, type Visitor } from "../../browser/harness.ts";
import type { FaultContext, Goal, GoalResult } from "../lib/goal.ts";
import { crashTab, killBrowser } from "../lib/kills.ts";
import { readStoredJournals } from "../lib/stored.ts";
import { isTraining, Watch, watchPages, type Sight } from "../lib/watch.ts";

const trialsOf = (context: FaultContext): number => (context.reduced ? 3 : 8);
/** Kills of one experiment: so many of its tab, and one of five more of the whole browser. */
const killsPerExperiment = 12;

/** Tabs and browsers die at any moment of a real experiment. */
export const tabAndBrowserKills: Goal = {
  id: "R1",
  title: "Tab and browser kills",
  how: "during a real experiment of 8 trials the tab's process is killed (CDP Page.crash) at random moments, every sixth time the whole browser (SIGKILL), and the page is opened again",
  counts: { full: 120, reduced: 4 },
  limitMinutes: { full: 90, reduced: 4 },
  async run(context) {
    const outcomes: Outcome[] = [];
    for (let left = context.count, part = 0; left > 0; left -= killsPerExperiment, part++) {
      const kills = Math.min(left, killsPerExperiment);
      outcomes.push(
        await context.part(`experiment-${part}`, () => runExperiment(context, part, kills)),
      );
    }
    return judge(context, outcomes);
  },
};

/** What one experiment went through. */
interface Outcome {
  readonly tabKills: number;
  readonly browserKills: number;
  /** Finished trials that the page had shown and the database did not have after a kill. */
  readonly lost: readonly string[];
  readonly problems: readonly string[];
  readonly repeatedEpochs: number;
  /** Training thrown away by each kill: time since the last checkpoint or the beginning of the attempt. */
  readonly redoneMs: readonly number[];
  /** From asking for the page to a worker that is busy with a trial again. */
  readonly againMs: readonly number[];
  readonly succeeded: number;
  /** By R6's rule. */
  readonly givenUp: number;
}

async function runExperiment(context: FaultContext, part: number, kills: number): Promise<Outcome> {
  const rng = context.rng("experiment", part);
  const profile = context.profile();
  const shown = new Map<number, string>();
  const lost: string[] = [];
  const problems: string[] = [];
  const redoneMs: number[] = [];
  const againMs: number[] = [];
  /** Of each trial, kills while it ran. */
  const killed = new Map<number, number>();
  let [tabKills, browserKills] = [0, 0];
  const watch = new Watch();
  const see = (seen: Sight, from: Page): void => {
    if (from !== page) return;
    for (const trial of seen.trials)
      if (trial.status === "SUCCEEDED") shown.set(trial.trial, `${trial.metric}`);
    watch.see(seen);
  };
  const openBrowser = async (): Promise<Visitor> => {
    const opened = await context.open({ profile });
    await watchPages(opened.context, see);
    return opened;
  };

  let page: Page | null = null;
  let visitor = await openBrowser();
  page = visitor.page;
  await page.goto(await context.url());
  await startFiles(page, tinySpace, config(context, part));
  await watch.until(isTraining, "the experiment trains");
  const url = page.url();

  for (let kill = 0; kill < kills; kill++) {
    // Some die while they are still starting; the others have trained for a while.
    if (rng.next() >= 0.2) await watch.until(isTrainingOrDone, "it trains again");
    if (isDone(watch.last)) break;
    await pause(rng.next() * 5000);
    const before = await journalOf(page);
    const killedAt = Date.now();
    if (kill % 6 === Math.min(5, kills - 1)) {
      await killBrowser(visitor);
      browserKills++;
      visitor = await openBrowser();
    } else {
      await crashTab(page);
      tabKills++;
    }
    if (before) redoneMs.push(...redone(before, killedAt));
    for (const number of before ? running(before) : [])
      killed.set(number, (killed.get(number) ?? 0) + 1);
    const expected = new Map(shown);
    watch.forget();
    const dead = page;
    page = await visitor.context.newPage();
    await dead.close().catch(() => undefined);
    const askedAt = Date.now();
    await page.goto(url, { waitUntil: "commit" });
    const reopened = page;
    watch
      .until(isTrainingOrDone, "it trains again")
      .then((seen) => {
        if (page === reopened && isTraining(seen)) againMs.push(seen.at - askedAt);
      })
      .catch((error: unknown) => {
        if (page === reopened) problems.push(String(error));
      });
    const after = await journalOf(page);
    lost.push(...missing(expected, after));
  }
  await waitForEnd(page);
  const events = await journalOf(page);
  const state = events && reduceJournal(events);
  // Three deaths in a row without a saved step end a trial: that is R6, and chance can bring it about here.
  const isGivenUp = ({ number, status, error }: TrialState): boolean =>
    status === "FAILED" &&
    error?.code === "worker-died" &&
    (killed.get(number) ?? 0) >= maxStalledAttempts;
  const givenUp = state?.trials.filter(isGivenUp).length ?? 0;
  const outcome: Outcome = {
    givenUp,
    ...{ tabKills, browserKills, lost, problems, redoneMs, againMs },
    repeatedEpochs: events ? repeatedEpochs(events) : 0,
    succeeded: state?.trials.filter(({ status }) => status === "SUCCEEDED").length ?? 0,
  };
  lost.push(...missing(shown, events));
  for (const trial of state?.trials ?? [])
    if (trial.status !== "SUCCEEDED" && !isGivenUp(trial))
      problems.push(`trial ${trial.number} ${trial.status}: ${trial.reason}`);
  await visitor.close();
  context.log(`experiment ${part}: ${tabKills} + ${browserKills} kills, ${lost.length} lost`);
  return outcome;
}

const config = (context: FaultContext, part: number): object =>
  tinyConfig(
    "shapes10",
    // Long enough for kills in the middle of epochs.
    {
      ...{ trainImages: 320, validationImages: 64, testImages: 64 },
      defaults: { model: "resnet18", width: 4, batch_size: 32, epochs: 2 },
    },
    { maxTrialNumber: trialsOf(context), experimentName: `kills ${part}` },
  );
const isDone = (sight: Sight | null): boolean => sight?.status === "done";
const isTrainingOrDone = (sight: Sight): boolean => isTraining(sight) || isDone(sight);
const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));

async function waitForEnd(page: Page): Promise<void> {
  await page
    .locator('[data-testid="experiment-status"][data-state="done"]')
    .waitFor({ timeout: 300_000 });
}

/** The only experiment's journal; a torn or missing record throws. */
async function journalOf(page: Page): Promise<readonly JournalEvent[] | null> {
  return [...(await readStoredJournals(page)).values()][0] ?? null;
}

/** Training time that a kill throws away: of each running trial, since what it will go on from. */
function redone(events: readonly JournalEvent[], killedAt: number): number[] {
  return running(events).map((number) => {
    const last = events.findLast(
      (event) =>
        (event.type === "checkpoint-saved" || event.type === "attempt-started") &&
        event.trial === number,
    );
    return killedAt - last!.at;
  });
}

const running = (events: readonly JournalEvent[]): number[] =>
  reduceJournal(events)
    .trials.filter(({ status }) => status === "RUNNING")
    .map(({ number }) => number);

/** Epochs reported twice: work of which the result had been stored and that was done again. */
function repeatedEpochs(events: readonly JournalEvent[]): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (const event of events) {
    if (event.type !== "epoch-finished") continue;
    const name = `${event.trial}/${event.report.epoch}`;
    if (seen.has(name)) repeated++;
    seen.add(name);
  }
  return repeated;
}

/** Finished trials that were shown and are not stored with the metric that was shown. */
function missing(
  shown: ReadonlyMap<number, string>,
  events: readonly JournalEvent[] | null,
): string[] {
  const stored = events ? reduceJournal(events).trials : [];
  return [...shown]
    .filter(([trial, metric]) => `${stored[trial]?.final}` !== metric)
    .map(([trial, metric]) => `trial ${trial} (${metric})`);
}

function judge(context: FaultContext, outcomes: readonly Outcome[]): GoalResult {
  const sum = (value: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + value(outcome), 0);
  const [tab, browser] = [sum((o) => o.tabKills), sum((o) => o.browserKills)];
  const lost = outcomes.flatMap((outcome) => outcome.lost);
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  const repeated = sum((o) => o.repeatedEpochs);
  const worstMs = Math.max(0, ...outcomes.flatMap((outcome) => outcome.againMs));
  const worstRedoneMs = Math.max(0, ...outcomes.flatMap((outcome) => outcome.redoneMs));
  const succeeded = sum((o) => o.succeeded);
  const givenUp = sum((o) => o.givenUp);
  const trials = trialsOf(context) * outcomes.length;
  return {
    injected: tab + browser,
    survived: tab + browser - problems.length,
    lost: lost.length,
    worstMs,
    pass:
      lost.length === 0 &&
      problems.length === 0 &&
      repeated === 0 &&
      worstRedoneMs <= 60_000 &&
      succeeded + givenUp === trials &&
      tab + browser >= context.count * 0.9 &&
      worstMs <= context.within(5000),
    notes: [
      `${tab} tab kills and ${browser} browser kills in ${outcomes.length} experiments; ${succeeded} of ${trials} trials succeeded${givenUp > 0 ? `, ${givenUp} given up after three deaths in a row without a saved step (R6)` : ""}`,
      `0 torn records; ${repeated} finished epochs trained again; at most ${(worstRedoneMs / 1000).toFixed(1)} s of training repeated`,
      ...lost.map((one) => `lost: ${one}`),
      ...problems,
    ],
  };
}
