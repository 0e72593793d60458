import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parseExperimentConfig } from "../../src/core/config/index.ts";
import { createRng } from "../../src/core/index.ts";
import {
  reduceJournal,
  type EventBody,
  type ExperimentState,
  type JournalEvent,
} from "../../src/core/journal/index.ts";
import type { JsonObject } from "../../src/core/json.ts";
import {
  openVisitor,
  serveBuild,
  startFiles,
  tinyConfig,
  waitForStatus,
  type Visitor,
} from "./harness.ts";

let server: Awaited<ReturnType<typeof serveBuild>>;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  server = await serveBuild();
  visitor = await openVisitor(server.url);
  page = visitor.page;
});
afterAll(async () => {
  await visitor.close();
  await server.close();
});
afterEach(() => {
  expect(visitor.problems).toEqual([]);
  expect(visitor.foreignRequests).toEqual([]);
});

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const row = (trial: number): Locator =>
  page.locator(`[data-testid="trial-row"][data-trial="${trial}"]`);

/** Two batches an epoch: what is looked at is who trains when and from which weights, not how well. */
const training = {
  trainImages: 128,
  defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 2 },
};
/** Experiments from files draw a seed of their own; with this one the second and third trial of the first test are bad. */
const seed = "3";
const space = { lr: { _type: "loguniform", _value: [0.001, 0.1] } };

/** Runs a configuration to its end and gives the journal as the page exports it, folded. */
async function run(
  config: JsonObject,
  searchSpace: object = space,
  choose?: () => Promise<void>,
): Promise<ExperimentState> {
  await page.goto(server.url);
  const chooseSeed = async (): Promise<void> => {
    await choose?.();
    await page.locator("#f-seed").fill(seed);
    await page.locator("#f-seed").blur();
  };
  await startFiles(page, searchSpace, tinyConfig("shapes10", training, config), chooseSeed);
  await page.waitForURL(/#\/experiment\//, { timeout: 60_000 });
  await waitForStatus(page, "done");
  await page.getByRole("tab", { name: "Trials" }).click();
  return exported();
}

async function exported(): Promise<ExperimentState> {
  await page.getByLabel("More", { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByText("Export as a file").click(),
  ]);
  const { events } = JSON.parse(readFileSync(await download.path(), "utf8")) as {
    events: JournalEvent[];
  };
  return reduceJournal(events);
}

/** Epochs that a trial has trained itself. */
const trained = (state: ExperimentState, trial: number): number[] =>
  state.trials[trial]!.reports.map(({ epoch }) => epoch);

/** Every trial that continues another one began after the other's last epoch, with its weights. */
function expectContinued(state: ExperimentState): void {
  const continued = state.trials.filter((trial) => trial.continueFrom !== undefined);
  expect(continued.length).toBeGreaterThan(0);
  for (const { number, continueFrom, epochs } of continued) {
    const parent = state.trials[continueFrom!]!;
    const own = Array.from({ length: epochs - parent.epochs }, (_, i) => parent.epochs + 1 + i);
    expect(trained(state, number)).toEqual(own);
  }
  const notes = state.log.flatMap((event) => (event.type === "note" ? [event.code] : []));
  expect(notes).not.toContain("parent-lost");
  expect(notes).not.toContain("parent-does-not-fit");
}

test("TPE with Medianstop: the model takes over after the start-up, and a trial below the median ends with a reason", async () => {
  const state = await run(
    {
      maxTrialNumber: 4,
      tuner: { name: "TPE", classArgs: { optimize_mode: "maximize", n_startup_jobs: 3 } },
      assessor: { name: "Medianstop", classArgs: { optimize_mode: "maximize", start_step: 2 } },
      tabtune: {
        dataset: "shapes10",
        trainImages: 384,
        validationImages: 128,
        testImages: 64,
        defaults: { model: "resnet10", width: 4, batch_size: 16, optimizer: "Adam", epochs: 3 },
      },
    },
    {
      lr: { _type: "loguniform", _value: [1e-8, 0.1] },
      // The first learns, the others cannot.
      _initial: [{ lr: 0.003 }, { lr: 1.2e-8 }, { lr: 1.1e-8 }],
    },
  );
  expect(state.trials.map((trial) => trial.provenance?.source)).toEqual([
    "initial",
    "initial",
    "initial",
    "model",
  ]);
  const stopped = state.trials.find((trial) => trial.status === "EARLY_STOPPED");
  expect(stopped?.reports.length).toBeLessThan(3);
  expect(stopped?.reports.length).toBeGreaterThanOrEqual(2);
  await row(stopped!.number).getByRole("button").click();
  await page.getByText(/below the median \d/).waitFor();
  await row(3).getByRole("button").click();
  await page.getByText("Why trial 3?").click();
  await page.getByRole("img", { name: /^lr: .* was chosen$/ }).waitFor();
});

test("Hyperband, chosen on the form, sets the epochs, and the promoted trial continues from its checkpoint", async () => {
  const state = await run({ maxTrialNumber: 6 }, space, async () => {
    await page.locator("#choose-tuner").selectOption("Hyperband");
    await page.getByText("more settings").first().click();
    await page.locator("#tuner-Hyperband-more-R").fill("3");
    await page.locator("#tuner-Hyperband-more-R").blur();
  });
  const { name, classArgs } = state.definition.config.tuner;
  expect({ name, ...classArgs }).toEqual({ name: "Hyperband", optimize_mode: "maximize", R: 3 });
  const epochs = state.trials.map((trial) => trial.epochs);
  expect(epochs.filter((n) => n === 1)).toHaveLength(3);
  expect(epochs.filter((n) => n === 3)).toHaveLength(3);
  expectContinued(state);
  const promoted = state.trials.find((trial) => trial.continueFrom !== undefined)!;
  const rung = state.trials.slice(0, 3).map((trial) => trial.final!);
  expect(state.trials[promoted.continueFrom!]!.final).toBe(Math.max(...rung));
});

test("BOHB sets the epochs, and the promoted trial continues from its checkpoint", async () => {
  const state = await run({
    maxTrialNumber: 4,
    tuner: { name: "BOHB", classArgs: { min_budget: 1, max_budget: 3, eta: 3 } },
  });
  expect(state.trials.map((trial) => trial.epochs)).toEqual([1, 1, 1, 3]);
  expectContinued(state);
});

test("PBT trains a population in rounds and hands the best one's checkpoint to the worst", async () => {
  const state = await run({
    maxTrialNumber: 6,
    tuner: {
      name: "PBTTuner",
      classArgs: { population_size: 3, epochs_per_generation: 1, fraction: 0.3 },
    },
  });
  expect(state.trials.map((trial) => trial.epochs)).toEqual([1, 1, 1, 2, 2, 2]);
  expectContinued(state);
  const second = state.trials.slice(3);
  const first = state.trials.slice(0, 3);
  const best = first.reduce((a, b) => (b.final! > a.final! ? b : a)).number;
  const heirs = second.filter((trial) => trial.continueFrom === best);
  // Itself with its own parameters, and the worst with changed ones.
  expect(heirs).toHaveLength(2);
  expect(new Set(heirs.map((trial) => JSON.stringify(trial.parameters))).size).toBe(2);
});

test("an argument that a tuner does not have is refused by its name before anything starts", async () => {
  await page.goto(server.url);
  const tuner = { name: "TPE", classArgs: { optimize_mode: "maximize", n_start_jobs: 3 } };
  const files = {
    "search_space.json": space,
    "config.json": tinyConfig("shapes10", {}, { tuner }),
  };
  await page.locator('input[type="file"]').setInputFiles(
    Object.entries(files).map(([name, content]) => ({
      name,
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(content)),
    })),
  );
  await page.getByText(/n_start_jobs/).waitFor();
  expect(await page.locator("#new-space").count()).toBe(0);
});

test("Batch runs exactly the listed configurations and says that it has tried them all", async () => {
  const listed = [
    { lr: 0.05, optimizer: "SGD" },
    { lr: 0.002, optimizer: "Adam" },
  ];
  const state = await run(
    { maxTrialNumber: 10, tuner: { name: "BatchTuner" } },
    { combine_params: { _type: "choice", _value: listed } },
  );
  expect(state.trials.map((trial) => trial.parameters)).toEqual(listed);
  expect(state.trials.map((trial) => trial.status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  await page.getByText(/Every configuration has been tried\. Trial \d won\./).waitFor();
});

test("the page answers within 50 ms while GaussianProcess chooses after 100 trials", async () => {
  await page.goto(server.url);
  await page.locator('input[type="file"]').setInputFiles({
    name: "hundred.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(hundredTrials())),
  });
  await button("Continue it here").click();
  await page.waitForURL(/#\/experiment\//, { timeout: 60_000 });
  // The table of the overview shows the newest trials first.
  const byNumber = page.getByRole("columnheader", { name: /^trial/ }).getByRole("button");
  while ((await row(99).count()) === 0) await byNumber.click();
  // Noted in the page: when each new trial appeared, and every task of its thread beyond 50 ms.
  await page.evaluate(() => {
    const seen: { added: number[]; tasks: [number, number][] } = { added: [], tasks: [] };
    Object.assign(window, { seen });
    const known = new Set<string>();
    const look = (): void => {
      for (const element of document.querySelectorAll<HTMLElement>("[data-testid=trial-row]")) {
        const trial = element.dataset["trial"]!;
        if (known.has(trial)) continue;
        known.add(trial);
        if (Number(trial) >= 100) seen.added.push(performance.now());
      }
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        seen.tasks.push([startTime, duration]);
    }).observe({ type: "longtask" });
  });
  await button("Start").click();
  await waitForStatus(page, "running", 20_000);
  await waitForStatus(page, "done");
  expect(page.workers().some((worker) => worker.url().includes("analysis"))).toBe(true);
  const { added, tasks } = await page.evaluate(
    () => (window as unknown as { seen: { added: number[]; tasks: [number, number][] } }).seen,
  );
  expect(added).toHaveLength(5);
  // One suggestion lies between each trial and the next. A slow machine may draw slowly now and then, but not every time.
  const longest = added
    .slice(1)
    .map((end, i) =>
      Math.max(0, ...tasks.filter(([at]) => at >= added[i]! && at <= end).map(([, ms]) => ms)),
    );
  console.log(`longest task between two trials: ${longest.map(Math.round).join(", ")} ms`);
  expect(Math.min(...longest)).toBeLessThanOrEqual(50);
});

/** An experiment file of 100 invented trials; five more may be made. */
function hundredTrials(): object {
  const config = parseExperimentConfig(
    tinyConfig(
      "shapes10",
      { ...training, trainImages: 96, overrides: { epochs: 1 } },
      {
        maxTrialNumber: 5,
        tuner: { name: "GaussianProcess", classArgs: { optimize_mode: "maximize" } },
      },
    ) as JsonObject,
  );
  const searchSpace = {
    lr: { _type: "loguniform", _value: [0.001, 0.1] },
    dropout_rate: { _type: "uniform", _value: [0, 0.5] },
    momentum: { _type: "uniform", _value: [0.5, 0.95] },
    batch_size: { _type: "choice", _value: [16, 32] },
  };
  const definition = { id: "hundred", config, searchSpace, seed: 5, preset: null };
  const bodies: EventBody[] = [{ type: "experiment-created", definition }];
  for (let trial = 0; trial < 100; trial++) {
    const rng = createRng("hundred", trial);
    const lr = 0.001 * 100 ** rng.next();
    const [dropout_rate, momentum] = [0.5 * rng.next(), 0.5 + 0.45 * rng.next()];
    const metric = 0.6 - 0.1 * Math.log10(lr / 0.02) ** 2 - 0.1 * dropout_rate + 0.02 * rng.next();
    const parameters = { lr, dropout_rate, momentum, batch_size: rng.next() < 0.5 ? 16 : 32 };
    const report = {
      epoch: 1,
      ...{ trainLoss: 1, trainAccuracy: metric, validationLoss: 1, validationAccuracy: metric },
      ...{ metric, learningRate: lr, imagesPerSecond: 100, durationMs: 1000 },
    };
    bodies.push(
      { type: "trial-added", trial, parameters, origin: "tuner", provenance: null, epochs: 1 },
      { type: "attempt-started", trial, attempt: 1 },
      { type: "epoch-finished", trial, report },
      {
        type: "trial-ended",
        ...{ trial, status: "SUCCEEDED", final: metric, durationMs: 1000, reason: null },
      },
    );
  }
  bodies.push({ type: "status-changed", status: "running", reason: "user" });
  bodies.push({ type: "status-changed", status: "done", reason: "user" });
  const events = bodies.map((body, seq) => ({ seq, at: 1_700_000_000_000 + seq, ...body }));
  return { format: "tabtune-experiment", version: 1, events };
}
