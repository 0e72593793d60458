import {
  countConfigurations,
  effectiveKey,
  enumerateConfigurations,
  type Parameters,
  type SearchSpace,
} from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { refiningGrid } from "./grid/refining-grid.ts";
import { exhausted } from "./unseen.ts";

/** NNI's grid search. 3.0: every type; numbers start at the median of their prior and each round halves the intervals
 *  of its distribution function. 2.1 (`reading` of the space): the Cartesian product of a finite space, in order. */
export const gridSearch = defineTuner({
  name: "GridSearch",
  aliases: ["GridSearchTuner", "Grid"],
  description: "Tries a grid in order and refines it round by round.",
  arguments: [],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create: () => ({
    suggest(space, history) {
      const seen = new Set(history.map((trial) => effectiveKey(space, trial.parameters)));
      for (const parameters of gridOf(space))
        if (!seen.has(effectiveKey(space, parameters)))
          return { kind: "trial", parameters, provenance: { source: "grid" } };
      throw exhausted(seen.size);
    },
  }),
});

function gridOf(space: SearchSpace): Iterable<Parameters> {
  const finite = countConfigurations({ ...space, constraints: [] }) < Infinity;
  return space.reading === "2.1" && finite ? enumerateConfigurations(space) : refiningGrid(space);
}
