import { AppError } from "../errors.ts";
import { finiteFacts } from "../facts/index.ts";
import type { JsonObject } from "../json.ts";
import { createRng } from "../math/rng.ts";
import {
  allSpecs,
  nextInitial,
  parseSearchSpace,
  type SearchSpace,
} from "../search-space/index.ts";
import { resolveArguments } from "./contract/arguments.ts";
import { tunerCatalogue } from "./contract/catalogue.ts";
import type { TunerDefinition } from "./contract/definition.ts";
import type { Suggestion, Tuner } from "./contract/tuner.ts";
import { unsupportedTuner } from "./contract/unsupported.ts";
import { word } from "../words/index.ts";

export { expectation } from "./contract/arguments.ts";
export { tunerCatalogue } from "./contract/catalogue.ts";
export type { ArgumentSpec, ParameterType, TunerDefinition } from "./contract/definition.ts";
export type * from "./contract/tuner.ts";

/** Creates a tuner by its name or one of NNI's spellings of it.
 *  @throws AppError "tuner-unsupported" for a name that is not in the catalogue
 *  @throws AppError "tuner-argument-invalid" for an unknown or mistyped classArg */
export function createTuner(name: string, classArgs: JsonObject = {}): Tuner {
  const definition = findTuner(name);
  if (definition === null)
    throw unsupportedTuner(
      name,
      tunerCatalogue.map((tuner) => tuner.name),
    );
  const args = resolveArguments(definition.name, definition.arguments, classArgs);
  const optimizeMode = args.text("optimize_mode") === "minimize" ? "minimize" : "maximize";
  const seed = args.numberOrNull("seed");
  const algorithm = definition.create(args, optimizeMode);
  return {
    name: definition.name,
    optimizeMode,
    suggest(given, history, rng) {
      const space = isParsed(given) ? given : parseSearchSpace(given);
      checkTunerSupports(definition, space);
      const initial = nextInitial(space, history);
      if (initial !== null && !definition.multiFidelity)
        return { kind: "trial", parameters: initial, provenance: { source: "initial" } };
      const stream = seed === null ? rng : createRng(seed, "tuner", history.length);
      return withFiniteFacts(algorithm.suggest(space, history, stream));
    },
  };
}

/** What the journal keeps must be JSON, or it could not be read again. */
function withFiniteFacts(suggestion: Suggestion): Suggestion {
  if (suggestion.kind !== "trial" || !suggestion.provenance.facts) return suggestion;
  const facts = finiteFacts(suggestion.provenance.facts);
  return { ...suggestion, provenance: { ...suggestion.provenance, facts } };
}

/** In NNI's JSON a parameter of this name would be an object. */
function isParsed(space: SearchSpace | JsonObject): space is SearchSpace {
  return Array.isArray(space["parameters"]);
}

/** The catalogue's entry for a name or alias, whatever its case; null if there is none. */
export function findTuner(name: string): TunerDefinition | null {
  const key = name.toLowerCase();
  const matches = (tuner: TunerDefinition): boolean =>
    tuner.name.toLowerCase() === key || tuner.aliases.some((alias) => alias.toLowerCase() === key);
  return tunerCatalogue.find(matches) ?? null;
}

/** @throws AppError "search-space-invalid" when the space holds something the tuner cannot handle */
export function checkTunerSupports(definition: TunerDefinition, space: SearchSpace): void {
  for (const spec of allSpecs(space)) {
    const nested = spec.type === "choice" && spec.options.some((o) => o.kind === "nested");
    if (definition.types.includes(spec.type) && (definition.nested || !nested)) continue;
    const { path, type } = spec;
    const place = { path, tuner: definition.name };
    const said =
      definition.refusal?.(path, nested ? null : type) ??
      (nested ? word("unsupported-nested", place) : word("unsupported-type", { ...place, type }));
    throw new AppError("search-space-invalid", said, place);
  }
}
