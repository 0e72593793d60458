import type { AutoFacts, Fact, FactOf } from "../facts/index.ts";
import { allSpecs, nextInitial, type SearchSpace } from "../search-space/index.ts";
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
        const picked: readonly Fact[] = [
          {
            kind: "picked",
            algorithm: choice.name,
            ...(fidelity.brackets ? { inside: "Hyperband" } : {}),
          },
          choice.because,
          fidelity.because,
        ];
        const configure = (known: readonly Trial[]) => {
          const initial = nextInitial(space, history);
          if (initial !== null)
            return {
              parameters: initial,
              provenance: { source: "initial", facts: picked },
            } as const;
          const found = algorithms[choice.name].suggest(space, known, rng);
          if (found.kind === "wait") throw new Error(`${choice.name} waits: ${found.reason}`);
          const { parameters, provenance } = found;
          const facts = [...picked, ...(provenance.facts ?? [])];
          return { parameters, provenance: { ...provenance, facts } };
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

/** Why Auto chose as it did. */
type Because = FactOf<Exclude<keyof AutoFacts, "picked">>;

function chooseFidelity(epochs: number | null, trials: number | null) {
  const whole = (because: Because) => ({ brackets: null, because }) as const;
  if (epochs === null) return whole({ kind: "auto-no-epochs" });
  if (epochs < fewestEpochs) return whole({ kind: "auto-few-epochs", epochs });
  if (trials !== null && trials < fewestTrials) return whole({ kind: "auto-few-trials", trials });
  const because: Because = { kind: "auto-brackets", epochs };
  return { brackets: hyperbandBrackets(epochs, eta), full: epochs, because };
}

function chooseModel(
  space: SearchSpace,
  history: readonly Trial[],
): { readonly name: "GaussianProcess" | "TPE"; readonly because: Because } {
  const results = history.filter(
    (trial) => trial.status === "SUCCEEDED" || trial.status === "EARLY_STOPPED",
  ).length;
  const parameters = allSpecs(space).length;
  const conditional = 1 - space.parameters.length / Math.max(1, parameters);
  const percent = Math.round(100 * conditional);
  const tpeFor = (because: Because) => ({ name: "TPE", because }) as const;
  if (results > mostResults) return tpeFor({ kind: "auto-slow", results });
  if (parameters > mostParameters) return tpeFor({ kind: "auto-many", parameters });
  if (conditional > mostConditional) return tpeFor({ kind: "auto-conditional", percent });
  return { name: "GaussianProcess", because: { kind: "auto-suited", parameters, results } };
}
