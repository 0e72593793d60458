import type { Page } from "playwright-core";
import {
  bestTrial,
  reduceJournal,
  type ExperimentState,
  type JournalEvent,
} from "../../../src/core/journal/index.ts";
import { startFiles, tinyConfig, waitForStatus } from "../../browser/harness.ts";
import type { FaultContext, Goal, GoalResult } from "../lib/goal.ts";
import { StoredJournal } from "../lib/stored-journal.ts";
import { readStoredJournals } from "../lib/stored.ts";
import { Watch, watchPages, type Sight } from "../lib/watch.ts";

const quotaBytes = 40e6;
const limitMs = 1000;

/** Beside the data set's 25 MB a checkpoint of 10.5 MB has room once, one of 4.7 MB three times. */
const settings = {
  tight: { width: 27, trialsOf: (count: number) => Math.ceil(count / 2) },
  roomy: { width: 18, trialsOf: (count: number) => count },
} as const;
type Setting = keyof typeof settings;

interface Outcome {
  readonly trials: number;
  readonly finished: number;
  readonly skipped: number;
  readonly discarded: number;
  readonly largestBytes: number;
  /** From each first failure of its kind to the words on the page. */
  readonly toldMs: readonly number[];
  readonly problems: readonly string[];
}

/** The browser's space for the page is used up. */
export const quota: Goal = {
  id: "R7",
  title: "Quota",
  how: "the browser gives the page 40 MB (CDP Storage.overrideQuotaForOrigin), of which the data set takes 25; an experiment with checkpoints of 10 MB and one with 5 MB run to their end, then the page is opened again; a third one is set to pause, gets more space, and is resumed",
  counts: { full: 12, reduced: 4 },
  limitMinutes: { full: 60, reduced: 6 },
  async run(context) {
    const outcomes: Outcome[] = [];
    for (const setting of ["tight", "roomy"] as const)
      outcomes.push(await context.part(setting, () => runExperiment(context, setting)));
    const pause = await context.part("pause", () => runPausing(context));
    return judge(context, outcomes, pause);
  },
};

/** An experiment that is set to pause: it pauses and says so, and goes on after there is space.
 *  @returns what went wrong */
async function runPausing(context: FaultContext): Promise<string[]> {
  const visitor = await context.open();
  const { page } = visitor;
  const session = await visitor.context.newCDPSession(page);
  const { origin } = new URL(await context.url());
  // The data set alone fits: not one checkpoint does.
  const quota = { origin, quotaSize: 30e6 };
  await session.send("Storage.overrideQuotaForOrigin", quota);
  await page.goto(await context.url());
  await startFiles(page, space, config(settings.tight.width, 2), () =>
    page
      .locator("#f-full")
      .selectOption("pause")
      .then(() => undefined),
  );
  await page.waitForURL(/#\/experiment\//);
  await waitForStatus(page, "paused", 300_000);
  const problems: string[] = [];
  if (
    !(await page
      .getByText(/no space left for this page/)
      .first()
      .isVisible())
  )
    problems.push("paused without saying why");
  await session.send("Storage.overrideQuotaForOrigin", { ...quota, quotaSize: 500e6 });
  await page.getByRole("button", { name: "Resume" }).click();
  await waitForStatus(page, "done", 300_000);
  const { trials } = reduceJournal([...(await readStoredJournals(page)).values()][0]!);
  for (const { number, status } of trials)
    if (status !== "SUCCEEDED") problems.push(`after the pause trial ${number} ${status}`);
  if (trials.length !== 2) problems.push(`${trials.length} trials after the pause`);
  await visitor.close();
  context.log(
    `pause: ${problems.length === 0 ? "paused, said why, went on" : problems.join("; ")}`,
  );
  return problems;
}

async function runExperiment(context: FaultContext, setting: Setting): Promise<Outcome> {
  const { width, trialsOf } = settings[setting];
  const visitor = await context.open();
  const { page } = visitor;
  const session = await visitor.context.newCDPSession(page);
  const { origin } = new URL(await context.url());
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: quotaBytes });
  const told: Sight[] = [];
  const watch = new Watch();
  await watchPages(visitor.context, (sight) => {
    watch.see(sight);
    if (told.length === 0 && /no space for a checkpoint of [\d.]+\sMB/.test(sight.text))
      told.push(sight);
  });
  await page.goto(await context.url());
  const trials = trialsOf(context.count);
  await startFiles(page, space, config(width, trials));
  await page.waitForURL(/#\/experiment\//);
  const journal = new StoredJournal(page);
  await journal.next("status-changed", 900_000, ({ status }) => status === "done");
  await journal.skip();
  const { events } = journal;
  const problems = [...evictedFirst(events)];
  const [first] = skips(events);
  if (first && told.length === 0) problems.push("the page never said what has no space");
  const { trials: ended } = reduceJournal(events);
  const finished = ended.filter(({ status }) => status === "SUCCEEDED");
  for (const { number, status, reason } of ended)
    if (status !== "SUCCEEDED") problems.push(`trial ${number} ${status}: ${reason}`);
  problems.push(...(await lostOnReload(page, reduceJournal(events))));
  await visitor.close();
  const outcome: Outcome = {
    trials,
    finished: finished.length,
    skipped: skips(events).length,
    discarded: events.filter((event) => event.type === "note" && event.code === "weights-discarded")
      .length,
    largestBytes: Math.max(0, ...skips(events).map(({ details }) => Number(details["sizeBytes"]))),
    toldMs: first && told[0] ? [told[0].at - first.at] : [],
    problems,
  };
  context.log(`${setting}: ${JSON.stringify(outcome)}`);
  return outcome;
}

const space = { lr: { _type: "loguniform", _value: [0.0003, 0.003] } };
const config = (width: number, trials: number): object =>
  tinyConfig(
    "shapes10",
    {
      trainImages: 16,
      validationImages: 8,
      testImages: 8,
      defaults: { model: "resnet10", width, batch_size: 8, epochs: 2 },
      overrides: { optimizer: "Adam" },
    },
    { maxTrialNumber: trials },
  );

type Note = Extract<JournalEvent, { type: "note" }>;
const skips = (events: readonly JournalEvent[]): Note[] =>
  events.filter(
    (event): event is Note =>
      event.type === "note" &&
      event.code === "checkpoint-skipped" &&
      event.details["code"] === "storage-quota",
  );

/** Skipped checkpoints for which weights of a finished trial other than the best could have gone. */
function evictedFirst(events: readonly JournalEvent[]): string[] {
  return skips(events).flatMap((skip) => {
    const before = events.slice(0, skip.seq);
    const state = reduceJournal(before);
    const gone = new Set(
      before.flatMap((event) =>
        event.type === "note" && event.code === "weights-discarded"
          ? (event.details["trials"] as number[])
          : [],
      ),
    );
    const best = bestTrial(state.trials, "maximize");
    const others = state.trials.filter(
      ({ number, status, checkpoint }) =>
        status === "SUCCEEDED" && checkpoint && number !== best?.number && !gone.has(number),
    );
    return others.map(
      ({ number }) => `event ${skip.seq}: the weights of trial ${number} were kept`,
    );
  });
}

/** Opens the page again. @returns finished trials that are not there any more as they were */
async function lostOnReload(page: Page, before: ExperimentState): Promise<string[]> {
  await page.reload();
  await waitForStatus(page, "done");
  const after = reduceJournal([...(await readStoredJournals(page)).values()][0]!);
  return before.trials
    .filter(({ number, final }) => after.trials[number]?.final !== final)
    .map(({ number }) => `lost: trial ${number}`);
}

function judge(
  context: FaultContext,
  outcomes: readonly Outcome[],
  pause: readonly string[],
): GoalResult {
  const sum = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const problems = [...outcomes.flatMap((one) => one.problems), ...pause];
  const [skipped, discarded] = [sum((one) => one.skipped), sum((one) => one.discarded)];
  const toldMs = outcomes.flatMap((one) => one.toldMs);
  const worstMs = Math.max(0, ...toldMs);
  const lost = problems.filter((problem) => problem.startsWith("lost"));
  const trials = sum((one) => one.trials);
  return {
    injected: skipped + discarded + 1,
    survived: skipped + discarded + 1 - problems.length,
    lost: lost.length,
    worstMs,
    pass:
      problems.length === 0 &&
      skipped > 0 &&
      discarded > 0 &&
      toldMs.length > 0 &&
      worstMs <= context.within(limitMs) &&
      sum((one) => one.finished) === trials,
    notes: [
      `${sum((one) => one.finished)} of ${trials} trials finished and kept; ${discarded} times older weights went first, ${skipped} checkpoints of up to ${(Math.max(...outcomes.map((one) => one.largestBytes)) / 1e6).toFixed(1)} MB found no room and the page said so; one set to pause did, and went on with more space`,
      ...problems,
    ],
    codes: ["storage-quota"],
  };
}
