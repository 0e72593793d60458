import { sampleParameters } from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

/** Draws every parameter from its prior. */
export const random = defineTuner({
  name: "Random",
  aliases: ["RandomTuner", "Random_Search"],
  description: "Draws every configuration at random; the yardstick for all others.",
  arguments: [],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create: () => ({
    suggest(space, history, rng) {
      const seen = seenConfigurations(space, history);
      const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
      return { kind: "trial", parameters, provenance: { source: "random" } };
    },
  }),
});
