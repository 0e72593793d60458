import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { assessorCatalogue, findAssessor } from "../../../src/core/assessors/index.ts";
import type { AlgorithmConfig, ExperimentConfig } from "../../../src/core/config/types.ts";
import { toErrorRecord } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { tunerCatalogue } from "../../../src/core/tuners/index.ts";
import { createAlgorithms } from "../../../src/experiment/run/algorithms.ts";
import type { ExperimentDraft } from "../../../src/experiment/api.ts";
import { checkDraft } from "../../../src/experiment/draft/drafts.ts";
import { presets } from "../../../src/experiment/draft/preset-list.ts";
import { loadPreset } from "../../../src/experiment/draft/presets.ts";
import { AnalysisWorkerApi } from "../../../workers/analysis/api.ts";
import { Bench } from "../fakes.ts";

vi.mock("../../../workers/analysis.worker.ts?worker&url", () => ({ default: "analysis.js" }));
vi.mock("../../../workers/trial.worker.ts?worker&url", () => ({ default: "trial.js" }));
vi.mock("../../../workers/dataset.worker.ts?worker&url", () => ({ default: "dataset.js" }));

const publicFolder = resolve(import.meta.dirname, "../../../public");
const readText = async (path: string): Promise<string> =>
  readFileSync(resolve(publicFolder, path), "utf8");
const presetIds = ["quick-look", "nni-task-2.2"] as const;
const trials = 13;

/** Small enough that a dozen trials leave the start-up. */
const startup: Readonly<Record<string, JsonObject>> = {
  TPE: { n_startup_jobs: 4 },
  GaussianProcess: { n_startup_jobs: 4 },
  Evolution: { population_size: 4 },
  RegularizedEvolution: { population_size: 4 },
  PBTTuner: { population_size: 4, epochs_per_generation: 1 },
  Hyperband: { R: 4, eta: 2 },
  BOHB: { min_budget: 1, max_budget: 4, eta: 2 },
};

async function draftOf(
  id: (typeof presetIds)[number],
  tuner: string,
  assessor: AlgorithmConfig | null,
): Promise<ExperimentDraft> {
  const preset = await loadPreset(id, 5, { readText, durationOf: async () => 0 });
  const { training } = preset.config;
  return {
    ...preset,
    // A tuner of budgets wants no epochs in the space.
    searchSpace: Object.fromEntries(
      Object.entries(preset.searchSpace).filter(([key]) => key !== "epochs"),
    ),
    config: {
      ...preset.config,
      maxTrialNumber: trials,
      tuner: { name: tuner, classArgs: { optimize_mode: "maximize", ...startup[tuner] } },
      assessor,
      training: { ...training, defaults: { ...training.defaults, epochs: 4 } },
    },
  };
}

/** Runs a draft through the orchestrator with workers that only pretend to train. */
async function run(draft: ExperimentDraft): Promise<Bench> {
  const { experiment } = checkDraft(draft);
  const bench = new Bench(
    { ...draft.config, trialConcurrency: 3 },
    {
      algorithms: createAlgorithms(experiment, experiment.space, new AnalysisWorkerApi()),
      training: experiment,
      checkpointBudgetBytes: 1e9,
    },
    3,
  );
  bench.pool.metric = (job, epoch) => {
    const lr = Number(job.parameters["lr"]);
    const quality = 0.9 - 0.1 * Math.abs(Math.log10(lr) + 2);
    return quality * (1 - 0.5 ** epoch);
  };
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  return bench;
}

describe.each(presetIds)("%s", (id) => {
  test.each(tunerCatalogue.map(({ name }, index) => ({ name, index })))(
    "runs to its end with $name",
    async ({ name, index }) => {
      const chosen = assessorCatalogue[index % assessorCatalogue.length]!;
      const assessor = { name: chosen.name, classArgs: { optimize_mode: "maximize" } };
      const draft = await draftOf(id, name, assessor);
      const refused = refusals[name];
      if (refused) return expect(codeOf(draft)).toMatchObject(refused);
      const { orchestrator } = await run(draft);
      const { state } = orchestrator;
      expect(state.status).toBe("done");
      expect(state.trials).toHaveLength(trials);
      expect(state.trials.some((trial) => trial.status === "FAILED")).toBe(false);
      expect(state.trials.every((trial) => trial.provenance !== null)).toBe(true);
      expect(state.trials.filter((trial) => trial.test !== null)).toHaveLength(1);
    },
  );

  test.each(assessorCatalogue.map(({ name }) => name))(
    "runs with the assessor %s",
    async (name) => {
      const known = findAssessor(name)!.arguments.map((spec) => spec.name);
      const wanted = { optimize_mode: "maximize", start_step: 2, epoch_num: 4, min_trials: 2 };
      const classArgs = Object.fromEntries(
        Object.entries(wanted).filter(([key]) => known.includes(key)),
      );
      const { orchestrator } = await run(await draftOf(id, "Random", { name, classArgs }));
      const { status, trials: ended } = orchestrator.state;
      expect(status).toBe("done");
      expect(orchestrator.state.log.filter((event) => event.type === "note")).toEqual([]);
      for (const trial of ended)
        if (trial.status === "EARLY_STOPPED") expect(trial.reason).toMatch(/\d/);
    },
  );
});

test.each(presets.map(({ id }) => id))(
  "%s takes every tuner and assessor as the form gives it, or says before Start what this one cannot do",
  async (id) => {
    const preset = await loadPreset(id, 5, { readText, durationOf: async () => 0 });
    const checked = (changes: Partial<ExperimentConfig>): unknown =>
      codeOf({ ...preset, config: { ...preset.config, ...changes } });
    const classArgs = { optimize_mode: "maximize" };
    for (const { name } of assessorCatalogue)
      expect(checked({ assessor: { name, classArgs } }), name).toBeNull();
    for (const { name, multiFidelity } of tunerCatalogue) {
      const answer = checked({ tuner: { name, classArgs } });
      if (refusals[name]) expect(answer, name).toMatchObject(refusals[name]);
      else if (multiFidelity && name !== "Auto" && id === "nni-task-2.2")
        // Its epochs are a parameter, which a tuner that sets them itself would ignore.
        expect(answer, name).toMatchObject({
          code: "parameter-invalid",
          details: { path: "epochs" },
        });
      else expect(answer, name).toBeNull();
    }
  },
);

/** What these tuners cannot do is said before the first trial. */
const refusals: Readonly<Record<string, { code: string }>> = {
  BatchTuner: { code: "search-space-invalid" },
  GPTuner: { code: "search-space-invalid" },
  MetisTuner: { code: "search-space-invalid" },
};

function codeOf(draft: ExperimentDraft): unknown {
  try {
    checkDraft(draft);
    return null;
  } catch (error) {
    return toErrorRecord(error);
  }
}
