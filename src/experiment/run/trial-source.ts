import type { TrainingSettings } from "../../core/config/types.ts";
import { toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import type { EventBody } from "../../core/journal/events.ts";
import { historyOf } from "../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import { parameterSettings } from "../../data/sets/registry.ts";
import {
  effectiveParameters,
  resolveHyperparameters,
} from "../../engine/training/hyperparameters.ts";
import { mayCreate } from "./planning.ts";
import type { Algorithms, Clock } from "./ports.ts";

/** What the trainer makes of parameters. */
export interface TrainingKnowledge {
  /** Epochs the parameters ask for, defaults and overrides applied. */
  epochsOf(parameters: Parameters): number;
  /** Equal strings exactly where two configurations train the same network the same way. */
  effectiveKey(parameters: Parameters): string;
}

export function knowledgeOf(training: TrainingSettings): TrainingKnowledge {
  const settings = parameterSettings(training);
  return {
    epochsOf: (parameters) => resolveHyperparameters(parameters, settings).epochs,
    effectiveKey: (parameters) => JSON.stringify(effectiveParameters(parameters, settings)),
  };
}

export type NewTrial = Omit<Extract<EventBody, { type: "trial-added" }>, "type" | "trial">;

export type NextTrial =
  | { readonly kind: "trial"; readonly trial: NewTrial }
  /** Nothing for now, or nothing any more. */
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly error: ErrorRecord };

export interface TrialSourceOptions {
  readonly algorithms: Algorithms;
  readonly training: TrainingKnowledge;
  readonly clock: Clock;
}

/** Where trials come from and who ends them early: the tuner and the assessor, asked about a state of the experiment with
 *  random streams named by (seed, trial, purpose), so that a replay asks the same. */
export class TrialSource {
  readonly #o: TrialSourceOptions;
  #exhausted = false;

  constructor(options: TrialSourceOptions) {
    this.#o = options;
  }

  async next(state: ExperimentState): Promise<NextTrial> {
    const { algorithms, training, clock } = this.#o;
    if (this.#exhausted || !mayCreate(state, clock.now())) return { kind: "none" };
    try {
      const stream = [state.definition.seed, state.trials.length, "suggest"];
      const suggestion = await algorithms.suggest(historyOf(state), stream);
      if (suggestion.kind === "wait") return { kind: "none" };
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
      if (error.code !== "search-space-exhausted") return { kind: "failed", error };
      this.#exhausted = true;
      return { kind: "none" };
    }
  }

  /** The assessor's reason to stop a trial after an epoch; null to go on. */
  async reasonToStop(
    state: ExperimentState,
    trial: TrialState,
    epoch: number,
  ): Promise<string | null> {
    if (epoch >= trial.epochs) return null;
    const stream = [state.definition.seed, trial.number, "assess", epoch];
    const history = historyOf(state);
    const own = history[trial.number] ?? trial;
    const assessment = await this.#o.algorithms.assess(own, history, stream);
    return assessment?.decision === "stop" ? assessment.reason : null;
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
