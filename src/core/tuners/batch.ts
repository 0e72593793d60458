import { AppError } from "../errors.ts";
import { canonicalJson, listedConfigurations, type SearchSpace } from "../search-space/index.ts";
import { defineTuner } from "./contract/definition.ts";
import { word } from "../words/index.ts";

/** Runs the configurations listed in the space's one choice, in order, each as often as it is listed. */
export const batch = defineTuner({
  name: "BatchTuner",
  aliases: ["Batch"],
  description: "Runs a list of given configurations in order.",
  arguments: [],
  types: ["choice"],
  nested: true,
  refusal: (path, type) =>
    type === null ? word("lists-only-nested", { path }) : word("lists-only-type", { path, type }),
  multiFidelity: false,
  cost: "light",
  create: () => ({
    suggest(space, history) {
      const listed = listedConfigurations(space) ?? refuse(space);
      const tried = new Map<string, number>();
      for (const { parameters } of history) {
        const key = canonicalJson(parameters);
        tried.set(key, (tried.get(key) ?? 0) + 1);
      }
      for (const [index, parameters] of listed.entries()) {
        const key = canonicalJson(parameters);
        const times = tried.get(key) ?? 0;
        if (times === 0)
          return {
            kind: "trial",
            parameters,
            provenance: {
              source: "grid",
              facts: [{ kind: "listed", index, of: listed.length }],
            },
          };
        tried.set(key, times - 1);
      }
      throw new AppError(
        "search-space-exhausted",
        word("all-listed-tried", { tried: listed.length }),
        { tried: listed.length },
      );
    },
  }),
});

function refuse(space: SearchSpace): never {
  const path = space.parameters[0]?.path ?? "";
  throw new AppError("search-space-invalid", word("lists-only", { path }), { path });
}
