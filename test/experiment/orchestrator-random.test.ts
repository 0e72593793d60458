import { expect, test } from "vitest";
import type { Assessor } from "../../src/core/assessors/assessor.ts";
import { AppError, type ErrorCode } from "../../src/core/errors.ts";
import { checkJournal, isFinished, reduceJournal } from "../../src/core/journal/index.ts";
import { createRng, type Rng } from "../../src/core/math/rng.ts";
import { Bench, flush } from "./fakes.ts";

// More in the nightly run: ORCHESTRATOR_SEEDS=1000.
const seeds = Number(process.env["ORCHESTRATOR_SEEDS"] ?? 6);
const operations = 120;

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
  if (dice < 45) await pick(rng, bench.pool.busy)?.step();
  else if (dice < 52) pick(rng, bench.pool.busy)?.failWith(pick(rng, failures)!);
  else if (dice < 56) await pick(rng, bench.pool.busy)?.checkpoint();
  else if (dice < 62) await bench.clock.advance(rng.int(40_000));
  else if (dice < 67) await orchestrator.pause();
  else if (dice < 77) await orchestrator.run("user");
  else if (dice < 80) await bench.reopen();
  else if (dice < 83) await orchestrator.addTrial({ x: rng.next() });
  else if (dice < 86) await orchestrator.setLimits({ maxTrialNumber: 1 + rng.int(30) });
  else if (dice < 89) await orchestrator.setLimits({ trialConcurrency: 1 + rng.int(4) });
  else if (dice < 92 && trial) await orchestrator.killTrial(trial.number);
  else if (dice < 94 && trial && isFinished(trial.status))
    await orchestrator.trainLonger(trial.number, 1 + rng.int(3));
  else if (dice < 95) await orchestrator.stop();
  else if (dice < 97) bench.pool.available = !bench.pool.available;
  else if (dice < 98) orchestrator.checkpointAll();
  else bench.appendError = bench.appendError ? null : new AppError("storage-failed", "injected");
}

/** Failures that the page would show and go on after. */
const tolerated: readonly ErrorCode[] = ["storage-failed", "checkpoint-corrupt"];

function checkInvariants(bench: Bench): void {
  const { state } = bench.orchestrator;
  const { trials } = state;
  // What is shown is exactly what is stored, and a reader of the stored bytes accepts every event of it.
  expect(reduceJournal(checkJournal(JSON.parse(JSON.stringify(bench.journal))))).toEqual(
    JSON.parse(JSON.stringify(state)),
  );
  const busy = bench.pool.busy.map((runner) => runner.job!.trial);
  expect(new Set(busy).size, "two workers on one trial").toBe(busy.length);
  expect(busy.length).toBeLessThanOrEqual(bench.mostSlots);
  const fromTuner = trials.filter((trial) => trial.origin === "tuner");
  expect(fromTuner.length).toBeLessThanOrEqual(bench.mostTrials);
  for (const trial of trials) {
    if (trial.status === "SUCCEEDED") {
      expect(Number.isFinite(trial.final)).toBe(true);
      expect(trial.reports.at(-1)?.epoch).toBe(trial.epochs);
    } else expect(trial.final ?? null).toBeNull();
    if (trial.test) expect(trial.status).toBe("SUCCEEDED");
  }
  if (state.status === "done" && state.statusReason === "limits-reached")
    expect(trials.every((trial) => isFinished(trial.status))).toBe(true);
}

test(`${seeds} × ${operations} random operations never break what an experiment promises`, async () => {
  for (let seed = 0; seed < seeds; seed++) {
    const rng = createRng("orchestrator", seed);
    const bench = new Bench({ maxTrialNumber: 6 }, { assessor }, 3);
    const attempt = async (operation: () => Promise<void>): Promise<void> => {
      const running = operation().catch((error: unknown) => {
        if (!(error instanceof AppError) || !tolerated.includes(error.code)) throw error;
      });
      // A pause of a worker that does not obey ends only with time.
      await Promise.race([running, flush()]);
      await bench.clock.advance(rng.int(3) === 0 ? 35_000 : 0);
      await Promise.race([running, bench.clock.advance(35_000)]);
    };
    try {
      for (let i = 0; i < operations; i++) {
        bench.noteLimits();
        await attempt(() => act(bench, rng));
        bench.noteLimits();
        checkInvariants(bench);
      }
      // Left alone on a healthy machine every experiment comes to its end.
      bench.appendError = null;
      bench.pool.available = true;
      if (bench.orchestrator.state.status !== "done") await bench.orchestrator.run("user");
      for (let i = 0; i < 400 && bench.orchestrator.state.status !== "done"; i++) {
        await bench.step();
        await bench.clock.advance(5_000);
      }
      expect(bench.orchestrator.state.status).toBe("done");
      checkInvariants(bench);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}, 60_000);
