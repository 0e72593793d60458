import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { fitIsotropic } from "../../../src/core/math/gaussian-process/isotropic.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import type { Trial } from "../../../src/core/trial.ts";
import oracle from "../../fixtures/isotropic-process.json";
import { factOf } from "./drive.ts";

const space = parseSearchSpace({
  x: { _type: "uniform", _value: [-2, 2] },
  y: { _type: "quniform", _value: [0, 2, 0.25] },
  n: { _type: "choice", _value: [1, 2, 4] },
});
const value = (p: JsonObject): number =>
  1 -
  (Number(p["x"]) - 0.5) ** 2 -
  (Number(p["y"]) - 1.25) ** 2 -
  0.2 * Math.abs(Number(p["n"]) - 2);

function run(name: string, classArgs: JsonObject, trials: number, seed = 1): Trial[] {
  const tuner = createTuner(name, classArgs);
  const history: Trial[] = [];
  for (let number = 0; number < trials; number++) {
    const next = tuner.suggest(space, history, createRng(name, seed, number));
    if (next.kind === "wait") throw new Error(next.reason);
    const final = value(next.parameters);
    history.push({
      number,
      parameters: next.parameters,
      status: "SUCCEEDED",
      intermediates: [final],
      final,
    });
  }
  return history;
}
const best = (history: readonly Trial[]): number => Math.max(...history.map((t) => t.final!));
const median = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1]!;

describe("the isotropic Gaussian process", () => {
  it.each(oracle.cases)(
    "has NumPy's likelihood, mean and deviation at smoothness $smoothness",
    (c) => {
      const xs = oracle.x.map((row) => Float64Array.from(row));
      const smoothness = c.smoothness as 0.5 | 1.5 | 2.5;
      const options = { smoothness, alpha: oracle.alpha, estimateAmplitude: false };
      const process = fitIsotropic(xs, oracle.y, options, oracle.lengthScale);
      expect(process.logLikelihood).toBeCloseTo(c.logLikelihood, 9);
      oracle.at.forEach((row, i) => {
        const { mean, deviation } = process.predict(Float64Array.from(row));
        expect(mean).toBeCloseTo(c.mean[i]!, 9);
        expect(deviation).toBeCloseTo(c.deviation[i]!, 9);
      });
      process.leaveOneOut().forEach(({ mean, deviation }, i) => {
        expect(mean).toBeCloseTo(c.leaveOneOut[i]![0]!, 8);
        expect(deviation).toBeCloseTo(c.leaveOneOut[i]![1]!, 8);
      });
      const fitted = fitIsotropic(xs, oracle.y, options);
      expect(fitted.logLikelihood).toBeGreaterThanOrEqual(c.bestLogLikelihood - 1e-4);
    },
  );
});

describe.each([
  ["GPTuner", { selection_num_warm_up: 500, selection_num_starting_points: 3 }],
  ["Metis", { selection_num_starting_points: 150 }],
  ["SMAC", {}],
])("%s", (name, classArgs) => {
  it("beats random search on a mixed space with the same number of trials", () => {
    const ours = median([1, 2, 3].map((seed) => best(run(name, classArgs, 28, seed))));
    const random = median([1, 2, 3].map((seed) => best(run("Random", {}, 28, seed))));
    expect(ours).toBeGreaterThan(random);
  });

  it("starts at random, then lets the model choose at least every other time", () => {
    const history = run(name, classArgs, 14);
    const sources = Array.from({ length: 8 }, (_, i) => {
      const next = createTuner(name, classArgs).suggest(space, history, createRng("next", i));
      return next.kind === "trial" ? next.provenance.source : next.kind;
    });
    const first = createTuner(name, classArgs).suggest(space, [], createRng("next"));
    expect(first).toMatchObject({ provenance: { source: "startup", startup: { done: 0 } } });
    expect(sources.filter((source) => source === "model").length).toBeGreaterThanOrEqual(4);
  });
});

describe("NNI's limits are kept and named", () => {
  it.each(["GPTuner", "Metis"])("%s refuses options that are no numbers", (name) => {
    const words = parseSearchSpace({ act: { _type: "choice", _value: ["relu", "tanh"] } });
    expect(() => createTuner(name).suggest(words, [], createRng(1))).toThrowError(
      expect.objectContaining({ code: "search-space-invalid" }) as Error,
    );
  });

  it("GPTuner refuses a smoothness that has no closed form", () => {
    expect(() => createTuner("GPTuner", { nu: 2 })).toThrowError(/nu must be 0.5, 1.5 or 2.5/);
  });

  it("Metis measures an outlier again when resampling is allowed", () => {
    const history = run("Random", {}, 60);
    const top = history.find((t) => t.final === best(history))!;
    const odd = history.map((t) => (t === top ? { ...t, final: t.final! - 20 } : t));
    const reasons = Array.from({ length: 12 }, (_, i) => {
      const tuner = createTuner("Metis", { no_resampling: false });
      const next = tuner.suggest(space, odd, createRng("outlier", i));
      return factOf(next, "purpose")?.purpose;
    });
    expect(reasons).toContain("resampling");
  });
});
