import { scrambledSobol } from "../math/sobol.ts";
import {
  allSpecs,
  buildParameters,
  effectiveKey,
  fromUnit,
  sampleParameters,
  satisfiesConstraints,
} from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { drawUnseen, seenConfigurations } from "./common/unseen.ts";

/** Points skipped in search of one that is new and obeys the constraints. */
const maxSkips = 4096;

/** Fills the space evenly with a scrambled Sobol sequence. The scramble is drawn with the first trial and travels, with
 *  the next index, on the trials (`tunerState`). Every parameter of the tree has its own coordinate, used when active. */
export const qmc = defineTuner({
  name: "QMC",
  aliases: ["Sobol", "QmcTuner"],
  description: "Fills the space evenly (scrambled Sobol): better than Random at the same price.",
  arguments: [],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create: () => ({
    suggest(space, history, rng) {
      const states = history.map((trial) => trial.tunerState).filter((s) => s !== undefined);
      const first = states.find((state) => typeof state["scramble"] === "number");
      const scramble = Number(first?.["scramble"] ?? rng.uint32());
      const used = states.map((state) => Number(state["index"])).filter(Number.isInteger);
      const start = used.reduce((most, index) => Math.max(most, index + 1), 0);
      const specs = allSpecs(space);
      const place = new Map(specs.map((spec, i) => [spec.path, i]));
      const seen = seenConfigurations(space, history);
      for (let index = start; index < start + maxSkips; index++) {
        const point = scrambledSobol(index, specs.length, scramble);
        const parameters = buildParameters(space, (spec) =>
          fromUnit(spec, point[place.get(spec.path)!]!),
        );
        if (!satisfiesConstraints(space.constraints, parameters)) continue;
        if (seen.size > 0 && seen.has(effectiveKey(space, parameters))) continue;
        return {
          kind: "trial",
          parameters,
          provenance: { source: "grid", facts: [{ kind: "point", index }] },
          tunerState: { scramble, index },
        };
      }
      // An infinite space whose prior has few values to give (a narrow qnormal) may repeat.
      const parameters = drawUnseen(space, seen, rng) ?? sampleParameters(space, rng);
      return { kind: "trial", parameters, provenance: { source: "fallback" } };
    },
  }),
});
