import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openVisitor,
  serveBuild,
  startFiles,
  statusOf,
  tinyConfig,
  tinySpace,
  trialRows,
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
  await page.goto(server.url);
  // Epochs long enough to press a button in.
  const training = {
    ...{ trainImages: 320, validationImages: 64, testImages: 64 },
    defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 3 },
  };
  await startFiles(page, tinySpace, tinyConfig("shapes10", training, { maxTrialNumber: 2 }));
  await waitForStatus(page, "running", 60_000);
});
afterAll(async () => {
  await visitor.close();
  await server.close();
});

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const row = (trial: number): Locator =>
  page.locator(`[data-testid="trial-row"][data-trial="${trial}"]`);
const tab = (name: string): Promise<void> => page.getByRole("tab", { name }).click();
const statusOfTrial = (trial: number): Promise<string | null> =>
  row(trial).getAttribute("data-status");
/** The row below a trial with its buttons. */
async function expand(trial: number): Promise<void> {
  const toggle = row(trial).getByRole("button");
  if ((await toggle.getAttribute("aria-expanded")) !== "true") await toggle.click();
}

test("Pause stops the training, and Resume goes on with the same trial", async () => {
  await tab("Trials");
  await row(0).getByText("1/3").waitFor({ timeout: 60_000 });
  await button("Pause").click();
  await waitForStatus(page, "paused", 20_000);
  const before = await row(0).textContent();
  await page.waitForTimeout(3000);
  expect(await statusOf(page)).toBe("paused");
  expect(await row(0).textContent()).toBe(before);
  await button("Resume").click();
  await waitForStatus(page, "running", 20_000);
  await row(0)
    .getByText(/[23]\/3/)
    .waitFor({ timeout: 60_000 });
  expect(visitor.problems).toEqual([]);
});

test("Stop asks first, and Cancel goes on", async () => {
  await button("Stop").click();
  const question = page.getByRole("alertdialog");
  await question.waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Cancel");
  await button("Cancel").click();
  expect(await question.count()).toBe(0);
  await button("Stop").waitFor();
  expect(await statusOf(page)).toBe("running");
});

test("one trial is ended by hand, and one with chosen parameters joins the queue and succeeds", async () => {
  await row(1).getByText("1/3").waitFor({ timeout: 60_000 });
  await expand(1);
  await button("End this trial").click();
  await button("End this trial").click();
  await expect.poll(() => statusOfTrial(1), { timeout: 20_000 }).toBe("USER_CANCELED");

  await waitForStatus(page, "done");
  // Only a trial that finished keeps its weights.
  await button("Copy to a new trial").waitFor();
  expect(await button("Train longer").count()).toBe(0);
  expect(await button("Download weights").count()).toBe(0);
  await button("Add a trial").click();
  await page
    .locator("#add-parameters")
    .fill('{ "lr": 0.05, "optimizer": "SGD", "epochs": 2, "no_such_key": 1 }');
  await button("Add to the queue").click();
  // Refused with the reason, and what was typed is still there.
  await page.getByRole("alert").filter({ hasText: "no_such_key" }).waitFor();
  expect(await row(2).count()).toBe(0);
  expect(await page.locator("#add-parameters").inputValue()).toContain("no_such_key");
  await page.locator("#add-parameters").fill('{ "lr": 0.05, "optimizer": "SGD", "epochs": 2 }');
  await button("Add to the queue").click();
  await expect.poll(() => statusOfTrial(2), { timeout: 90_000 }).toBe("SUCCEEDED");
  expect(await row(2).textContent()).toContain("2/2");
});

test("a finished experiment runs again when its limit is raised, and its best trial trains longer", async () => {
  await waitForStatus(page, "done");
  await tab("Setup");
  // The user's own trial counts, as in NNI: three of two are submitted, four let the tuner make one more.
  await page.locator("#limit-trials").fill("4");
  await button("Apply").click();
  await waitForStatus(page, "running", 20_000);
  // On the start page the list tells the end as well.
  const address = page.url();
  await page.evaluate(() => void (location.hash = "#/"));
  const entry = page.getByRole("listitem").filter({ hasText: "tiny" }).locator(".status");
  await entry.filter({ hasText: "running" }).waitFor();
  await entry.filter({ hasText: "done" }).waitFor({ timeout: 90_000 });
  await page.goto(address);
  await waitForStatus(page, "done");
  await tab("Log");
  await page.getByText(/Limits changed: Trials: 4$/).waitFor();
  await tab("Trials");
  expect(await statusOfTrial(3)).toBe("SUCCEEDED");

  await expand(0);
  await page.getByLabel("more epochs").first().fill("1");
  await button("Train longer").first().click();
  await expect.poll(() => statusOfTrial(4), { timeout: 90_000 }).toBe("SUCCEEDED");
  expect(await row(4).textContent()).toContain("/4");
  await waitForStatus(page, "done");
});

test("the winner's weights download as safetensors with PyTorch's names", async () => {
  await tab("Model");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    button("Download weights").first().click(),
  ]);
  const bytes = readFileSync(await download.path());
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, unknown>;
  expect(header["conv1.weight"]).toMatchObject({ dtype: "F32", shape: [4, 3, 3, 3] });
  expect(header).toHaveProperty("layer1.0.bn1.running_mean");
  expect(header).toHaveProperty("linear.weight");
});

test("links and pictures ask for the clipboard in the click itself, as WebKit wants", async () => {
  await page.evaluate(() => {
    const asked: unknown[] = [];
    const { write } = Clipboard.prototype;
    Clipboard.prototype.write = function (items) {
      asked.push([window.event?.type, items[0]?.types]);
      return write.call(this, items);
    };
    Object.assign(window, { asked });
  });
  await tab("Overview");
  await button("Copy link").click();
  await page.getByText("Link copied.").waitFor();
  await page.locator("figure summary").first().click();
  await button("Copy as PNG").first().click();
  await page.getByText("Picture copied").waitFor();
  expect(await page.evaluate(() => (window as unknown as { asked: unknown }).asked)).toEqual([
    ["click", ["text/plain"]],
    ["click", ["image/png"]],
  ]);
});

test("whoever opens the link can continue the experiment or run it anew", async () => {
  const before = await trialRowsOf(page);
  await button("Copy link").click();
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied, { timeout: 10_000 }).toContain("#");
  const link = await copied();
  const reader = await openVisitor(server.url);
  await reader.page.goto(link);
  await waitForStatus(reader.page, "done", 20_000);
  const asked: string[] = [];
  // The service worker keeps every file for later; the page itself must start none of them.
  reader.context.on("request", (request) => {
    if (request.serviceWorker() === null) asked.push(request.url());
  });
  await reader.page.waitForTimeout(1500);
  expect(asked.filter((url) => url.includes("worker"))).toEqual([]);
  expect(reader.page.workers()).toEqual([]);

  await reader.page.getByRole("button", { name: "Continue it here" }).click();
  await reader.page.waitForURL(/#\/experiment\//, { timeout: 60_000 });
  await reader.page.getByTestId("trial-row").first().waitFor();
  const imported = await trialRowsOf(reader.page);
  const succeeded = (rows: typeof before): string[] =>
    rows.filter((one) => one.status === "SUCCEEDED").map((one) => one.metric.toFixed(3));
  expect(succeeded(imported)).toEqual(expect.arrayContaining(succeeded(before)));

  await reader.page.goto("about:blank");
  await reader.page.goto(link);
  await reader.page.getByRole("button", { name: "Run it here" }).click();
  await reader.page.waitForURL(/#\/experiment\//, { timeout: 60_000 });
  await reader.page.getByTestId("experiment-status").waitFor();
  expect((await trialRowsOf(reader.page)).filter((one) => one.status === "SUCCEEDED")).toEqual([]);
  expect(reader.problems).toEqual([]);
  await reader.close();
});

test("a trial keeps the tags and the note that a person gives it, and the log tells", async () => {
  await tab("Trials");
  await expand(0);
  await page.getByTestId("trial-tags").fill("small lr, again");
  await page.getByTestId("trial-note").fill("worth another look");
  await page.getByTestId("trial-note").blur();
  await tab("Log");
  await page.getByText("Tags of trial 0: small lr, again").waitFor();
  await page.getByText("Note on trial 0: worth another look").waitFor();
  await page.reload();
  await tab("Trials");
  await expand(0);
  await page.getByTestId("trial-tags").waitFor();
  expect(await page.getByTestId("trial-tags").inputValue()).toBe("small lr, again");
  expect(await page.getByTestId("trial-note").inputValue()).toBe("worth another look");
  expect(visitor.problems).toEqual([]);
});

test("a second tab may only look, until the first one looks elsewhere", async () => {
  const second = await visitor.context.newPage();
  await second.goto(page.url());
  await waitForStatus(second, "done", 20_000);
  await second.getByRole("tab", { name: "Trials" }).click();
  await second.getByTestId("trial-row").first().waitFor();
  const add = second.getByRole("button", { name: "Add a trial" });
  expect(await add.count()).toBe(0);
  // What another tab has open is not offered for deletion.
  await second.evaluate(() => void (location.hash = "#/"));
  await second.getByText("in another tab").waitFor();
  expect(await second.getByRole("button", { name: "Delete tiny" }).isDisabled()).toBe(true);
  await second.goBack();
  await second.getByTestId("trial-row").first().waitFor();
  await page.evaluate(() => void (location.hash = "#/"));
  await add.waitFor({ timeout: 10_000 });
  // Now the first one comes second.
  await page.goBack();
  await waitForStatus(page, "done", 20_000);
  await tab("Trials");
  await row(0).waitFor();
  expect(await button("Add a trial").count()).toBe(0);
  await second.close();
  await button("Add a trial").waitFor({ timeout: 10_000 });
});

test("going back to a deleted experiment says that there is none, not that something is damaged", async () => {
  await page.evaluate(() => void (location.hash = "#/"));
  await button("Delete tiny").click();
  await button("Delete").click();
  await page.getByText("None yet.").waitFor();
  await page.goBack();
  await page.getByText("There is no such experiment").waitFor();
  expect(await page.getByTestId("repairs").count()).toBe(0);
});

test("nothing went wrong in the console", () => {
  expect(visitor.problems).toEqual([]);
});

async function trialRowsOf(where: Page): Promise<Awaited<ReturnType<typeof trialRows>>> {
  await where.getByRole("tab", { name: "Trials" }).click();
  return trialRows(where);
}
