import { expect, test } from "vitest";
import { defaultTrainingSettings } from "../../../src/core/config/types.ts";
import { AppError } from "../../../src/core/errors.ts";
import { checkExperiment } from "../../../src/experiment/draft/checked-experiment.ts";
import { checkTrial } from "../../../src/experiment/draft/drafts.ts";
import { Browser, newBrowser } from "../fake-browser.ts";
import { definition, flush } from "../fakes.ts";
import { asWritten } from "../../../src/core/words/index.ts";

test("the second tab watches live, may not write, and takes over when the first closes", async () => {
  const browser = await newBrowser();
  const [first, second] = [await browser.openTab(), await browser.openTab()];
  expect([first.role, second.role]).toEqual(["writer", "viewer"]);
  await first.start(null, null);
  await flush();
  await browser.pool.busy[0]!.step();
  await browser.clock.advance(500);
  expect(second.state.trials[0]?.reports).toHaveLength(1);
  expect(second.live.get(0)?.phase).toBe("starting");
  await expect(second.pause()).rejects.toMatchObject({ code: "not-writer" });
  await first.close();
  await flush();
  expect(second.role).toBe("writer");
  expect(browser.pool.busy[0]?.job?.from).toMatchObject({ own: true });
  await browser.runToEnd(second);
  expect(second.state.trials.map((trial) => trial.status)).toEqual(Array(3).fill("SUCCEEDED"));
  expect((await browser.store.get("e1"))?.summary).toMatchObject({ status: "done" });
});

test("a running experiment goes on by itself when it is opened again", async () => {
  const browser = await newBrowser();
  const before = await browser.openTab();
  await before.start(null, null);
  await flush();
  await browser.pool.busy[0]!.step();
  await before.close();
  const after = await browser.openTab();
  await flush();
  expect(after.state.status).toBe("running");
  expect(browser.pool.busy).toHaveLength(1);
});

test("a trial during whose attempts the page died three times is given up, and the others are trained", async () => {
  const browser = await newBrowser();
  const first = await browser.openTab();
  await first.start(null, null);
  await flush();
  let last = first;
  for (let death = 0; death < 3; death++) {
    expect(browser.pool.busy[0]?.job).toMatchObject({ trial: 0, attempt: death + 1 });
    browser.crash();
    last = await browser.openTab();
    await flush();
  }
  expect(last.state.trials[0]).toMatchObject({ status: "FAILED", error: { code: "worker-died" } });
  expect(browser.pool.busy[0]?.job?.trial).toBe(1);
  await browser.runToEnd(last);
  expect(last.state.status).toBe("done");
});

test("a page that is closed in good order costs no attempt, however often", async () => {
  const browser = await newBrowser();
  let session = await browser.openTab();
  await session.start(null, null);
  await flush();
  for (let visit = 0; visit < 5; visit++) {
    session.leave(true);
    browser.crash();
    session = await browser.openTab();
    await flush();
  }
  expect(session.state.trials[0]?.status).toBe("RUNNING");
  expect(browser.pool.busy[0]?.job).toMatchObject({ trial: 0, attempt: 6 });
});

test("missing data is prepared first, and cancelling the download leaves the experiment as it was", async () => {
  const browser = await newBrowser();
  browser.cached = false;
  browser.prepare = (signal, _request, onProgress) =>
    new Promise((_, reject) => {
      onProgress({ phase: "downloading", doneBytes: 1, totalBytes: 2, remainingMs: null });
      signal.addEventListener("abort", () =>
        reject(new AppError("aborted", asWritten("cancelled"))),
      );
    });
  const session = await browser.openTab();
  const started = session.start("cifar10-host", null);
  const outcome = expect(started).rejects.toMatchObject({ code: "aborted" });
  await flush();
  expect(session.state.status).toBe("preparing");
  expect(session.dataProgress?.doneBytes).toBe(1);
  await session.stop();
  await outcome;
  expect(session.state.status).toBe("idle");
  expect(session.dataProgress).toBeNull();
});

test("without data and without a source nothing starts", async () => {
  const browser = await newBrowser();
  browser.cached = false;
  const session = await browser.openTab();
  await expect(session.start(null, null)).rejects.toMatchObject({ code: "dataset-unavailable" });
  expect(session.state.status).toBe("idle");
});

test("a finished experiment whose images are gone gets them again before a raised limit adds a trial", async () => {
  const browser = await newBrowser();
  const asked: string[] = [];
  browser.cached = false;
  browser.prepare = async (_signal, { sourceId: source }) => {
    asked.push(source);
    browser.cached = true;
  };
  const session = await browser.openTab();
  await session.start("cifar10-host", null);
  await browser.runToEnd(session);
  browser.cached = false;
  await session.setLimits({ maxTrialNumber: 4 });
  expect(asked).toEqual(["cifar10-host", "cifar10-host"]);
  await browser.runToEnd(session);
  expect(session.state.trials.map((trial) => trial.status)).toEqual(Array(4).fill("SUCCEEDED"));
});

test("a lowered limit of a stopped experiment neither gets its images again nor trains", async () => {
  const browser = await newBrowser();
  const session = await browser.openTab();
  await session.start(null, null);
  await flush();
  await session.stop();
  browser.cached = false;
  browser.prepare = () =>
    Promise.reject(new AppError("download-failed", asWritten("not asked for")));
  await session.setLimits({ maxTrialNumber: 2 });
  expect(session.state).toMatchObject({ status: "done", maxTrialNumber: 2 });
});

test("a trial with a key that no network reads is refused before anything is written", async () => {
  const browser = await newBrowser();
  const session = await browser.openTab();
  await expect(session.addTrial({ nonsense: 1 })).rejects.toMatchObject({
    code: "parameter-invalid",
  });
  expect(session.state.trials).toEqual([]);
});

test("a trial whose batch is larger than the images to train on cannot be added", () => {
  const training = { ...defaultTrainingSettings, trainImages: 96, validationImages: 32 };
  const experiment = checkExperiment(definition({ training }));
  expect(() => checkTrial(experiment, { batch_size: 64 })).not.toThrow();
  expect(() => checkTrial(experiment, { batch_size: 65 })).toThrow(/cannot be filled with the 64/);
  expect(() => checkTrial(experiment, {})).toThrow(/cannot be filled/);
});

test("a trial that the device has no room for is refused before anything is written, with the largest batch that fits", async () => {
  const browser = await newBrowser();
  // 64 channels of 32x32 floats are 256 KiB an image.
  browser.device = { ...browser.device, maxBufferBytes: 100 * 2 ** 18 };
  const session = await browser.openTab();
  await expect(session.addTrial({ lr: 0.1, batch_size: 101 })).rejects.toMatchObject({
    code: "network-too-large",
    details: { batchSize: 101, largestBatchSize: 100 },
  });
  expect(session.state.trials).toEqual([]);
  await session.addTrial({ lr: 0.1, batch_size: 100 });
  expect(session.state.trials).toHaveLength(1);
  await session.close();
});

test("weights that are gone are offered in no tab, and whoever asks for them is told so", async () => {
  const browser = await newBrowser();
  const [writer, viewer] = [await browser.openTab(), await browser.openTab()];
  await writer.start(null, null);
  await flush();
  for (let epoch = 0; epoch < 3; epoch++) {
    await browser.pool.busy[0]!.step();
    await flush();
  }
  await writer.killTrial(1);
  await flush();
  expect(writer.state.trials[1]).toMatchObject({
    status: "USER_CANCELED",
    checkpoint: { epoch: 1 },
  });
  for (const session of [writer, viewer]) {
    expect([0, 1, 9].map((trial) => session.keepsWeights(trial))).toEqual([true, false, false]);
    await expect(session.weights(1)).rejects.toMatchObject({ code: "weights-gone" });
  }
  await expect(writer.trainLonger(1, 1)).rejects.toMatchObject({ code: "weights-gone" });
  await writer.close();
});

test("experiments closed one after another leave no lock, listener or worker behind", async () => {
  const browser = await newBrowser();
  for (let visit = 0; visit < 20; visit++) {
    const [writer, viewer] = [await browser.openTab(), await browser.openTab()];
    await writer.start(null, null);
    await flush();
    expect(browser.inUse).toBeGreaterThanOrEqual(3);
    await viewer.close();
    await writer.close();
    await flush();
    expect(browser.inUse).toBe(0);
  }
});

test("an unknown experiment is refused and leaves no lock behind", async () => {
  const browser = new Browser();
  for (let i = 0; i < 2; i++)
    await expect(browser.openTab()).rejects.toMatchObject({ code: "experiment-unknown" });
});

test("a winner left untested when the page was closed is tested when the experiment is opened again", async () => {
  const browser = new Browser();
  await browser.create();
  browser.pool.testResult = () => new Promise(() => undefined);
  const session = await browser.openTab();
  await session.start(null, null);
  await flush();
  for (let i = 0; i < 2; i++) {
    await browser.pool.busy[0]!.step();
    await flush();
  }
  const stopping = session.stop();
  await flush();
  await session.close();
  void stopping;
  browser.pool.testResult = async () => ({ accuracy: 0.5, loss: 1, images: 10 });
  const reopened = await browser.openTab();
  await flush();
  expect(reopened.state.status).toBe("done");
  expect(reopened.state.trials[0]?.test?.accuracy).toBe(0.5);
});

test("a session nobody looks at closes at once when nothing goes on in it, and another tab may write", async () => {
  const browser = await newBrowser();
  const [first, second] = [await browser.openTab(), await browser.openTab()];
  first.retain();
  first.release();
  await flush();
  expect(second.role).toBe("viewer");
  first.release();
  await flush();
  expect(second.role).toBe("writer");
});

test("a session nobody looks at trains to the end, and then closes", async () => {
  const browser = await newBrowser();
  const session = await browser.openTab();
  const release = browser.holdDevice();
  const started = session.start(null, null);
  session.release();
  release();
  await started;
  await browser.runToEnd(session);
  await flush();
  expect(session.state.status).toBe("done");
  expect(session.state.trials.map((trial) => trial.status)).toEqual(Array(3).fill("SUCCEEDED"));
  expect(browser.inUse).toBe(0);
});

test("a paused session nobody looks at gives its workers back, and goes on when it is opened again", async () => {
  const browser = await newBrowser();
  const before = await browser.openTab();
  await before.start(null, null);
  await flush();
  await browser.pool.busy[0]!.step();
  before.release();
  await before.pause();
  await flush();
  expect(browser.inUse).toBe(0);
  const after = await browser.openTab();
  await after.resume();
  await flush();
  expect(browser.pool.busy[0]?.job?.from).toMatchObject({ own: true });
  await browser.runToEnd(after);
  expect(after.state.status).toBe("done");
});
