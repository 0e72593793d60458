import type { Fact, FactKind, FactOf } from "../../../src/core/facts/index.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import type { Parameters, SearchSpace } from "../../../src/core/search-space/index.ts";
import type { Suggestion, Tuner } from "../../../src/core/tuners/index.ts";
import type { Trial } from "../../../src/core/trial.ts";

export type TrialSuggestion = Extract<Suggestion, { kind: "trial" }>;

export interface DriveOptions {
  readonly trials: number;
  readonly metric: (parameters: Parameters) => number;
  readonly seed?: number;
  readonly concurrency?: number;
  readonly history?: readonly Trial[];
}

/** Asks and tells until `trials` have been asked: the oldest running trial ends when the slots are full or the tuner
 *  waits. Every trial reports as many epochs as its budget (3 without one), the last being its metric. */
export function drive(tuner: Tuner, space: SearchSpace, options: DriveOptions): Trial[] {
  const { trials, metric, seed = 1, concurrency = 1 } = options;
  const history: Trial[] = [...(options.history ?? [])];
  const first = history.length;
  while (history.length < first + trials) {
    const running = history.findIndex((trial) => trial.status === "RUNNING");
    const busy = history.filter((trial) => trial.status === "RUNNING").length;
    const suggestion =
      busy < concurrency
        ? tuner.suggest(space, history, createRng(seed, history.length, "tuner"))
        : null;
    if (suggestion?.kind === "trial") history.push(start(suggestion, history.length));
    else if (running >= 0) history[running] = finish(history[running]!, metric);
    else throw new Error(`${tuner.name} waits though nothing runs`);
  }
  return history;
}

/** A running trial as the orchestrator would record it. */
export function start(suggestion: TrialSuggestion, number: number): Trial {
  const { parameters, budget, continueFrom, tunerState } = suggestion;
  return {
    number,
    parameters,
    status: "RUNNING",
    intermediates: [],
    ...(budget === undefined ? {} : { budget }),
    ...(continueFrom === undefined ? {} : { continueFrom }),
    ...(tunerState === undefined ? {} : { tunerState }),
  };
}

/** What a suggestion says of a kind. */
export function factOf<Kind extends FactKind>(
  suggestion: Suggestion,
  kind: Kind,
): FactOf<Kind> | undefined {
  const { facts = [] } = suggestion.kind === "trial" ? suggestion.provenance : {};
  return facts.find((fact): fact is FactOf<Kind> & Fact => fact.kind === kind);
}

export function finish(trial: Trial, metric: (parameters: Parameters) => number): Trial {
  const value = metric(trial.parameters);
  const epochs = Math.max(1, Math.round(trial.budget ?? 3));
  return {
    ...trial,
    status: "SUCCEEDED",
    intermediates: new Array<number>(epochs).fill(value),
    final: value,
  };
}

/** A finished trial with a given metric. */
export function done(number: number, parameters: JsonObject, final: number): Trial {
  return { number, parameters, status: "SUCCEEDED", intermediates: [final], final };
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
