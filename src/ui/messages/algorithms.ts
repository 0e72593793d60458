import type { LanguageFolder } from "./language.ts";

/** The description of a tuner, an assessor or one of their arguments. The catalogue of algorithms speaks English; other languages
 *  are looked up under `<kind>.<name>[.<argument>]`, arguments that several share under `argument.<argument>`. */
export function describeAlgorithm(
  { algorithms }: Pick<LanguageFolder, "algorithms">,
  { kind, name, argument = "" }: { kind: "tuner" | "assessor"; name: string; argument?: string },
  english: string,
): string {
  const own = argument === "" ? `${kind}.${name}` : `${kind}.${name}.${argument}`;
  return algorithms[own] ?? algorithms[`argument.${argument}`] ?? english;
}
