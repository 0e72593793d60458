import type { Arguments } from "../contract/arguments.ts";
import type { ArgumentSpec } from "../contract/definition.ts";
import type { OptimizeMode } from "../contract/tuner.ts";

/** Our own, or NNI's of a release. */
export type TpeVariant = "tabtune" | "nni-3.0" | "nni-2.1";
/** What running trials are pretended to have scored; null = they are left out. */
export type Liar = "best" | "worst" | "mean" | null;

/** The arguments, read. */
export interface TpeOptions {
  readonly variant: TpeVariant;
  readonly optimizeMode: OptimizeMode;
  readonly liar: Liar;
  /** Null: as many as the variant finds right. */
  readonly startup: number | null;
  readonly candidates: number | null;
  readonly linearForgetting: number;
  readonly priorWeight: number;
  readonly gamma: number | null;
}

const startup: ArgumentSpec = {
  name: "n_startup_jobs",
  type: "integer",
  minimum: 0,
  maximum: 100_000,
  default: null,
  nullable: true,
  description:
    "Trials before the model takes over; empty = 20 as in NNI, or what the variant finds right.",
};
const candidates: ArgumentSpec = {
  name: "n_ei_candidates",
  type: "integer",
  minimum: 1,
  maximum: 10_000,
  default: null,
  nullable: true,
  description:
    "Candidates compared per suggestion; empty = 24 as in NNI, or what the variant finds right.",
};
const forgetting: ArgumentSpec = {
  name: "linear_forgetting",
  type: "integer",
  minimum: 1,
  maximum: 100_000,
  default: 25,
  description: "NNI variants: this many observations count fully, the others less and less.",
};
const priorWeight: ArgumentSpec = {
  name: "prior_weight",
  type: "number",
  minimum: 0,
  default: 1,
  description: "Weight of the prior among the observations.",
};
const gamma: ArgumentSpec = {
  name: "gamma",
  type: "number",
  minimum: 0,
  exclusiveMinimum: true,
  maximum: 100,
  default: null,
  nullable: true,
  description:
    "Scales the size of the good group: ceil(gamma sqrt(n)); empty = 0.25 as in NNI, or what the variant finds right.",
};
const shared = [startup, candidates, forgetting, priorWeight, gamma];
const liarDescription =
  "What running trials are pretended to have scored: best, worst or mean so far, null = nothing";

/** The arguments as catalogue and form show them. */
export const tpeArguments: readonly ArgumentSpec[] = [
  {
    name: "variant",
    type: "choice",
    choices: ["tabtune", "nni-3.0", "nni-2.1"],
    default: "tabtune",
    description: "Tabtune's own TPE, or NNI's of release 3.0 or 2.1 (hyperopt).",
  },
  {
    name: "tpe_args",
    type: "group",
    default: null,
    nullable: true,
    description: "NNI 3.0's place for the algorithm's settings; wins over the same names outside.",
    arguments: [
      {
        name: "constant_liar_type",
        type: "choice",
        choices: ["best", "worst", "mean"],
        default: "mean",
        nullable: true,
        description: `${liarDescription}.`,
      },
      ...shared,
    ],
  },
  {
    name: "parallel_optimize",
    type: "boolean",
    default: null,
    nullable: true,
    description: "NNI 2.1's switch of the constant liar.",
  },
  {
    name: "constant_liar_type",
    type: "choice",
    choices: ["best", "worst", "mean", "min", "max"],
    default: "mean",
    nullable: true,
    description: `${liarDescription}; min and max (NNI 2.1) mean the metric as reported.`,
  },
  ...shared,
];

/** Reads the settings from either level; `tpe_args` wins. */
export function readTpeOptions(args: Arguments, optimizeMode: OptimizeMode): TpeOptions {
  const inner = args.group("tpe_args");
  const from = (name: string): Arguments => (inner.given(name) ? inner : args);
  const variant = args.text("variant") as TpeVariant;
  return {
    variant,
    optimizeMode,
    liar: readLiar(args, inner, variant, optimizeMode),
    startup: from("n_startup_jobs").numberOrNull("n_startup_jobs"),
    candidates: from("n_ei_candidates").numberOrNull("n_ei_candidates"),
    linearForgetting: from("linear_forgetting").number("linear_forgetting"),
    priorWeight: from("prior_weight").number("prior_weight"),
    gamma: from("gamma").numberOrNull("gamma"),
  };
}

function readLiar(
  args: Arguments,
  inner: Arguments,
  variant: TpeVariant,
  mode: OptimizeMode,
): Liar {
  const lies = inner.given("constant_liar_type") || args.given("constant_liar_type");
  // NNI 2.1 lies only when told to; elsewhere an explicit "false" is taken at its word.
  const parallel = args.booleanOrNull("parallel_optimize");
  if (parallel !== null || variant === "nni-2.1") {
    if (parallel !== true) return null;
    if (!lies && variant === "nni-2.1") return mode === "maximize" ? "worst" : "best"; // its "min"
  }
  const source = inner.given("constant_liar_type") ? inner : args;
  const type = source.textOrNull("constant_liar_type");
  switch (type) {
    case "min":
      return mode === "maximize" ? "worst" : "best";
    case "max":
      return mode === "maximize" ? "best" : "worst";
    case "best":
    case "worst":
    case "mean":
    case null:
      return type;
    default:
      throw new Error(`constant_liar_type: unexpected ${type}`);
  }
}
