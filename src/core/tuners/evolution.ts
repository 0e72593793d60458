import type { Fact } from "../facts/index.ts";
import { sampleParameters } from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { mutate } from "./common/mutate.ts";
import { earlyStoppedTrials, pendingTrials, succeededTrials } from "./common/observations.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

/** NNI's naive evolution: two individuals meet, the worse leaves the population, the better has a mutated child.
 *  Which trial left is kept on the child (`tunerState`), so the population follows from the history.
 *  An early-stopped trial counts with its last report. */
export const evolution = defineTuner({
  name: "Evolution",
  aliases: ["EvolutionTuner"],
  description: "Keeps a population; of two the worse leaves and the better gets a mutated child.",
  arguments: [
    {
      name: "population_size",
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      default: 32,
      description: "Individuals in the population; the first ones are random.",
    },
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create(args, optimizeMode) {
    const size = args.number("population_size");
    return {
      suggest(space, history, rng) {
        const pending = pendingTrials(history).length;
        if (pending >= size)
          return { kind: "wait", reason: `All ${size} individuals of the population are running.` };
        const gone = new Set(history.map((trial) => trial.tunerState?.["left"]));
        const alive = [
          ...succeededTrials(history, optimizeMode),
          ...earlyStoppedTrials(history, optimizeMode),
        ].filter(({ trial }) => !gone.has(trial.number));
        const failed = history.filter((t) => t.status === "FAILED" || t.status === "USER_CANCELED");
        const random = history.filter((t) => typeof t.tunerState?.["parent"] !== "number").length;
        const needed = size + failed.length;
        const seen = seenConfigurations(space, history);
        if (random < needed || (alive.length === 0 && pending === 0)) {
          const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
          const startup = { done: Math.min(random, needed), needed };
          return { kind: "trial", parameters, provenance: { source: "startup", startup } };
        }
        if (alive.length === 0)
          return { kind: "wait", reason: "The first population has no result yet." };
        const order = rng.shuffle(alive.map((_, i) => i));
        const first = alive[order[0]!]!;
        const second = order[1] === undefined ? undefined : alive[order[1]];
        const winner = second !== undefined && second.loss < first.loss ? second : first;
        const loser = second === undefined ? null : winner === first ? second : first;
        const child = mutate(space, winner.trial.parameters, rng);
        const { parameters, replaced } = replaceRepeat(space, seen, child, rng);
        const source = replaced ? "fallback" : "model";
        const parent = winner.trial.number;
        const left = loser === null ? null : loser.trial.number;
        const facts: readonly Fact[] = [
          { kind: "mutated", parent },
          ...(left === null ? [] : [{ kind: "left", trial: left } as const]),
        ];
        return {
          kind: "trial",
          parameters,
          provenance: { source, facts },
          tunerState: { parent, left },
        };
      },
    };
  },
});
