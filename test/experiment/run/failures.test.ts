import { expect, test } from "vitest";
import { Bench, flush } from "../fakes.ts";

test("a trial fails after three attempts without progress and the experiment goes on", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 2 });
  await bench.orchestrator.run("user");
  for (let attempt = 1; attempt <= 3; attempt++) {
    await bench.clock.advance(5_000);
    expect(bench.pool.busy[0]?.job).toMatchObject({ trial: 0, attempt });
    bench.pool.busy[0]!.failWith("gpu-lost");
    await flush();
  }
  await bench.runToEnd();
  expect(bench.statuses()).toEqual(["FAILED", "SUCCEEDED"]);
  expect(bench.orchestrator.state.trials[0]?.error?.code).toBe("gpu-lost");
});

test("reloading the page a few times in the first seconds of a trial does not fail it", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  await bench.orchestrator.run("user");
  await flush();
  for (let i = 0; i < 5; i++) await bench.reopen();
  expect(bench.statuses()).toEqual(["RUNNING"]);
  await bench.runToEnd();
  expect(bench.statuses()).toEqual(["SUCCEEDED"]);
});

test("a tab that dies in every attempt fails the trial instead of crashing for ever", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 2 });
  await bench.orchestrator.run("user");
  await flush();
  for (let i = 0; i < 10; i++) await bench.reopen();
  expect(bench.statuses()).toEqual(["FAILED", "RUNNING"]);
  expect(bench.orchestrator.state.trials[0]?.error?.code).toBe("worker-died");
});

test("a tab that dies again and again fails nothing as long as each visit gets further", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  await bench.orchestrator.run("user");
  await flush();
  for (let step = 3; step < 20; step++) {
    const runner = bench.pool.busy[0]!;
    await runner.checkpoint();
    await runner.stop(true).catch(() => undefined);
    await flush();
    await bench.step();
    if (bench.orchestrator.state.status === "done") break;
    await bench.reopen();
  }
  expect(bench.statuses()).not.toContain("FAILED");
});

test("divergence ends a trial at once, and a report that is not a number counts as divergence", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 2 });
  bench.pool.metric = (job, epoch) => (job.trial === 0 && epoch === 2 ? NaN : 0.5);
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  expect(bench.statuses()).toEqual(["FAILED", "SUCCEEDED"]);
  expect(bench.orchestrator.state.trials[0]).toMatchObject({
    attempt: 1,
    error: { code: "diverged" },
  });
  expect(bench.orchestrator.state.trials[0]?.intermediates).toEqual([0.5]);
});

test("without an adapter a trial waits for the GPU with growing pauses and loses no attempt", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  bench.pool.available = false;
  await bench.orchestrator.run("user");
  await bench.clock.advance(60_000);
  expect(bench.orchestrator.live.get(0)?.phase).toBe("waiting-for-gpu");
  expect(bench.pool.asked).toBeGreaterThan(10);
  expect(bench.pool.asked).toBeLessThan(20);
  expect(bench.journal.some((event) => event.type === "attempt-started")).toBe(false);
  bench.pool.available = true;
  await bench.clock.advance(5_000);
  expect(bench.pool.busy).toHaveLength(1);
  await bench.runToEnd();
  expect(bench.statuses()).toEqual(["SUCCEEDED"]);
});

test("a worker that cannot be made fails the trial after three attempts", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  bench.pool.broken = true;
  await bench.orchestrator.run("user");
  await bench.clock.advance(10_000);
  expect(bench.statuses()).toEqual(["FAILED"]);
  expect(bench.orchestrator.state.trials[0]).toMatchObject({
    attempt: 3,
    error: { code: "worker-died" },
  });
});

test("a damaged checkpoint is not used again", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  await bench.orchestrator.run("user");
  await flush();
  await bench.step();
  await bench.reopen();
  bench.pool.busy[0]!.failWith("checkpoint-corrupt");
  await flush();
  await bench.clock.advance(1000);
  expect(bench.pool.busy[0]?.job?.from).toBeNull();
  await bench.runToEnd();
  expect(bench.orchestrator.state.trials[0]?.reports.map((r) => r.epoch)).toEqual([1, 2, 3]);
});

test("missing data holds the experiment instead of failing its trials", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await flush();
  bench.pool.busy[0]!.failWith("dataset-unavailable");
  await flush();
  expect(bench.orchestrator.state.status).toBe("paused");
  expect(bench.orchestrator.state.error?.code).toBe("dataset-unavailable");
  expect(bench.statuses()).not.toContain("FAILED");
});
