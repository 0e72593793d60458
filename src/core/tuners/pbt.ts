import { AppError } from "../errors.ts";
import type { Rng } from "../math/rng.ts";
import {
  nextInitial,
  sampleParameters,
  type Parameters,
  type SearchSpace,
} from "../search-space/index.ts";
import type { Trial } from "../trial.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { perturbParameters, type PerturbOptions } from "./multi-fidelity/perturb.ts";
import { latestLoss } from "./multi-fidelity/schedule.ts";
import { seenConfigurations, drawUnseen } from "./common/unseen.ts";
import type { OptimizeMode, Suggestion } from "./contract/tuner.ts";

interface PbtOptions extends PerturbOptions {
  readonly populationSize: number;
  /** Share of the population that is replaced, and share it is replaced from. */
  readonly fraction: number;
  readonly generationEpochs: number;
  readonly mode: OptimizeMode;
}

/** Population-based training in synchronous generations: every member trains on from its checkpoint; the worst continue
 *  the checkpoint of one of the best with perturbed parameters. */
export const pbt = defineTuner({
  name: "PBTTuner",
  aliases: ["PBT"],
  description:
    "Trains a population in rounds; the worst take over the weights of the best with changed parameters.",
  arguments: [
    {
      name: "population_size",
      type: "integer",
      default: 10,
      minimum: 2,
      maximum: 1000,
      description: "How many configurations are trained side by side.",
    },
    {
      name: "factor",
      type: "number",
      default: 0.2,
      minimum: 0,
      maximum: 1,
      description: "Size of a perturbation as a share of the parameter's range.",
    },
    {
      name: "resample_probability",
      type: "number",
      default: 0.25,
      minimum: 0,
      maximum: 1,
      description: "Probability that a parameter is drawn afresh instead of moved.",
    },
    {
      name: "fraction",
      type: "number",
      default: 0.2,
      minimum: 0,
      maximum: 0.5,
      exclusiveMinimum: true,
      description: "Share of the population that is replaced after a round.",
    },
    {
      name: "epochs_per_generation",
      type: "integer",
      default: 2,
      minimum: 1,
      maximum: 10_000,
      description: "Epochs of a round.",
    },
    {
      name: "all_checkpoint_dir",
      type: "text",
      default: null,
      nullable: true,
      description: "NNI's folder for checkpoints; accepted and not needed here.",
    },
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: true,
  cost: "light",
  create(args, mode) {
    const options: PbtOptions = {
      populationSize: args.number("population_size"),
      factor: args.number("factor"),
      resampleProbability: args.number("resample_probability"),
      fraction: args.number("fraction"),
      generationEpochs: args.number("epochs_per_generation"),
      mode,
    };
    return { suggest: (space, history, rng) => suggestMember(space, history, rng, options) };
  },
});

const numberIn = (trial: Trial, key: string): number => {
  const value = trial.tunerState?.[key];
  return typeof value === "number" ? value : -1;
};

function suggestMember(
  space: SearchSpace,
  history: readonly Trial[],
  rng: Rng,
  options: PbtOptions,
): Suggestion {
  const suggest = (place: MemberPlace): Suggestion =>
    memberOf({ space, history, ...place }, rng, options);
  const population = history.filter((trial) => numberIn(trial, "generation") >= 0);
  const newest = population.reduce((g, trial) => Math.max(g, numberIn(trial, "generation")), 0);
  const current = population.filter((trial) => numberIn(trial, "generation") === newest);
  if (current.length < options.populationSize) {
    const taken = new Set(current.map((trial) => numberIn(trial, "member")));
    let member = 0;
    while (taken.has(member)) member++;
    const parents = population.filter((trial) => numberIn(trial, "generation") === newest - 1);
    return suggest({ parents, generation: newest, member });
  }
  const open = current.filter((t) => t.status === "WAITING" || t.status === "RUNNING").length;
  if (open > 0)
    return { kind: "wait", reason: `Generation ${newest} has ${open} members still in training.` };
  return suggest({ parents: current, generation: newest + 1, member: 0 });
}

/** A free place in a population, and the generation before. */
interface MemberPlace {
  readonly parents: readonly Trial[];
  readonly generation: number;
  readonly member: number;
}

function memberOf(
  {
    space,
    history,
    parents,
    generation,
    member,
  }: MemberPlace & {
    readonly space: SearchSpace;
    readonly history: readonly Trial[];
  },
  rng: Rng,
  options: PbtOptions,
): Suggestion {
  const budget = (generation + 1) * options.generationEpochs;
  const tunerState = { generation, member };
  const round = { kind: "round", round: generation } as const;
  const ranked = parents
    .flatMap((trial) => {
      const loss = trial.status === "SUCCEEDED" ? latestLoss(trial, options.mode) : null;
      return loss === null ? [] : [{ trial, loss }];
    })
    .sort((a, b) => a.loss - b.loss || a.trial.number - b.trial.number)
    .map(({ trial }) => trial);
  if (ranked.length === 0) {
    const initial = nextInitial(space, history);
    const parameters = initial ?? drawMember(space, history, rng) ?? sampleParameters(space, rng);
    const source = initial === null ? "random" : "initial";
    return {
      kind: "trial",
      parameters,
      provenance: { source, facts: [round] },
      budget,
      tunerState,
    };
  }
  const replaced = Math.ceil(options.fraction * options.populationSize);
  const own = ranked.find((trial) => numberIn(trial, "member") === member);
  const rank = own === undefined ? options.populationSize : ranked.indexOf(own);
  // A member without a result is among the worst; otherwise the last of the ranking are replaced.
  const failed = options.populationSize - ranked.length;
  const keepsOn = own !== undefined && rank < ranked.length - Math.max(0, replaced - failed);
  if (keepsOn || (own !== undefined && ranked.length === 1))
    return {
      kind: "trial",
      parameters: own.parameters,
      provenance: {
        source: "model",
        facts: [round, { kind: "continued", trial: own.number, rank: rank + 1 }],
      },
      budget,
      continueFrom: own.number,
      tunerState,
    };
  const top = ranked[rng.int(Math.min(replaced, ranked.length))]!;
  return {
    kind: "trial",
    parameters: perturbParameters(space, top.parameters, rng, options),
    provenance: { source: "model", facts: [round, { kind: "copied", trial: top.number }] },
    budget,
    continueFrom: top.number,
    tunerState,
  };
}

/** A population larger than a finite space has to hold some configurations twice. */
function drawMember(space: SearchSpace, history: readonly Trial[], rng: Rng): Parameters | null {
  try {
    return drawUnseen(space, seenConfigurations(space, history), rng);
  } catch (error) {
    if (error instanceof AppError && error.code === "search-space-exhausted") return null;
    throw error;
  }
}
