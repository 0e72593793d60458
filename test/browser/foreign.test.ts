import { afterAll, beforeAll, expect, test } from "vitest";
import type { EventBody } from "../../src/core/journal/index.ts";
import { defaultTrainingSettings } from "../../src/core/config/types.ts";
import { openVisitor, serveBuild, waitForStatus, type Visitor } from "./harness.ts";

let server: Awaited<ReturnType<typeof serveBuild>>;
let visitor: Visitor;
beforeAll(async () => {
  server = await serveBuild();
  visitor = await openVisitor(server.url);
});
afterAll(async () => {
  await visitor.close();
  await server.close();
});

/** Legal, and with everything double that a file can hold twice: constraints, settings, marks of an axis. */
function oddExperiment(): object {
  const twice = { path: "trial.a.b", value: "1", reason: "no-processes" };
  const bodies: EventBody[] = [
    {
      type: "experiment-created",
      definition: {
        id: "odd",
        seed: 1,
        preset: null,
        searchSpace: {
          lr: { _type: "loguniform", _value: [0.001, 0.1] },
          momentum: { _type: "uniform", _value: [0, 1] },
          hidden_size: { _type: "qnormal", _value: [64, 8, 64] },
          _constraints: ["lr < momentum", "lr < momentum"],
        },
        config: {
          name: "odd",
          trialConcurrency: 1,
          maxTrialNumber: 10,
          maxDurationMs: null,
          tuner: { name: "TPE", classArgs: {} },
          assessor: null,
          reading: "3.0",
          searchSpace: null,
          training: defaultTrainingSettings,
          notUsedHere: [twice, twice],
        },
      },
    },
    { type: "status-changed", status: "running", reason: "user" },
  ];
  for (let trial = 0; trial < 10; trial++)
    bodies.push(
      {
        type: "trial-added",
        trial,
        parameters: { lr: 0.002 * (trial + 1), momentum: 0.5 + trial / 40, hidden_size: 64 },
        origin: "tuner",
        provenance: { source: "random" },
        epochs: 1,
      },
      { type: "attempt-started", trial, attempt: 1 },
      {
        type: "epoch-finished",
        trial,
        report: {
          epoch: 1,
          trainLoss: 1,
          trainAccuracy: 0.5,
          validationLoss: 1,
          validationAccuracy: 0.5 + trial / 100,
          metric: 0.5 + trial / 100,
          learningRate: 0.1,
          imagesPerSecond: 100,
          durationMs: 1000,
        },
      },
      {
        type: "trial-ended",
        trial,
        status: "SUCCEEDED",
        final: 0.5 + trial / 100,
        durationMs: 1000,
        reason: null,
      },
    );
  bodies.push({ type: "status-changed", status: "done", reason: "limit" });
  const events = bodies.map((body, seq) => ({ seq, at: 1e12 + 1000 * seq, ...body }));
  return { format: "tabtune-experiment", version: 1, events };
}

test("an experiment with everything double is drawn on every tab, and a trial is added to it", async () => {
  const { page, problems } = visitor;
  await page.goto(server.url);
  await page.locator('input[type="file"]').setInputFiles({
    name: "odd.tabtune.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(oddExperiment())),
  });
  await waitForStatus(page, "done", 20_000);
  for (const name of ["Overview", "Trials", "Parameters", "Model", "Setup", "Log"]) {
    await page.getByRole("tab", { name }).click();
    await page.locator(`#panel-${name.toLowerCase()} .panel`).first().waitFor();
    if (name === "Parameters") {
      const landscape = page.getByRole("img", { name: "Two parameters together" });
      await landscape.waitFor({ timeout: 60_000 });
      const axes = page.locator("figure, section, div.panel").filter({ has: landscape }).last();
      await axes.getByRole("combobox").first().selectOption("hidden_size");
      await landscape.getByText("64", { exact: true }).waitFor();
    }
    expect(problems, name).toEqual([]);
  }
  const keep = page.getByRole("button", { name: "Keep it in my list" });
  await keep.click();
  await keep.waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Trials" }).click();
  await page.getByRole("button", { name: "Add a trial" }).click();
  await page.locator("#add-parameters").fill('{ "lr": 0.1, "momentum": 0.05, "hidden_size": 64 }');
  const problem = page.getByText("the constraint lr < momentum does not hold");
  await expect.poll(() => problem.count()).toBe(2);
  expect(problems).toEqual([]);
});

test("where drawing fails, the page says what to do and reports the error as uncaught", async () => {
  const { page, problems } = visitor;
  await page.goto("about:blank");
  await page.goto(`${server.url}#/recorded`);
  await waitForStatus(page, "done", 20_000);
  await page.evaluate(() => {
    const { toFixed } = Number.prototype;
    Number.prototype.toFixed = () => {
      Number.prototype.toFixed = toFixed;
      throw new RangeError("injected");
    };
  });
  await page.getByRole("tab", { name: "Trials" }).click();
  await page.getByRole("heading", { name: "This page could not be drawn" }).waitFor();
  expect(problems.splice(0)).toEqual(["uncaught: injected"]);
  await page.getByRole("button", { name: "Back to the start page" }).click();
  await page.getByText("Ready-made experiments").waitFor({ state: "attached" });
  expect(problems).toEqual([]);
});

test.each([
  ["the experiment page", /ExperimentPage.*\.js$/],
  ["the classes behind it", /opened.*\.js$/],
])("where %s does not load, it is tried again on request", async (_name, part) => {
  const stranger = await openVisitor(server.url, { serviceWorkers: false });
  const { page } = stranger;
  await page.route(part, (route) => route.abort());
  await page.goto(`${server.url}#/recorded`);
  await page.getByRole("heading", { name: "This part of the page did not load" }).waitFor();
  await page.unroute(part);
  await page.getByRole("button", { name: "Try again" }).click();
  await waitForStatus(page, "done", 20_000);
  await stranger.close();
});
