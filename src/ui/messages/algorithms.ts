import type { Language } from "../format.ts";
import { zhAlgorithms } from "./zh/algorithms.ts";

/** The description of a tuner, an assessor or one of their arguments. The catalogue speaks English; other languages are
 *  looked up under `<kind>.<name>[.<argument>]`, arguments that several share under `argument.<argument>`. */
export function describeAlgorithm(
  language: Language,
  kind: "tuner" | "assessor",
  name: string,
  argument: string,
  english: string,
): string {
  if (language === "en") return english;
  const own = argument === "" ? `${kind}.${name}` : `${kind}.${name}.${argument}`;
  return zhAlgorithms[own] ?? zhAlgorithms[`argument.${argument}`] ?? english;
}
