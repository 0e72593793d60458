import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parseExperimentConfig } from "../../src/core/config/index.ts";
import { createRng } from "../../src/core/index.ts";
import {
  reduceJournal,
  type EventBody,
  type ExperimentState,
  checkJournal,
} from "../../src/core/journal/index.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { openVisitor, serveBuild, tinyConfig, waitForStatus, type Visitor } from "./harness.ts";

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

/** The smoke preset, changed on the form as a user would, run to its end: the journal as the page exports it, folded. */
async function runSmoke(change: () => Promise<void>): Promise<ExperimentState> {
  await page.goto(`${server.url}?preset=smoke`);
  await button("Change settings").first().click();
  await page.locator("#new-space").waitFor();
  await change();
  await button("Start").click();
  await page.waitForURL(/#\/experiment\//, { timeout: 60_000 });
  await waitForStatus(page, "done");
  await page.getByRole("tab", { name: "Trials" }).click();
  const state = await exported();
  expect(state.definition.preset).toBe("smoke");
  return state;
}

/** Chooses a tuner and fills its fields; those that a tuner's form keeps folded are unfolded first. */
async function chooseTuner(name: string, settings: Record<string, number> = {}): Promise<void> {
  await page.locator("#choose-tuner").selectOption(name);
  if (Object.keys(settings).length > 0) await page.getByText("more settings").first().click();
  for (const [setting, value] of Object.entries(settings))
    await fill(`#tuner-${name}-more-${setting}`, value);
}

async function fill(selector: string, value: number): Promise<void> {
  await page.locator(selector).fill(String(value));
  await page.locator(selector).blur();
}

async function exported(): Promise<ExperimentState> {
  await page.getByLabel("More", { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByText("Export as a file").click(),
  ]);
  const { events } = JSON.parse(readFileSync(await download.path(), "utf8")) as {
    events: unknown[];
  };
  return reduceJournal(checkJournal(events));
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
  const state = await runSmoke(async () => {
    await page.locator("#choose-assessor").selectOption("Medianstop");
    // The first learns, the second cannot.
    const searchSpace = {
      lr: { _type: "loguniform", _value: [1e-8, 0.1] },
      optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
      _initial: [
        { lr: 0.003, optimizer: "Adam" },
        { lr: 1.2e-8, optimizer: "SGD" },
      ],
    };
    await page.locator("#new-space").fill(JSON.stringify(searchSpace));
  });
  expect(state.trials.map((trial) => trial.provenance?.source)).toEqual([
    "initial",
    "initial",
    "model",
  ]);
  expect(state.trials[0]!.status).toBe("SUCCEEDED");
  expect(state.trials[1]!.status).toBe("EARLY_STOPPED");
  expect(state.trials[1]!.reports).toHaveLength(1);
  await row(1).getByRole("button").click();
  await page.getByText(/below the median \d/).waitFor();
  await row(2).getByRole("button").click();
  await page.getByText("Why trial 2?").click();
  await page.getByRole("img", { name: /^lr: .* was chosen$/ }).waitFor();
});

test("Hyperband sets the epochs, and the promoted trial continues from its checkpoint", async () => {
  const state = await runSmoke(async () => {
    await chooseTuner("Hyperband", { R: 3 });
    await fill("#f-trials", 4);
  });
  const { name, classArgs } = state.definition.config.tuner;
  expect({ name, ...classArgs }).toEqual({ name: "Hyperband", optimize_mode: "maximize", R: 3 });
  expect(state.trials.map((trial) => trial.epochs)).toEqual([1, 1, 1, 3]);
  expectContinued(state);
  const rung = state.trials.slice(0, 3).map((trial) => trial.final!);
  expect(state.trials[state.trials[3]!.continueFrom!]!.final).toBe(Math.max(...rung));
});

test("BOHB sets the epochs, and the promoted trial continues from its checkpoint", async () => {
  const state = await runSmoke(async () => {
    await chooseTuner("BOHB");
    await fill("#f-trials", 4);
  });
  expect(state.trials.map((trial) => trial.epochs)).toEqual([1, 1, 1, 3]);
  expectContinued(state);
});

test("PBT trains a population in rounds and hands the best one's checkpoint to the worst", async () => {
  const state = await runSmoke(async () => {
    await chooseTuner("PBTTuner", { population_size: 3, epochs_per_generation: 1, fraction: 0.3 });
    await fill("#f-trials", 6);
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
    "search_space.json": { lr: { _type: "loguniform", _value: [0.001, 0.1] } },
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
  const state = await runSmoke(async () => {
    await chooseTuner("BatchTuner");
    const searchSpace = { combine_params: { _type: "choice", _value: listed } };
    await page.locator("#new-space").fill(JSON.stringify(searchSpace));
  });
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
      {
        trainImages: 96,
        defaults: { model: "resnet10", width: 4, batch_size: 32 },
        overrides: { epochs: 1 },
      },
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
