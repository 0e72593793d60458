import { nextInitial, sampleParameters } from "../search-space/index.ts";
import { allParameterTypes, defineTuner, type ArgumentSpec } from "./contract/definition.ts";
import { hyperbandBrackets } from "./multi-fidelity/brackets.ts";
import { nextInSchedule } from "./multi-fidelity/schedule.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

/** Shared by the tuners that run Hyperband's brackets. */
export const execModeArgument: ArgumentSpec = {
  name: "exec_mode",
  type: "choice",
  choices: ["parallelism", "serial"],
  default: "parallelism",
  description:
    "parallelism starts the next bracket rather than let a worker idle; serial finishes one bracket first.",
};

/** Successive halving in brackets: many configurations for few epochs, the better ones continue from their checkpoints. */
export const hyperband = defineTuner({
  name: "Hyperband",
  aliases: ["HyperbandAdvisor"],
  description:
    "Trains many configurations briefly and continues the better ones; good when early epochs tell.",
  arguments: [
    {
      name: "R",
      type: "integer",
      default: 60,
      minimum: 1,
      maximum: 100_000,
      description: "Epochs that a configuration gets at most.",
    },
    {
      name: "eta",
      type: "number",
      default: 3,
      minimum: 1.1,
      maximum: 100,
      description: "One in eta configurations goes on to the next rung.",
    },
    execModeArgument,
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: true,
  cost: "light",
  create(args, mode) {
    const brackets = hyperbandBrackets(args.number("R"), args.number("eta"));
    const execMode = args.text("exec_mode") === "serial" ? "serial" : "parallelism";
    return {
      suggest(space, history, rng) {
        return nextInSchedule(history, { brackets, execMode, mode }, () => {
          const initial = nextInitial(space, history);
          if (initial !== null) return { parameters: initial, provenance: { source: "initial" } };
          const seen = seenConfigurations(space, history);
          const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
          return { parameters, provenance: { source: "random" } };
        });
      },
    };
  },
});
