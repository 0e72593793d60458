import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/json.ts";
import { inline, spaceText } from "../../views/space-text.ts";

/** The parts of a search space that are ours, as text with one entry a line. */
export interface SpaceExtras {
  /** E.g. `lr_min < lr`. */
  readonly constraints: string;
  /** Configurations to try first, each a JSON object. */
  readonly initial: string;
}

/** What empty fields show. */
export const extrasExample: SpaceExtras = {
  constraints: "conv_size < hidden_size",
  initial: '{ "lr": 0.1, "batch_size": 64 }',
};

/** Takes `_constraints` and `_initial` out of a search space's text; null where that is no JSON object. */
export function readExtras(text: string): SpaceExtras | null {
  const space = parseObject(text);
  if (space === null) return null;
  const lines = (value: JsonValue | undefined, show: (item: JsonValue) => string): string =>
    Array.isArray(value) ? value.map(show).join("\n") : "";
  return {
    constraints: lines(space["_constraints"], (item) =>
      typeof item === "string" ? item : inline(item),
    ),
    initial: lines(space["_initial"], inline),
  };
}

/** The search space's text with these parts; null where it, or a configuration, is no JSON object. */
export function writeExtras(text: string, { constraints, initial }: SpaceExtras): string | null {
  const space = parseObject(text);
  const configurations = linesOf(initial).map(parseObject);
  if (space === null || configurations.includes(null)) return null;
  const { _constraints: _, _initial: __, ...parameters } = space;
  const relations = linesOf(constraints);
  return spaceText({
    ...parameters,
    ...(relations.length > 0 ? { _constraints: relations } : {}),
    ...(configurations.length > 0 ? { _initial: configurations as JsonObject[] } : {}),
  });
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null; // While somebody types, the text is often no JSON yet.
  }
}
