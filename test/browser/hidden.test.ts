import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openVisitor,
  serveBuild,
  startFiles,
  tinyConfig,
  tinySpace,
  waitForStatus,
  type Visitor,
} from "./harness.ts";

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

test("training goes on in a hidden tab, and a second tab shows the experiment live without writing it", async () => {
  const { page, context } = visitor;
  await page.goto(server.url);
  await startFiles(page, tinySpace, tinyConfig("shapes10", {}, { maxTrialNumber: 5 }));
  await waitForStatus(page, "running", 60_000);

  // The injection: the page is told that it is hidden, as when another tab covers it.
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  const second = await context.newPage();
  await second.bringToFront();
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });

  await second.goto(page.url());
  await waitForStatus(second, "running", 30_000);
  expect(
    await second
      .getByText(/another tab/i)
      .first()
      .isVisible(),
  ).toBe(true);
  await waitForStatus(second, "done", 150_000);
  await waitForStatus(page, "done", 10_000);
  expect(visitor.problems).toEqual([]);
});
