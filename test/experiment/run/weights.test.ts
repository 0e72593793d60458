import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import type { EventBody, JournalEvent } from "../../../src/core/journal/events.ts";
import { reduceJournal } from "../../../src/core/journal/index.ts";
import type { ExperimentState } from "../../../src/core/journal/state.ts";
import type { Tuner } from "../../../src/core/tuners/contract/tuner.ts";
import { checkpointsToKeep } from "../../../src/experiment/run/planning.ts";
import { Bench, definition, flush, report } from "../fakes.ts";
import { asWritten } from "../../../src/core/words/index.ts";

const notes = (bench: Bench, code: string): JournalEvent[] =>
  bench.journal.filter((event) => event.type === "note" && event.code === code);

test("older weights are never tested in place of those the result was reported with", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  await bench.orchestrator.run("user");
  await flush();
  await bench.step();
  bench.pool.busy[0]!.saves = false;
  await bench.runToEnd();
  const [trial] = bench.orchestrator.state.trials;
  expect(trial).toMatchObject({ status: "SUCCEEDED", test: null, checkpoint: { epoch: 1 } });
  expect(bench.orchestrator.state.status).toBe("done");
  expect(notes(bench, "test-failed")).toHaveLength(1);
  await expect(bench.orchestrator.trainLonger(0, 2)).rejects.toMatchObject({
    code: "weights-gone",
  });
});

test("a result of an earlier epoch than the tested weights' is noted with theirs", async () => {
  const { training } = definition().config;
  const bench = new Bench({
    trialConcurrency: 1,
    maxTrialNumber: 1,
    training: { ...training, finalMetric: "best" },
  });
  bench.pool.metric = (_, epoch) => [0.2, 0.6, 0.4][epoch - 1]!;
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  expect(bench.orchestrator.state.trials[0]).toMatchObject({ final: 0.6, test: { accuracy: 0.5 } });
  expect(notes(bench, "tested-last-epoch")).toMatchObject([{ details: { epoch: 3, metric: 0.4 } }]);
});

test("a winner whose test was cut off by closing the page is tested on reopening", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 2 });
  await bench.orchestrator.run("user");
  await flush();
  for (let i = 0; i < 3; i++) await bench.step();
  bench.pool.testResult = () => new Promise(() => undefined);
  void bench.orchestrator.stop();
  await flush();
  expect(bench.orchestrator.state.status).toBe("done");
  await bench.reopen();
  bench.pool.testResult = async () => ({ accuracy: 0.5, loss: 1, images: 10 });
  expect(bench.orchestrator.owesTest).toBe(true);
  await bench.orchestrator.testBest();
  expect(bench.orchestrator.state.trials[0]?.test?.accuracy).toBe(0.5);
});

test("a test that was given up is not tried again by itself, but when the user asks", async () => {
  const bench = new Bench({ trialConcurrency: 1, maxTrialNumber: 1 });
  bench.pool.testResult = async () => {
    throw new AppError("gpu-validation", asWritten("injected"));
  };
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  await bench.clock.advance(10_000);
  await bench.reopen();
  expect(bench.orchestrator.owesTest).toBe(false);
  expect(notes(bench, "test-failed")).toHaveLength(1);
  bench.pool.testResult = async () => ({ accuracy: 0.5, loss: 1, images: 10 });
  await bench.orchestrator.testBest();
  expect(bench.orchestrator.state.trials[0]?.test?.accuracy).toBe(0.5);
});

test("after a stop and its test no worker keeps GPU memory", async () => {
  const bench = new Bench({ maxTrialNumber: 6 });
  await bench.orchestrator.run("user");
  await flush();
  for (let i = 0; i < 3; i++) await bench.step();
  await bench.orchestrator.stop();
  await flush();
  expect(bench.pool.runners.length).toBeGreaterThan(0);
  expect(bench.pool.runners.every((runner) => runner.disposed)).toBe(true);
});

test("when an error holds the experiment no worker keeps GPU memory", async () => {
  const bench = new Bench();
  await bench.orchestrator.run("user");
  await flush();
  bench.pool.busy[0]!.failWith("gpu-wrong-result");
  await flush();
  expect(bench.orchestrator.state.status).toBe("paused");
  expect(bench.pool.runners.every((runner) => runner.disposed)).toBe(true);
});

test("out of space, discarded weights are named, and nothing continues them, also after reopening", async () => {
  const bench = new Bench(
    { trialConcurrency: 1, maxTrialNumber: 3 },
    { checkpointBudgetBytes: 1e6 },
  );
  bench.pool.metric = (job) => [0.5, 0.9, 0.7][job.trial]!;
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  bench.appendError = new AppError("storage-quota", asWritten("full"));
  await expect(bench.orchestrator.note("data-source", {})).rejects.toMatchObject({
    code: "storage-quota",
  });
  bench.appendError = null;
  await bench.orchestrator.run("user");
  await flush();
  expect(notes(bench, "weights-discarded")).toMatchObject([{ details: { trials: [0, 2] } }]);
  for (let i = 0; i < 2; i++) {
    for (const trial of [0, 2])
      await expect(bench.orchestrator.trainLonger(trial, 1)).rejects.toMatchObject({
        code: "weights-gone",
      });
    const { state } = bench.orchestrator;
    const kept = state.trials.map((trial) => bench.orchestrator.weightsOf(trial));
    expect(kept).toMatchObject([null, { path: "1/1-3-0" }, null]);
    if (i === 0) await bench.reopen();
  }
});

test("a checkpoint without room takes that of the least worthy finished trial, one at a time, never the best one's", async () => {
  const bench = new Bench(
    { trialConcurrency: 1, maxTrialNumber: 4 },
    { checkpointBudgetBytes: 1e6 },
  );
  bench.pool.metric = (job) => [0.5, 0.9, 0.7, 0.1][job.trial]!;
  await bench.orchestrator.run("user");
  while (bench.orchestrator.state.trials.length < 4) await bench.step();
  const [runner] = bench.pool.busy;
  bench.discarded.splice(0);
  expect(await runner!.makeRoom(100)).toBe(true);
  expect(bench.discarded).toEqual(["0/1-3-0"]);
  expect(await runner!.makeRoom(100)).toBe(true);
  expect(bench.discarded).toEqual(["0/1-3-0", "2/1-3-0"]);
  expect(await runner!.makeRoom(100)).toBe(false);
  expect(notes(bench, "weights-discarded")).toMatchObject([
    { details: { trials: [0] } },
    { details: { trials: [2] } },
  ]);
});

test("a tuner's child whose parent's weights have gone trains anew and says so", async () => {
  const tuner: Tuner = {
    name: "Halving",
    optimizeMode: "maximize",
    suggest: (_space, history) => ({
      kind: "trial",
      parameters: { x: 0.5 },
      provenance: { source: "model" },
      ...(history.length < 2 ? {} : { continueFrom: 0 }),
    }),
  };
  const bench = new Bench(
    { trialConcurrency: 1, maxTrialNumber: 3 },
    { tuner, checkpointBudgetBytes: 0 },
  );
  bench.pool.metric = (job) => 0.1 * (job.trial + 1);
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  expect(bench.orchestrator.state.trials[2]?.reports.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(notes(bench, "parent-lost")).toMatchObject([{ details: { trial: 2, parent: 0 } }]);
});

test("weights that a tuner may still promote are kept before those of better results it has continued", () => {
  const state = journalOf([
    ...finished(0, 0.3, { budget: 1 }),
    ...finished(1, 0.2, { budget: 1 }),
    ...finished(2, 0.8, { budget: 3, continueFrom: 0 }),
    ...finished(3, 0.1, {}),
  ]);
  const kept = (budgetBytes: number): string[] =>
    checkpointsToKeep(state, "maximize", budgetBytes).map(({ path }) => path);
  expect(kept(0)).toEqual(["2"]);
  expect(kept(200)).toEqual(["2", "1"]);
  expect(kept(300)).toEqual(["2", "1", "0"]);
});

function journalOf(bodies: readonly EventBody[]): ExperimentState {
  const all: EventBody[] = [
    { type: "experiment-created", definition: definition() },
    { type: "status-changed", status: "running", reason: "user" },
    ...bodies,
  ];
  return reduceJournal(all.map((body, seq): JournalEvent => ({ seq, at: seq, ...body })));
}

function finished(
  trial: number,
  final: number,
  extra: { budget?: number; continueFrom?: number },
): EventBody[] {
  const checkpoint = { path: `${trial}`, sha256: "0", sizeBytes: 100, epoch: 1, step: 0 };
  return [
    {
      type: "trial-added",
      trial,
      parameters: {},
      origin: "tuner",
      provenance: null,
      epochs: 1,
      ...extra,
    },
    { type: "attempt-started", trial, attempt: 1 },
    { type: "epoch-finished", trial, report: report(1, final) },
    { type: "checkpoint-saved", trial, checkpoint },
    { type: "trial-ended", trial, status: "SUCCEEDED", final, durationMs: 1, reason: null },
  ];
}

test("without room for a checkpoint an experiment trains on, or pauses when it is set to, and goes on from the last one", async () => {
  const { training } = definition().config;
  for (const whenStorageIsFull of ["continue", "pause"] as const) {
    const bench = new Bench({
      trialConcurrency: 1,
      maxTrialNumber: 2,
      training: { ...training, whenStorageIsFull },
    });
    await bench.orchestrator.run("user");
    await flush();
    await bench.step();
    for (const runner of bench.pool.busy) runner.saves = false;
    await bench.step();
    const { status, error } = bench.orchestrator.state;
    if (whenStorageIsFull === "continue")
      expect({ status, error }).toMatchObject({ status: "running" });
    else {
      expect({ status, error }).toMatchObject({
        status: "paused",
        error: { code: "storage-quota" },
      });
      expect(notes(bench, "checkpoint-skipped")).toHaveLength(1);
      await bench.orchestrator.run("user");
      await flush();
      expect(bench.pool.busy.map(({ job }) => job?.from?.checkpoint.epoch)).toEqual([1]);
      for (const runner of bench.pool.busy) runner.saves = true;
    }
    await bench.runToEnd();
    const trials = bench.orchestrator.state.trials.map(({ status }) => status);
    expect(trials).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  }
});
