import { expect, test } from "vitest";
import type { Assessor } from "../../../src/core/assessors/assessor.ts";
import { AppError } from "../../../src/core/errors.ts";
import { factExamples } from "../../core/facts/examples.ts";
import { Bench, flush } from "../fakes.ts";
import { asWritten } from "../../../src/core/words/index.ts";

test("an experiment creates as many trials as allowed, tests the winner once and is done", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  const { state } = bench.orchestrator;
  expect(state.status).toBe("done");
  expect(state.statusReason).toBe("limits-reached");
  expect(bench.statuses()).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
  const best = Math.max(...state.trials.map((trial) => trial.final!));
  const tested = state.trials.filter((trial) => trial.test !== null);
  expect(tested.map((trial) => trial.final)).toEqual([best]);
  expect(bench.journal.filter((event) => event.type === "test-finished")).toHaveLength(1);
});

test("no more trials run at once than the configuration and the device allow", async () => {
  const bench = new Bench({ trialConcurrency: 4, maxTrialNumber: 9 }, {}, 3);
  await bench.orchestrator.run("user");
  await flush();
  expect(bench.orchestrator.slots).toBe(3);
  expect(bench.pool.busy).toHaveLength(3);
});

test("the same seed and order of events give the same suggestions, also after the page was closed", async () => {
  const whole = new Bench({ trialConcurrency: 1 });
  await whole.orchestrator.run("user");
  await whole.runToEnd();
  const broken = new Bench({ trialConcurrency: 1 });
  await broken.orchestrator.run("user");
  for (let i = 0; i < 4; i++) {
    await broken.step();
    await broken.reopen();
  }
  await broken.runToEnd();
  const drawn = (bench: Bench): unknown =>
    bench.orchestrator.state.trials.map(({ parameters, final }) => [parameters, final]);
  expect(drawn(broken)).toEqual(drawn(whole));
});

test("a reopened experiment continues running trials from their last checkpoint", async () => {
  const bench = new Bench({ trialConcurrency: 1 });
  await bench.orchestrator.run("user");
  await flush();
  await bench.step();
  await bench.reopen();
  expect(bench.pool.busy[0]?.job?.from).toMatchObject({ own: true, checkpoint: { epoch: 1 } });
  expect(bench.pool.busy[0]?.job?.attempt).toBe(2);
});

test("pause saves a checkpoint of every running trial and resume goes on from there", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await flush();
  await bench.step();
  await bench.orchestrator.pause();
  expect(bench.orchestrator.state.status).toBe("paused");
  expect(bench.pool.busy).toHaveLength(0);
  expect(bench.orchestrator.state.trials.map((trial) => trial.checkpoint?.step)).toEqual([1, 1]);
  await bench.orchestrator.run("user");
  await flush();
  expect(bench.pool.busy.map((runner) => runner.job?.from?.checkpoint.step)).toEqual([1, 1]);
  await bench.runToEnd();
  expect(bench.statuses()).toEqual(Array(4).fill("SUCCEEDED"));
});

test("a worker that does not obey a pause is terminated after half a minute", async () => {
  const bench = new Bench({ trialConcurrency: 1 });
  await bench.orchestrator.run("user");
  await flush();
  bench.pool.busy[0]!.obeys = false;
  const paused = bench.orchestrator.pause();
  await flush();
  await bench.clock.advance(30_000);
  await paused;
  expect(bench.pool.runners.every((runner) => runner.disposed)).toBe(true);
  expect(bench.statuses()).toEqual(["RUNNING"]);
});

test("stop cancels open trials, ends the experiment and tests the best one", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await flush();
  for (let i = 0; i < 3; i++) await bench.step();
  await bench.orchestrator.stop();
  const { state } = bench.orchestrator;
  expect(state.status).toBe("done");
  expect(bench.statuses()).toEqual(["SUCCEEDED", "SUCCEEDED", "USER_CANCELED", "USER_CANCELED"]);
  expect(state.trials.filter((trial) => trial.test)).toHaveLength(1);
});

test("a killed trial frees its slot for the next one", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await flush();
  await bench.orchestrator.killTrial(0);
  await flush();
  expect(bench.statuses()).toEqual(["USER_CANCELED", "RUNNING", "RUNNING"]);
  expect(bench.pool.busy.map((runner) => runner.job?.trial).sort()).toEqual([1, 2]);
});

test("raising the limit of a finished experiment lets it run again", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  await bench.orchestrator.setLimits({ maxTrialNumber: 6 });
  expect(bench.orchestrator.state.status).toBe("running");
  await bench.runToEnd();
  expect(bench.orchestrator.state.trials).toHaveLength(6);
  expect(bench.orchestrator.state.status).toBe("done");
});

test("limits that are lowered or stay as they are leave a stopped experiment ended", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 3, maxDurationMs: 60_000 });
  await bench.orchestrator.run("user");
  await flush();
  await bench.orchestrator.stop();
  for (const limits of [
    { maxTrialNumber: 2 },
    { maxTrialNumber: 2, trialConcurrency: 1, maxDurationMs: 60_000 },
    { trialConcurrency: 2, maxDurationMs: 50_000 },
  ]) {
    await bench.orchestrator.setLimits(limits);
    expect(bench.orchestrator.state).toMatchObject({ status: "done", ...limits });
  }
  expect(bench.statuses()).toEqual(["USER_CANCELED"]);
  await bench.orchestrator.setLimits({ maxDurationMs: null });
  expect(bench.orchestrator.state.statusReason).toBe("limits-raised");
});

test("the time limit stops the creation of trials, not the trials", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 100, maxDurationMs: 5_000 });
  await bench.orchestrator.run("user");
  await flush();
  await bench.clock.advance(6_000);
  await bench.runToEnd();
  expect(bench.statuses()).toEqual(["SUCCEEDED"]);
  expect(bench.orchestrator.state.statusReason).toBe("limits-reached");
});

test("an early-stopped trial frees its slot, keeps what the assessor said and never becomes best", async () => {
  const facts = [factExamples["below-median"]];
  const assessor: Assessor = {
    name: "Strict",
    assess: (trial) => ({
      decision: trial.number === 0 ? "stop" : "continue",
      reason: "too slow",
      facts,
    }),
  };
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 2 }, { assessor });
  bench.pool.metric = (job) => (job.trial === 0 ? 0.9 : 0.1);
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  expect(bench.statuses()).toEqual(["EARLY_STOPPED", "SUCCEEDED"]);
  expect(bench.orchestrator.state.trials[0]).toMatchObject({
    ...{ reason: "too slow", facts, final: null },
  });
  expect(bench.orchestrator.state.trials[1]?.test).not.toBeNull();
});

test("a tuner that waits is asked again when something has finished, and an exhausted space ends the experiment", async () => {
  let asked = 0;
  const bench = new Bench(
    { maxTrialNumber: 50 },
    {
      tuner: {
        name: "Shy",
        optimizeMode: "maximize",
        suggest(_space, history) {
          asked++;
          if (history.length >= 3)
            throw new AppError("search-space-exhausted", asWritten("nothing left"));
          if (history.some((trial) => trial.status === "RUNNING"))
            return { kind: "wait", reason: "one at a time" };
          return {
            kind: "trial",
            parameters: { x: history.length },
            provenance: { source: "grid" },
          };
        },
      },
    },
  );
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  expect(asked).toBeGreaterThan(4);
  expect(bench.orchestrator.state.trials.map((trial) => trial.parameters["x"])).toEqual([0, 1, 2]);
  expect(bench.orchestrator.state.statusReason).toBe("exhausted");
});

test("a tuner's budget sets the epochs and its parent's checkpoint is handed over", async () => {
  const bench = new Bench(
    { trialConcurrency: 1, maxTrialNumber: 2 },
    {
      tuner: {
        name: "Halving",
        optimizeMode: "maximize",
        suggest: (_space, history) => ({
          kind: "trial",
          parameters: { x: 0.5 },
          provenance: { source: "model" },
          budget: history.length === 0 ? 1 : 4,
          ...(history.length === 0 ? {} : { continueFrom: 0 }),
        }),
      },
    },
  );
  await bench.orchestrator.run("user");
  await flush();
  await bench.step();
  expect(bench.pool.busy[0]?.job).toMatchObject({
    trial: 1,
    epochs: 4,
    from: { own: false, checkpoint: { epoch: 1 } },
  });
  await bench.runToEnd();
  expect(bench.orchestrator.state.trials[1]?.reports.map((r) => r.epoch)).toEqual([2, 3, 4]);
});

test("training longer continues the weights as a new trial that the limit does not count", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  await bench.orchestrator.trainLonger(0, 2);
  await flush();
  expect(bench.orchestrator.state.status).toBe("running");
  expect(bench.pool.busy[0]?.job).toMatchObject({ trial: 1, epochs: 5, from: { own: false } });
  await bench.runToEnd();
  expect(bench.orchestrator.state.trials[1]).toMatchObject({
    status: "SUCCEEDED",
    origin: "longer",
  });
});

test("a repeated effective configuration is noted with the trial it repeats", async () => {
  const bench = new Bench({ trialConcurrency: 1 });
  await bench.orchestrator.addTrial({ x: 0.25 });
  await bench.orchestrator.addTrial({ x: 0.25 });
  expect(bench.journal.at(-1)).toMatchObject({
    type: "note",
    code: "duplicate-configuration",
    details: { trial: 1, of: 0 },
  });
});

test("a journal that cannot be written stops everything and says why", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await flush();
  bench.appendError = new AppError("storage-failed", asWritten("the disk is gone"));
  await bench.step();
  expect(bench.orchestrator.problem?.code).toBe("storage-failed");
  expect(bench.pool.busy).toHaveLength(0);
  bench.appendError = null;
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  expect(bench.orchestrator.problem).toBeNull();
  expect(bench.orchestrator.state.status).toBe("done");
});

test("weights of finished trials are discarded beyond the budget, the best one's never", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 3 });
  bench.pool.metric = (job) => [0.5, 0.9, 0.7][job.trial]!;
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  const best = bench.orchestrator.state.trials[1]!.checkpoint!.path;
  expect(bench.discarded).not.toContain(best);
  expect(bench.discarded).toContain(bench.orchestrator.state.trials[0]!.checkpoint!.path);
});

test("a winner that cannot be tested is noted and the experiment still ends", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  bench.pool.testResult = async () => {
    throw new AppError("dataset-unavailable", asWritten("no test images"));
  };
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  await bench.clock.advance(10_000);
  expect(bench.orchestrator.state.status).toBe("done");
  expect(bench.journal.some((event) => event.type === "note" && event.code === "test-failed")).toBe(
    true,
  );
});
