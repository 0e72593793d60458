import type { Fact } from "../facts/index.ts";
import {
  countConfigurations,
  effectiveKey,
  enumerateConfigurations,
  type Parameters,
  type SearchSpace,
} from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { refiningGrid } from "./grid/refining-grid.ts";
import { exhausted } from "./common/unseen.ts";

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
      const { points, of } = gridOf(space);
      let index = 0;
      for (const parameters of points) {
        if (!seen.has(effectiveKey(space, parameters))) {
          const fact: Fact = of === null ? { kind: "point", index } : { kind: "listed", index, of };
          return { kind: "trial", parameters, provenance: { source: "grid", facts: [fact] } };
        }
        index++;
      }
      throw exhausted(seen.size);
    },
  }),
});

/** The points in order, and how many there are; null where nobody counts them: a grid that is refined, one with constraints. */
function gridOf(space: SearchSpace): {
  readonly points: Iterable<Parameters>;
  readonly of: number | null;
} {
  const count = countConfigurations({ ...space, constraints: [] });
  if (space.reading !== "2.1" || count === Infinity)
    return { points: refiningGrid(space), of: null };
  const of = space.constraints.length === 0 ? count : null;
  return { points: enumerateConfigurations(space), of };
}
