import { toErrorRecord, type ErrorRecord } from "../core/errors.ts";
import type { EventBody } from "../core/journal/events.ts";
import { historyOf } from "../core/journal/index.ts";
import type { ExperimentState } from "../core/journal/state.ts";
import { createRng } from "../core/math/rng.ts";
import type { Parameters, SearchSpace } from "../core/search-space/types.ts";
import type { Tuner } from "../core/tuners/tuner.ts";

/** What the trainer makes of parameters. */
export interface TrainingKnowledge {
  /** Epochs the parameters ask for, defaults and overrides applied. */
  epochsOf(parameters: Parameters): number;
  /** Equal strings exactly where two configurations train the same network the same way. */
  effectiveKey(parameters: Parameters): string;
}

export type NewTrial = Omit<Extract<EventBody, { type: "trial-added" }>, "type" | "trial">;

export type NextTrial =
  | { readonly kind: "trial"; readonly trial: NewTrial }
  | { readonly kind: "wait" }
  | { readonly kind: "exhausted" }
  | { readonly kind: "failed"; readonly error: ErrorRecord };

/** Asks the tuner with the random stream named by (seed, trial number, "suggest"), so that a replay asks the same. */
export function suggestTrial(
  state: ExperimentState,
  space: SearchSpace,
  tuner: Tuner,
  training: TrainingKnowledge,
): NextTrial {
  try {
    const rng = createRng(state.definition.seed, state.trials.length, "suggest");
    const suggestion = tuner.suggest(space, historyOf(state), rng);
    if (suggestion.kind === "wait") return { kind: "wait" };
    const { parameters, provenance, budget, continueFrom, tunerState } = suggestion;
    const trial: NewTrial = {
      parameters,
      origin: "tuner",
      provenance,
      epochs: Math.max(1, Math.round(budget ?? training.epochsOf(parameters))),
      ...(budget === undefined ? {} : { budget }),
      ...(continueFrom === undefined ? {} : { continueFrom }),
      ...(tunerState === undefined ? {} : { tunerState }),
    };
    return { kind: "trial", trial };
  } catch (thrown) {
    const error = toErrorRecord(thrown);
    return error.code === "search-space-exhausted"
      ? { kind: "exhausted" }
      : { kind: "failed", error };
  }
}

/** The events that add a trial; a repeated effective configuration is noted with the trial it repeats. */
export function additionOf(
  state: ExperimentState,
  trial: NewTrial,
  training: TrainingKnowledge,
): EventBody[] {
  const number = state.trials.length;
  const added: EventBody = { type: "trial-added", trial: number, ...trial };
  if (trial.continueFrom !== undefined) return [added];
  const key = training.effectiveKey(trial.parameters);
  const twin = state.trials.find(
    (other) =>
      other.origin !== "longer" &&
      other.epochs === trial.epochs &&
      training.effectiveKey(other.parameters) === key,
  );
  if (!twin) return [added];
  const details = { trial: number, of: twin.number };
  return [added, { type: "note", code: "duplicate-configuration", details }];
}
