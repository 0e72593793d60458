import type { Rng } from "../math/rng.ts";
import type { ParameterSpec, SearchSpace } from "../search-space/types.ts";
import type { Trial } from "../trial.ts";
import type { Arguments } from "./arguments.ts";
import type { OptimizeMode, Suggestion } from "./tuner.ts";

/** One classArg, declaratively: what validation, the documentation and the page's form are made from. */
export type ArgumentSpec = {
  readonly name: string;
  /** One English sentence; the page looks up `tuner.<tuner>.<argument>` for other languages first. */
  readonly description: string;
  /** True when JSON null is a value too (NNI's Python None). */
  readonly nullable?: boolean;
} & (
  | {
      readonly type: "integer" | "number";
      readonly default: number | null;
      readonly minimum?: number;
      readonly maximum?: number;
      /** True when `minimum` itself is not allowed. */
      readonly exclusiveMinimum?: boolean;
    }
  | { readonly type: "boolean"; readonly default: boolean | null }
  | {
      readonly type: "choice";
      readonly choices: readonly string[];
      readonly default: string | null;
    }
  | { readonly type: "text"; readonly default: string | null }
  /** A JSON object with arguments of its own, such as NNI's `tpe_args`. */
  | { readonly type: "group"; readonly arguments: readonly ArgumentSpec[]; readonly default: null }
);

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
  /** True when it sets budgets and continues trials from checkpoints. */
  readonly multiFidelity: boolean;
  /** Rough cost of a suggestion: "heavy" ones run in the analysis worker. */
  readonly cost: "light" | "heavy";
  create(args: Arguments, optimizeMode: OptimizeMode): TunerAlgorithm;
}

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
