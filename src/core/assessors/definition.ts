import type { AssessorFact } from "../facts/index.ts";
import type { Rng } from "../math/rng.ts";
import type { Trial } from "../trial.ts";
import type { Arguments } from "../tuners/contract/arguments.ts";
import type { ArgumentSpec } from "../tuners/contract/definition.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import type { Assessment } from "./assessor.ts";

/** What a rule decides and why; its sentence follows from the fact. */
export interface Judgement extends Pick<Assessment, "decision" | "forecast"> {
  readonly fact: AssessorFact;
}

/** An assessor without its name and its words. */
export type Rule = (trial: Trial, history: readonly Trial[], rng: Rng) => Judgement;

/** Everything about an assessor in one object; registering it in the catalogue is all that is needed. */
export interface AssessorDefinition {
  /** NNI's name where NNI has it. */
  readonly name: string;
  /** Other spellings; compared without regard to case. */
  readonly aliases: readonly string[];
  /** One English sentence for the page and the documentation. */
  readonly description: string;
  readonly arguments: readonly ArgumentSpec[];
  /** True if it forecasts a curve or is slow enough for a worker (over about 5 ms per report). */
  readonly cost: "light" | "heavy";
  /** Which other trials it compares with: those that succeeded, or running and stopped ones, too. */
  readonly compares: "succeeded" | "all";
  /** The rule proper, on curves from epoch 1 on; the wrapper around it joins what continued trials reported. */
  create(args: Arguments, optimizeMode: OptimizeMode): Rule;
}

/** Accepted by every assessor. */
export const optimizeModeArgument: ArgumentSpec = {
  name: "optimize_mode",
  type: "choice",
  choices: ["maximize", "minimize"],
  default: "maximize",
  description: "Whether a larger or a smaller metric is better.",
};
