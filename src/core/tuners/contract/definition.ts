import type { Rng } from "../../math/rng.ts";
import type { ParameterSpec, SearchSpace } from "../../search-space/types.ts";
import type { Trial } from "../../trial.ts";
import type { ArgumentSpec } from "./argument-spec.ts";
import type { Arguments } from "./arguments.ts";
import type { OptimizeMode, Suggestion } from "./tuner.ts";
import type { Word } from "../../words/index.ts";

export type { ArgumentSpec };

/** NNI's `_type`. */
export type ParameterType = ParameterSpec["type"];

/** The algorithm proper; the wrapper around it deals with initial configurations and the support check. */
export interface TunerAlgorithm {
  suggest(space: SearchSpace, history: readonly Trial[], rng: Rng): Suggestion;
}

/** Everything about a tuner in one object; registering it in the catalogue is all that is needed. */
export interface TunerDefinition {
  /** Canonical name. */
  readonly name: string;
  /** Other spellings, NNI's `builtinTunerName` among them; compared without regard to case. */
  readonly aliases: readonly string[];
  /** One English sentence for the page and the documentation. */
  readonly description: string;
  /** Its own arguments; `commonArguments` are added to every tuner's. */
  readonly arguments: readonly ArgumentSpec[];
  /** Parameter types it can handle. */
  readonly types: readonly ParameterType[];
  /** Whether nested choices are allowed. */
  readonly nested: boolean;
  /** What it says of a parameter that it cannot handle, where that is more than changing it.
   *  @param type null for a nested choice */
  refusal?(path: string, type: ParameterType | null): Word;
  /** True when it sets budgets and continues trials from checkpoints. */
  readonly multiFidelity: boolean;
  /** Rough cost of a suggestion: "heavy" ones run in the analysis worker. */
  readonly cost: "light" | "heavy";
  create(args: Arguments, optimizeMode: OptimizeMode): TunerAlgorithm;
}

/** For tuners that take every one. */
export const allParameterTypes: readonly ParameterType[] = [
  "choice",
  "randint",
  "uniform",
  "quniform",
  "loguniform",
  "qloguniform",
  "normal",
  "qnormal",
  "lognormal",
  "qlognormal",
];

/** Accepted by every tuner. */
export const commonArguments: readonly ArgumentSpec[] = [
  {
    name: "optimize_mode",
    type: "choice",
    choices: ["maximize", "minimize"],
    default: "maximize",
    description: "Whether a larger or a smaller final metric is better.",
  },
  {
    name: "seed",
    type: "integer",
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: null,
    nullable: true,
    description:
      "Fixes the tuner's random numbers whatever the experiment's seed; empty = the experiment's seed.",
  },
];

/** Completes a definition with the arguments every tuner has. */
export function defineTuner(definition: TunerDefinition): TunerDefinition {
  return { ...definition, arguments: [...commonArguments, ...definition.arguments] };
}
