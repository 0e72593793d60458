import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { newBrowser } from "../fake-browser.ts";
import { flush } from "../fakes.ts";
import { asWritten } from "../../../src/core/words/index.ts";

test.each([
  ["pause", "paused"],
  ["stop", "done"],
] as const)("to %s while the device is looked for after a reload holds", async (act, status) => {
  const browser = await newBrowser();
  const before = await browser.openTab();
  await before.start(null, null);
  await flush();
  await before.close();
  const answer = browser.holdDevice();
  const after = await browser.openTab();
  await flush();
  await after[act]();
  answer();
  await flush();
  expect(after.state.status).toBe(status);
  expect(after.problem).toBeNull();
  expect(browser.pool.busy).toHaveLength(0);
});

test.each([
  ["pause", "idle"],
  ["stop", "done"],
] as const)("to %s while a start waits for the device calls it off", async (act, status) => {
  const browser = await newBrowser();
  const answer = browser.holdDevice();
  const session = await browser.openTab();
  const outcome = expect(session.start(null, null)).rejects.toMatchObject({ code: "aborted" });
  await flush();
  await session[act]();
  answer();
  await outcome;
  await flush();
  expect(session.state.status).toBe(status);
  expect(browser.pool.busy).toHaveLength(0);
});

test("of two starts that wait for the device only the later one counts, and calling it off is enough", async () => {
  const browser = await newBrowser();
  const answer = browser.holdDevice();
  const session = await browser.openTab();
  const outcomes = [session.start(null, null), session.start(null, null)].map((start) =>
    expect(start).rejects.toMatchObject({ code: "aborted" }),
  );
  await flush();
  await session.pause();
  answer();
  await Promise.all(outcomes);
  await flush();
  expect(session.state.status).toBe("idle");
  expect(browser.pool.busy).toHaveLength(0);
});

test("a download that goes on after a reload may be cancelled without a complaint", async () => {
  const browser = await newBrowser();
  browser.cached = false;
  browser.prepare = (signal) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () =>
        reject(new AppError("aborted", asWritten("cancelled"))),
      );
    });
  const before = await browser.openTab();
  before.start("cifar10-host", null).catch(() => undefined);
  await flush();
  await before.close();
  const after = await browser.openTab();
  await flush();
  expect(after.state.status).toBe("preparing");
  await after.stop();
  await flush();
  expect(after.state.status).toBe("idle");
  expect(after.problem).toBeNull();
});

test("a tab that becomes the writer while it reads the journal misses nothing", async () => {
  const browser = await newBrowser();
  const first = await browser.openTab();
  await first.start(null, null);
  await flush();
  // The first tab stores something and is gone between the second one's reading and its answer.
  const read = browser.store.read.bind(browser.store);
  let readings = 0;
  browser.store.read = async (...range) => {
    const events = await read(...range);
    if (readings++ > 0) return events;
    await browser.pool.busy[0]!.step();
    await first.close();
    return events;
  };
  const second = await browser.openTab();
  await flush();
  expect(second.problem).toBeNull();
  expect(second.role).toBe("writer");
  await browser.runToEnd(second);
  expect(second.state.trials.map((trial) => trial.status)).toEqual(Array(3).fill("SUCCEEDED"));
});
