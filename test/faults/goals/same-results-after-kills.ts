import { isDeepStrictEqual } from "node:util";
import type { BrowserContext, Page } from "playwright-core";
import {
  reduceJournal,
  type EpochReport,
  type TrialState,
} from "../../../src/core/journal/index.ts";
import {
  attemptsIn,
  maxStalledAttempts,
  stalledAttempts,
} from "../../../src/experiment/run/attempts.ts";
import { startFiles, tinyConfig } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { crashTab } from "../lib/kills.ts";
import { everythingStored } from "../lib/stored.ts";
import { StoredJournal } from "../lib/stored-journal.ts";

const trialsOf = (context: FaultContext): number => (context.reduced ? 3 : 8);
const epochs = 2;
const experimentSeed = 2024;
/** Generous: the CPU backend on a machine that is busy otherwise. */
const patienceMs = 240_000;

/** The same seed gives the same experiment, whatever happened to its tab. */
export const sameResultsAfterKills: Goal = {
  id: "R2",
  title: "Same results after kills",
  how: "an experiment with a fixed seed runs twice on the CPU backend (a browser without WebGPU and WebGL), one trial at a time: undisturbed, then with its tab's process killed (CDP Page.crash) at random moments of the training; both are read from the database",
  counts: { full: 10, reduced: 2 },
  limitMinutes: { full: 30, reduced: 5 },
  async run(context) {
    const visitor = await context.open({
      webgpu: false,
      flags: ["--disable-gpu", "--disable-software-rasterizer"],
    });
    const calm = await runExperiment(context, visitor.context, experimentSeed);
    const killed = await runExperiment(context, visitor.context, experimentSeed, calm);
    const onCpu = await hasMeasuredCpu(visitor.context.pages()[0]!, await context.url());
    await visitor.close();
    const problems = [
      ...(onCpu ? [] : ["the device was not the CPU backend alone"]),
      ...calm.problems,
      ...killed.problems,
      ...differences(calm.trials, killed.trials),
    ];
    const finals = calm.trials.map(({ final }) => final).join(", ");
    return {
      injected: killed.kills,
      survived: Math.max(0, killed.kills - problems.length),
      lost: 0,
      worstMs: null,
      pass: killed.kills === context.count && problems.length === 0,
      notes: [
        problems.length === 0
          ? `${calm.trials.length} trials of ${epochs} epochs: parameters, each epoch's training accuracy, validation loss and accuracy, final metrics (${finals}) and predictions are equal to the last bit; after ${killed.withinEpoch} of ${killed.kills} kills the trial went on within an epoch`
          : `${problems.length} differences and other problems`,
        ...problems.slice(0, 10),
      ],
    };
  },
};

interface Outcome {
  readonly kills: number;
  /** Kills after which the trial went on from a checkpoint within an epoch. */
  readonly withinEpoch: number;
  readonly trials: readonly TrialState[];
  readonly problems: readonly string[];
}

/** @param calm the undisturbed run, of which the durations say when to kill; without it nothing is killed */
async function runExperiment(
  context: FaultContext,
  browser: BrowserContext,
  seed: number,
  calm?: Outcome,
): Promise<Outcome> {
  const trials = trialsOf(context);
  const rng = context.rng("kills");
  let page = await browser.newPage();
  await page.goto(await context.url());
  await startFiles(page, space, config(context), async () => {
    await page.locator("#f-seed").fill(String(seed));
    await page.locator("#f-seed").blur();
  });
  await page.waitForURL(/#\/experiment\//);
  const url = page.url();
  const journal = new StoredJournal(page);
  // The last trial is spared: a kill that comes late must still meet a running experiment.
  const victims = Array.from({ length: calm ? context.count : 0 }, () => rng.int(trials - 1));
  let withinEpoch = 0;
  for (const victim of victims.sort((a, b) => a - b)) {
    const { trial } = await journal.next(
      "attempt-started",
      patienceMs,
      (event) => event.trial >= victim,
    );
    // A third death in a row without a saved step would end the trial: that is R6.
    if (stalledAttempts(attemptsIn(journal.events), trial) >= maxStalledAttempts - 1)
      await journal.next("checkpoint-saved", patienceMs);
    await pause(rng.next() * (calm?.trials[trial]?.durationMs ?? 0));
    await crashTab(page);
    const dead = page;
    page = await browser.newPage();
    await dead.close().catch(() => undefined);
    await page.goto(url);
    journal.through(page);
    await journal.next("status-changed", patienceMs, ({ reason }) => reason === "reopened");
    if (isWithinEpoch(reduceJournal(journal.events).trials)) withinEpoch += 1;
  }
  await journal.next("status-changed", patienceMs, ({ status }) => status === "done");
  await page.close();
  const { trials: all } = reduceJournal(journal.events);
  const problems = all
    .filter(({ status }) => status !== "SUCCEEDED")
    .map(({ number, status, reason }) => `trial ${number} ${status}: ${reason}`);
  if (all.length !== trials) problems.push(`${all.length} trials`);
  const attempts = all.map(({ attempt }) => attempt).join(", ");
  context.log(`${victims.length} kills, ${withinEpoch} within an epoch; attempts ${attempts}`);
  return { kills: victims.length, withinEpoch, trials: all, problems };
}

const space = {
  lr: { _type: "loguniform", _value: [0.01, 0.3] },
  optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
};

/** From the third trial on TPE's model chooses, so that a difference in a metric would change what follows. */
const config = (context: FaultContext): object =>
  tinyConfig(
    "shapes10",
    {
      trainImages: context.reduced ? 64 : 208,
      validationImages: 16,
      testImages: 16,
      defaults: { model: "resnet10", width: 2, batch_size: 8, epochs },
    },
    {
      maxTrialNumber: trialsOf(context),
      tuner: { name: "TPE", classArgs: { optimize_mode: "maximize", n_startup_jobs: 2 } },
    },
  );

const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));

/** Whether the trial that was interrupted has weights from within an epoch, from which it goes on. */
const isWithinEpoch = (trials: readonly TrialState[]): boolean =>
  trials.some(({ status, checkpoint }) => status === "WAITING" && (checkpoint?.step ?? 0) > 0);

/** True when the only device that was ever measured in this profile is the CPU backend. */
async function hasMeasuredCpu(page: Page, url: string): Promise<boolean> {
  await page.goto(url);
  const found = (await everythingStored(page)).match(/"backend":"\w+"/g) ?? [];
  return found.length > 0 && found.every((one) => one === '"backend":"cpu"');
}

/** Everything of a trial that the seed determines. */
const resultOf = (trial: TrialState): Readonly<Record<string, unknown>> => ({
  parameters: trial.parameters,
  epochs: trial.reports.map(measured),
  final: trial.final,
  samples: trial.samples,
  test: trial.test,
});

/** The mean training loss, shown and not used, is left out as well: its float32 sums begin anew with
 *  each reading, and readings go by the clock. */
const measured = ({
  imagesPerSecond: _speed,
  durationMs: _time,
  trainLoss: _rounded,
  ...report
}: EpochReport): object => report;

/** Compares without any tolerance. */
function differences(calm: readonly TrialState[], killed: readonly TrialState[]): string[] {
  return calm.flatMap((trial, i) => {
    const expected = resultOf(trial);
    const found = killed[i] ? resultOf(killed[i]) : {};
    return Object.entries(expected)
      .map(([name, value]) => ({ name, value, other: found[name] }))
      .filter(({ value, other }) => !isDeepStrictEqual(value, other))
      .map(
        ({ name, value, other }) =>
          `trial ${i}, ${name}: ${JSON.stringify(other)} instead of ${JSON.stringify(value)}`,
      );
  });
}
