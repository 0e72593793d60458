import { expect, test, vi } from "vitest";
import { assessorCatalogue } from "../../../src/core/assessors/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace, sampleParameters } from "../../../src/core/search-space/index.ts";
import type { Trial } from "../../../src/core/trial.ts";
import { tunerCatalogue } from "../../../src/core/tuners/index.ts";
import { createAlgorithms } from "../../../src/experiment/run/algorithms.ts";
import type { Analysis } from "../../../src/experiment/workers/analysis-service.ts";
import { AnalysisWorkerApi } from "../../../workers/analysis/api.ts";

vi.mock("../../../workers/analysis.worker.ts?worker&url", () => ({ default: "analysis.js" }));
vi.mock("../../../workers/trial.worker.ts?worker&url", () => ({ default: "trial.js" }));
vi.mock("../../../workers/dataset.worker.ts?worker&url", () => ({ default: "dataset.js" }));

const space = parseSearchSpace({
  momentum: { _type: "uniform", _value: [0, 0.99] },
  width: { _type: "quniform", _value: [4, 16, 4] },
});

const history: readonly Trial[] = Array.from({ length: 24 }, (_, number) => {
  const rng = createRng("algorithms", number);
  const final = 0.4 + 0.5 * rng.next();
  return {
    number,
    parameters: sampleParameters(space, rng),
    status: "SUCCEEDED",
    intermediates: Array.from({ length: 12 }, (_, i) => final * (1 - 0.6 ** (i + 1))),
    final,
  };
});
const running: Trial = {
  ...history[0]!,
  number: 24,
  status: "RUNNING",
  intermediates: [0.1, 0.11, 0.12, 0.12, 0.12, 0.12, 0.12],
  final: null,
};

/** Answers as the worker does, on copies as messages make them, and counts. */
function farAway(): Analysis & { asked: number } {
  const worker = new AnalysisWorkerApi();
  return Object.assign(Object.create(worker) as AnalysisWorkerApi, {
    asked: 0,
    async suggest(this: { asked: number }, question: Parameters<Analysis["suggest"]>[0]) {
      this.asked++;
      return structuredClone(await worker.suggest(structuredClone(question)));
    },
    async assess(this: { asked: number }, question: Parameters<Analysis["assess"]>[0]) {
      this.asked++;
      return structuredClone(await worker.assess(structuredClone(question)));
    },
  });
}

/** Batch knows one choice only; it computes nothing. */
const batchless = tunerCatalogue.filter(({ name }) => name !== "BatchTuner");

test.each(batchless)("$name suggests the same here and in the analysis worker", async (tuner) => {
  const { name, cost } = tuner;
  const classArgs = {};
  const analysis = farAway();
  const config = { tuner: { name, classArgs }, assessor: null };
  const algorithms = createAlgorithms(config, space, analysis);
  const stream = [3, history.length, "suggest"];
  const answer = await algorithms.suggest(history, stream);
  expect(analysis.asked).toBe(cost === "heavy" ? 1 : 0);
  const here = new AnalysisWorkerApi();
  expect(answer).toEqual(await here.suggest({ tuner: config.tuner, space, history, stream }));
});

test.each(assessorCatalogue)(
  "$name judges the same here and in the analysis worker",
  async ({ name, cost }) => {
    const analysis = farAway();
    const assessor = { name, classArgs: {} };
    const config = { tuner: { name: "Random", classArgs: {} }, assessor };
    const stream = [3, running.number, "assess", 7];
    const answer = await createAlgorithms(config, space, analysis).assess(running, history, stream);
    expect(analysis.asked).toBe(cost === "heavy" ? 1 : 0);
    const here = new AnalysisWorkerApi();
    expect(answer).toEqual(await here.assess({ assessor, trial: running, history, stream }));
  },
);
