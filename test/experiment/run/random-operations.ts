import assert from "node:assert/strict";
import type { Assessor } from "../../../src/core/assessors/assessor.ts";
import { AppError, type ErrorCode } from "../../../src/core/errors.ts";
import {
  bestTrial,
  checkJournal,
  isFinished,
  reduceJournal,
} from "../../../src/core/journal/index.ts";
import type { TrialState } from "../../../src/core/journal/state.ts";
import { createRng, type Rng } from "../../../src/core/math/rng.ts";
import { Bench, definition, flush } from "../fakes.ts";
import { asWritten } from "../../../src/core/words/index.ts";

const failures: readonly ErrorCode[] = [
  "gpu-lost",
  "worker-died",
  "worker-timeout",
  "diverged",
  "gpu-unavailable",
  "checkpoint-corrupt",
  "gpu-validation",
  "internal",
];

const assessor: Assessor = {
  name: "Coin",
  assess: (_trial, _history, rng) => ({
    decision: rng.next() < 0.1 ? "stop" : "continue",
    reason: "the coin said so",
  }),
};

const pick = <T>(rng: Rng, list: readonly T[]): T | undefined =>
  list.length === 0 ? undefined : list[rng.int(list.length)];

/** One random thing that users, workers or the world do. */
async function act(bench: Bench, rng: Rng): Promise<void> {
  const { orchestrator } = bench;
  const trial = pick(rng, orchestrator.state.trials);
  const dice = rng.int(100);
  if (dice < 43) await pick(rng, bench.pool.busy)?.step();
  else if (dice < 50) pick(rng, bench.pool.busy)?.failWith(pick(rng, failures)!);
  else if (dice < 54) await pick(rng, bench.pool.busy)?.checkpoint();
  else if (dice < 60) await bench.clock.advance(rng.int(40_000));
  else if (dice < 65) await orchestrator.pause();
  else if (dice < 75) await orchestrator.run("user");
  else if (dice < 77) await bench.reopen();
  else if (dice < 80) bench.crash = rng.int(2) === 0 ? "before" : "after";
  else if (dice < 83) await orchestrator.addTrial({ x: rng.next() });
  else if (dice < 86) await orchestrator.setLimits({ maxTrialNumber: 1 + rng.int(30) });
  else if (dice < 89) await orchestrator.setLimits({ trialConcurrency: 1 + rng.int(4) });
  else if (dice < 92 && trial) await orchestrator.killTrial(trial.number);
  else if (dice < 94 && trial && isFinished(trial.status))
    await orchestrator.trainLonger(trial.number, 1 + rng.int(3));
  else if (dice < 95) await orchestrator.stop();
  else if (dice < 96) bench.pool.available = !bench.pool.available;
  else if (dice < 97) {
    const runner = pick(rng, bench.pool.busy);
    if (runner) runner.saves = !runner.saves;
  } else if (dice < 98) orchestrator.checkpointAll();
  else
    bench.appendError = bench.appendError
      ? null
      : new AppError("storage-failed", asWritten("injected"));
}

/** Failures that the page would show and go on after. */
const tolerated: readonly ErrorCode[] = ["storage-failed", "weights-gone"];

/** What holds after every operation. @param before the trials as they were before it */
function checkStep(bench: Bench, before: readonly TrialState[]): void {
  const { trials, status, statusReason } = bench.orchestrator.state;
  const busy = bench.pool.busy.map((runner) => runner.job!.trial);
  assert.equal(new Set(busy).size, busy.length, "two workers on one trial");
  assert.ok(busy.length <= bench.mostSlots, "more workers than slots");
  const fromTuner = trials.filter((trial) => trial.origin === "tuner");
  assert.ok(fromTuner.length <= bench.mostTrials, "more trials than allowed");
  assert.ok(trials.length >= before.length, "a trial has vanished");
  for (const [number, trial] of trials.entries()) {
    assert.equal(trial.number, number, "trial numbers have a gap or a duplicate");
    if (trial.status === "SUCCEEDED") {
      assert.ok(Number.isFinite(trial.final), "succeeded without a result");
      assert.equal(trial.reports.at(-1)?.epoch, trial.epochs, "succeeded before its last epoch");
    } else assert.equal(trial.final ?? null, null, "a result of a trial that did not succeed");
    if (trial.test) assert.equal(trial.status, "SUCCEEDED", "a test of an unfinished trial");
    checkTransition(before[number], trial);
  }
  checkBest(trials);
  if (status === "done" && statusReason === "limits-reached")
    assert.ok(
      trials.every((trial) => isFinished(trial.status)),
      "done with open trials",
    );
}

/** A finished trial never changes again but for its test; an open one only moves forward. */
function checkTransition(before: TrialState | undefined, now: TrialState): void {
  if (!before || before === now) return;
  assert.deepEqual(now.parameters, before.parameters, "parameters have changed");
  assert.ok(now.attempt >= before.attempt, "an attempt has been forgotten");
  if (!isFinished(before.status)) return;
  const { checkpoint: _old, test: _oldTest, ...was } = before;
  const { checkpoint: _new, test: _newTest, ...is } = now;
  assert.deepEqual(is, was, "a finished trial has changed");
}

function checkBest(trials: readonly TrialState[]): void {
  const results = trials.flatMap((trial) =>
    trial.status === "SUCCEEDED" ? [Number(trial.final)] : [],
  );
  const best = bestTrial(trials, "maximize");
  assert.equal(best?.final ?? -1, results.length > 0 ? Math.max(...results) : -1, "wrong best");
}

/** What is shown is exactly what is stored, and a reader of the stored bytes accepts every event of it. */
function checkStored(bench: Bench): void {
  const stored = checkJournal(JSON.parse(JSON.stringify(bench.journal)));
  const state: unknown = JSON.parse(JSON.stringify(bench.orchestrator.state));
  assert.deepEqual(reduceJournal(stored), state, "shown and stored differ");
}

/** Runs random operations, tabs that die in the middle of a commit among them, on an orchestrator with fake workers and a
 *  fake store, and then lets the experiment come to its end.
 *  @throws AssertionError that names the seed and the operation */
export async function runRandomOperations(seed: number, operations: number): Promise<void> {
  const rng = createRng("orchestrator", seed);
  const whenStorageIsFull = seed % 2 === 0 ? "continue" : "pause";
  const training = { ...definition().config.training, whenStorageIsFull } as const;
  const bench = new Bench({ maxTrialNumber: 6, training }, { assessor }, 3);
  let operation = 0;
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    const running = act().catch((error: unknown) => {
      if (!(error instanceof AppError) || !tolerated.includes(error.code)) throw error;
    });
    // A pause of a worker that does not obey ends only with time, and nothing ends in a tab that is dead.
    await Promise.race([running, flush()]);
    await bench.clock.advance(rng.int(3) === 0 ? 35_000 : 0);
    await Promise.race([running, bench.clock.advance(35_000)]);
    if (bench.crashed) await bench.reopen();
  };
  try {
    for (; operation < operations; operation++) {
      const before = bench.orchestrator.state.trials;
      bench.noteLimits();
      await attempt(() => act(bench, rng));
      bench.noteLimits();
      checkStep(bench, before);
      if (operation % 20 === 0) checkStored(bench);
    }
    // Left alone on a healthy machine every experiment comes to its end.
    bench.appendError = null;
    bench.crash = null;
    bench.pool.available = true;
    for (const runner of bench.pool.runners) runner.saves = true;
    if (bench.orchestrator.state.status !== "done") await bench.orchestrator.run("user");
    for (let i = 0; i < 400 && bench.orchestrator.state.status !== "done"; i++) {
      await bench.step();
      await bench.clock.advance(5_000);
    }
    assert.equal(bench.orchestrator.state.status, "done", "it does not come to its end");
    checkStep(bench, []);
    checkStored(bench);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}, operation ${operation} of ${operations}: ${reason}`, {
      cause: error,
    });
  }
}
