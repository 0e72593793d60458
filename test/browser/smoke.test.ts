import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openVisitor,
  serveBuild,
  statusOf,
  trialRows,
  waitForStatus,
  type Visitor,
} from "./harness.ts";

let server: Awaited<ReturnType<typeof serveBuild>>;
let author: Visitor;
beforeAll(async () => {
  server = await serveBuild();
  author = await openVisitor(server.url);
});
afterAll(async () => {
  await author.close();
  await server.close();
});

let finished: Awaited<ReturnType<typeof trialRows>> = [];

test("the smoke preset goes from one click to a link that shows the same best trial in a clean profile", async () => {
  const { page } = author;
  await page.goto(`${server.url}?preset=smoke`);
  const began = Date.now();
  await page.getByRole("button", { name: "Start", exact: true }).first().click();
  await waitForStatus(page, "running", 30_000);
  await waitForStatus(page, "done");
  const durationMs = Date.now() - began;
  console.log(`smoke preset: ${(durationMs / 1000).toFixed(1)} s from click to done`);
  expect(durationMs).toBeLessThan(90_000);

  const best = Number(await page.getByTestId("best-metric").getAttribute("data-metric"));
  expect(best).toBeGreaterThan(0);
  expect(best).toBeLessThanOrEqual(1);

  await page.getByRole("tab", { name: "Trials" }).click();
  const rows = await trialRows(page);
  expect(rows).toHaveLength(3);
  finished = rows;
  expect(rows.every((row) => row.status === "SUCCEEDED")).toBe(true);
  expect(best).toBe(Math.max(...rows.map((row) => row.metric)));

  await page.getByRole("button", { name: "Copy link" }).click();
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied, { timeout: 10_000 }).toContain("#");
  const url = await copied();
  expect(url.startsWith(server.url)).toBe(true);
  expect(new URL(url).search).not.toContain("experiment");

  const reader = await openVisitor(server.url, { webgpu: false });
  await reader.page.goto(url);
  await waitForStatus(reader.page, "done", 20_000);
  await expect
    .poll(() => reader.page.getByTestId("best-metric").textContent())
    .toBe(await page.getByTestId("best-metric").textContent());
  await reader.page.getByRole("tab", { name: "Trials" }).click();
  const shown = await trialRows(reader.page);
  const byTrial = (a: { trial: string }, b: { trial: string }): number =>
    Number(a.trial) - Number(b.trial);
  const brief = (list: typeof rows): unknown =>
    [...list].sort(byTrial).map(({ trial, status, metric }) => [trial, status, metric.toFixed(3)]);
  expect(brief(shown)).toEqual(brief(rows));
  expect(reader.problems).toEqual([]);
  expect(reader.foreignRequests).toEqual([]);
  await reader.close();
});

test("reloaded in the middle of a trial, the same preset goes on without a click and ends with the same numbers", async () => {
  const visitor = await openVisitor(server.url);
  const { page } = visitor;
  await page.goto(`${server.url}?preset=smoke`);
  await page.getByRole("button", { name: "Start", exact: true }).first().click();
  await waitForStatus(page, "running", 30_000);
  for (const reload of [1, 2]) {
    // One epoch of two is done: what runs now is the middle of a trial.
    await page.getByTestId("trial-row").getByText("1/2").first().waitFor({ timeout: 60_000 });
    await page.reload();
    await waitForStatus(page, "running", 10_000).catch(async (error: unknown) => {
      // A short trial may have ended the experiment in the meantime, but not after the first reload.
      if (reload === 1 || (await statusOf(page)) !== "done") throw error;
    });
  }
  await waitForStatus(page, "done");
  await page.getByRole("tab", { name: "Trials" }).click();
  expect(await trialRows(page)).toEqual(finished);
  expect(visitor.problems).toEqual([]);
  await visitor.close();
});

test("nothing went wrong in the console and nothing was asked of another origin", () => {
  expect(author.problems).toEqual([]);
  expect(author.foreignRequests).toEqual([]);
});

test("the page is isolated and its policy blocks inline scripts, eval and foreign requests", async () => {
  const { page } = author;
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const blocked = await page.evaluate(
    () =>
      new Promise<string[]>((done) => {
        const seen: string[] = [];
        document.addEventListener("securitypolicyviolation", (event) =>
          seen.push(event.effectiveDirective),
        );
        // From a timer: code that the test runs directly may use eval whatever the policy says.
        setTimeout(() => {
          try {
            (0, eval)("1");
          } catch {
            // Expected; the report is what counts.
          }
          const script = document.createElement("script");
          try {
            script.text = "window.injected = true";
            document.head.append(script);
          } catch {
            // Trusted Types refuse the assignment itself.
          }
          fetch("https://example.invalid/").catch(() => undefined);
          setTimeout(() => done(seen), 300);
        }, 0);
      }),
  );
  expect(blocked).toContain("connect-src");
  expect(blocked.some((directive) => /script|trusted/.test(directive))).toBe(true);
  expect(await page.evaluate(() => "injected" in window)).toBe(false);
  author.problems.length = 0;
});
