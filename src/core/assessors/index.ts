import { AppError } from "../errors.ts";
import { finiteFacts, inWords } from "../facts/index.ts";
import type { JsonObject } from "../json.ts";
import { resolveArguments } from "../tuners/contract/arguments.ts";
import { assessorWords } from "../words/en/facts.ts";
import type { Assessor } from "./assessor.ts";
import { assessorCatalogue } from "./catalogue.ts";
import type { AssessorDefinition } from "./definition.ts";
import { onWholeCurves } from "./whole-histories.ts";
import { word } from "../words/index.ts";

export type * from "./assessor.ts";
export { assessorCatalogue } from "./catalogue.ts";
export type { AssessorDefinition } from "./definition.ts";

/** Creates an assessor by its name or one of its aliases.
 *  @throws AppError "assessor-unsupported" for a name that is not in the catalogue
 *  @throws AppError "assessor-argument-invalid" for an unknown or mistyped classArg */
export function createAssessor(name: string, classArgs: JsonObject = {}): Assessor {
  const definition = findAssessor(name);
  if (definition === null)
    throw new AppError(
      "assessor-unsupported",
      word("unknown-assessor", { name, names: assessorCatalogue.map((known) => known.name) }),
      { assessor: name },
    );
  const args = resolve(definition, classArgs);
  const mode = args.text("optimize_mode") === "minimize" ? "minimize" : "maximize";
  const judge = onWholeCurves(definition.create(args, mode), definition.compares);
  return {
    name: definition.name,
    assess(trial, history, rng) {
      const { fact, ...judgement } = judge(trial, history, rng);
      return { ...judgement, reason: inWords(assessorWords, fact), facts: finiteFacts([fact]) };
    },
  };
}

/** The catalogue's entry for a name or alias, whatever its case; null if there is none. */
export function findAssessor(name: string): AssessorDefinition | null {
  const key = name.toLowerCase();
  const matches = (assessor: AssessorDefinition): boolean =>
    assessor.name.toLowerCase() === key ||
    assessor.aliases.some((alias) => alias.toLowerCase() === key);
  return assessorCatalogue.find(matches) ?? null;
}

function resolve(
  definition: AssessorDefinition,
  classArgs: JsonObject,
): ReturnType<typeof resolveArguments> {
  try {
    return resolveArguments(definition.name, definition.arguments, classArgs);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError("assessor-argument-invalid", error.word, {
      assessor: definition.name,
      argument: error.details["argument"] ?? "",
    });
  }
}
