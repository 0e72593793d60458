import type { JsonObject } from "../../src/core/json.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../src/core/search-space/index.ts";
import { createTuner } from "../../src/core/tuners/index.ts";
import type { Trial } from "../../src/core/trial.ts";
import type { BenchFunction } from "./functions/functions.ts";

export interface BenchTuner {
  /** Name in the table. */
  readonly label: string;
  readonly name: string;
  readonly classArgs: JsonObject;
}

export interface Run {
  /** Best value so far minus the optimum after 1, 2, … told trials. */
  readonly regret: readonly number[];
  readonly suggestMs: number;
}

/** First seed of every measurement, as the peers' were. */
export const seedBase = 1000;

/** One run. Concurrency C: ask C, then repeatedly evaluate and tell the oldest pending trial and ask one more. */
export function runTuner(
  tuner: BenchTuner,
  fn: BenchFunction,
  seed: number,
  trials: number,
  concurrency: number,
): Run {
  const space = parseSearchSpace(fn.space);
  const algorithm = createTuner(tuner.name, { ...tuner.classArgs, optimize_mode: "minimize" });
  const history: Trial[] = [];
  const regret: number[] = [];
  let best = Infinity;
  let oldest = 0;
  let suggestMs = 0;
  for (let number = 0; oldest < trials;) {
    if (number < trials && number - oldest < concurrency) {
      const started = performance.now();
      const suggestion = algorithm.suggest(space, [...history], createRng(seed, number, "tuner"));
      suggestMs += performance.now() - started;
      if (suggestion.kind === "wait") throw new Error(`${tuner.label} waits: ${suggestion.reason}`);
      const { parameters, tunerState } = suggestion;
      const trial: Trial = { number, parameters, status: "RUNNING", intermediates: [] };
      history.push(tunerState === undefined ? trial : { ...trial, tunerState });
      number++;
      continue;
    }
    const trial = history[oldest]!;
    const value = fn.evaluate(trial.parameters);
    history[oldest] = { ...trial, status: "SUCCEEDED", intermediates: [value], final: value };
    best = Math.min(best, value);
    regret.push(best - fn.optimum);
    oldest++;
  }
  return { regret, suggestMs: suggestMs / trials };
}
