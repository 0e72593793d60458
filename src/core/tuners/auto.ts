import type { JsonObject } from "../json.ts";
import { allSpecs, nextInitial, type SearchSpace } from "../search-space/index.ts";
import { sentence } from "../sentences.ts";
import type { Trial } from "../trial.ts";
import { resolveArguments } from "./contract/arguments.ts";
import { allParameterTypes, defineTuner, type TunerAlgorithm } from "./contract/definition.ts";
import { gaussianProcess } from "./gaussian-process.ts";
import { execModeArgument } from "./hyperband.ts";
import { hyperbandBrackets } from "./multi-fidelity/brackets.ts";
import { asFullTrials } from "./multi-fidelity/fidelity-history.ts";
import { nextInSchedule } from "./multi-fidelity/schedule.ts";
import { tpe } from "./tpe.ts";

/** Beyond this many results the Gaussian process costs more than it gains. */
const mostResults = 300;
const mostParameters = 20;
const mostConditional = 0.5;
/** Fewer epochs or trials do not fill a bracket. */
const fewestEpochs = 4;
const fewestTrials = 15;
const eta = 3;

/** Picks the algorithm: Gaussian process or TPE by the size of space and history; with `max_epochs`, either of them
 *  inside Hyperband's brackets. What was picked and why stands in the provenance. */
export const auto = defineTuner({
  name: "Auto",
  aliases: [],
  description:
    "Picks Gaussian process or TPE, and with max_epochs their multi-fidelity form, and says why.",
  arguments: [
    {
      name: "max_trials",
      type: "integer",
      default: null,
      nullable: true,
      minimum: 1,
      maximum: 1_000_000,
      description: "How many trials the experiment will have, if known.",
    },
    {
      name: "max_epochs",
      type: "integer",
      default: null,
      nullable: true,
      minimum: 1,
      maximum: 100_000,
      description: "Epochs of a full training; lets bad configurations end after few of them.",
    },
    execModeArgument,
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: true,
  cost: "heavy",
  create(args, mode) {
    const algorithms = {
      GaussianProcess: gaussianProcess.create(
        resolveArguments(gaussianProcess.name, gaussianProcess.arguments, { optimize_mode: mode }),
        mode,
      ),
      TPE: tpe.create(resolveArguments(tpe.name, tpe.arguments, { optimize_mode: mode }), mode),
    } satisfies Record<string, TunerAlgorithm>;
    const epochs = args.numberOrNull("max_epochs");
    const trials = args.numberOrNull("max_trials");
    const execMode = args.text("exec_mode") === "serial" ? "serial" : "parallelism";
    const fidelity = chooseFidelity(epochs, trials);
    return {
      suggest(space, history, rng) {
        const choice = chooseModel(space, history);
        const facts: JsonObject = {
          picked: fidelity.brackets ? `${choice.name} with Hyperband` : choice.name,
          because: `${choice.because}; ${fidelity.because}`,
        };
        const configure = (known: readonly Trial[]) => {
          const initial = nextInitial(space, history);
          if (initial !== null)
            return {
              parameters: initial,
              provenance: { source: "initial", details: facts },
            } as const;
          const found = algorithms[choice.name].suggest(space, known, rng);
          if (found.kind === "wait") throw new Error(`${choice.name} waits: ${found.reason}`);
          const { parameters, provenance } = found;
          const details = { ...provenance.details, ...facts };
          return { parameters, provenance: { ...provenance, details } };
        };
        if (!fidelity.brackets) return { kind: "trial", ...configure(history) };
        const { brackets, full } = fidelity;
        return nextInSchedule(history, { brackets, execMode, mode }, () =>
          configure(asFullTrials(history, full)),
        );
      },
    };
  },
});

function chooseFidelity(epochs: number | null, trials: number | null) {
  if (epochs === null) return { brackets: null, because: sentence("auto-no-epochs", {}) };
  if (epochs < fewestEpochs)
    return { brackets: null, because: sentence("auto-few-epochs", { epochs }) };
  if (trials !== null && trials < fewestTrials)
    return { brackets: null, because: sentence("auto-few-trials", { trials }) };
  return {
    brackets: hyperbandBrackets(epochs, eta),
    full: epochs,
    because: sentence("auto-brackets", { epochs }),
  };
}

function chooseModel(
  space: SearchSpace,
  history: readonly Trial[],
): { readonly name: "GaussianProcess" | "TPE"; readonly because: string } {
  const results = history.filter(
    (trial) => trial.status === "SUCCEEDED" || trial.status === "EARLY_STOPPED",
  ).length;
  const total = allSpecs(space).length;
  const conditional = 1 - space.parameters.length / Math.max(1, total);
  if (results > mostResults) return { name: "TPE", because: sentence("auto-slow", { results }) };
  if (total > mostParameters)
    return { name: "TPE", because: sentence("auto-many", { parameters: total }) };
  if (conditional > mostConditional)
    return {
      name: "TPE",
      because: sentence("auto-conditional", { percent: Math.round(100 * conditional) }),
    };
  return {
    name: "GaussianProcess",
    because: sentence("auto-suited", { parameters: total, results }),
  };
}
