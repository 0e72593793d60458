import { sampleParameters } from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { mutate } from "./common/mutate.ts";
import { earlyStoppedTrials, succeededTrials } from "./common/observations.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

/** Ageing evolution (Real et al., 2019): the population is the youngest trials, a tournament picks the parent.
 *  NNI's defaults of 100 and 25 suit thousands of trials; a browser's tens need smaller ones. */
export const regularizedEvolution = defineTuner({
  name: "RegularizedEvolution",
  aliases: ["RegularizedEvolutionTuner"],
  description: "Mutates the best of a random sample of the youngest trials; the old die out.",
  arguments: [
    {
      name: "population_size",
      type: "integer",
      minimum: 2,
      maximum: 100_000,
      default: 20,
      description: "How many of the youngest finished trials form the population.",
    },
    {
      name: "sample_size",
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      default: 6,
      description: "How many of them meet in a tournament.",
    },
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create(args, optimizeMode) {
    const size = args.number("population_size");
    const sample = args.number("sample_size");
    return {
      suggest(space, history, rng) {
        const seen = seenConfigurations(space, history);
        const results = [
          ...succeededTrials(history, optimizeMode),
          ...earlyStoppedTrials(history, optimizeMode),
        ].sort((x, y) => x.trial.number - y.trial.number);
        if (results.length < size) {
          const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
          const startup = { done: results.length, needed: size };
          return { kind: "trial", parameters, provenance: { source: "startup", startup } };
        }
        const tournament = rng
          .shuffle(Array.from({ length: size }, (_, i) => results.length - size + i))
          .slice(0, sample)
          .map((i) => results[i]!);
        const winner = tournament.reduce((best, other) => (other.loss < best.loss ? other : best));
        const child = mutate(space, winner.trial.parameters, rng);
        const { parameters, replaced } = replaceRepeat(space, seen, child, rng);
        return {
          kind: "trial",
          parameters,
          provenance: {
            source: replaced ? "fallback" : "model",
            facts: [
              { kind: "mutated", parent: winner.trial.number },
              { kind: "tournament", trials: tournament.map(({ trial }) => trial.number) },
            ],
          },
        };
      },
    };
  },
});
