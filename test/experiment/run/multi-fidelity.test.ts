import { expect, test } from "vitest";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import { Bench } from "../fakes.ts";

const space = parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } });

test.each([
  ["Hyperband", { R: 9, eta: 3, optimize_mode: "maximize" }, 22],
  ["BOHB", { min_budget: 1, max_budget: 9, eta: 3 }, 22],
  ["PBTTuner", { population_size: 4 }, 16],
])(
  "%s drives real budgets, and a promoted trial continues from its parent's checkpoint",
  async (name, classArgs, maxTrialNumber) => {
    const tuner = createTuner(name, classArgs);
    const bench = new Bench(
      { trialConcurrency: 2, maxTrialNumber },
      { space, tuner, checkpointBudgetBytes: 1e6 },
    );
    const starts = new Map<number, number>();
    bench.pool.metric = (job, epoch) => {
      if (!starts.has(job.trial)) starts.set(job.trial, epoch);
      return Number(job.parameters["x"]) * (epoch / 100);
    };
    await bench.orchestrator.run("user");
    await bench.runToEnd(500);
    const { state } = bench.orchestrator;
    expect(state.status).toBe("done");
    const promoted = state.trials.filter((trial) => trial.continueFrom !== undefined);
    expect(promoted.length).toBeGreaterThan(3);
    for (const trial of state.trials) {
      expect(trial.status).toBe("SUCCEEDED");
      expect(trial.epochs).toBe(trial.budget);
      expect(trial.reports.at(-1)?.epoch).toBe(trial.budget);
    }
    for (const trial of promoted) {
      const parent = state.trials[trial.continueFrom!]!;
      expect(starts.get(trial.number)).toBe(parent.epochs + 1);
    }
  },
);
