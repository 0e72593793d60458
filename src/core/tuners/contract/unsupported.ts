import { AppError } from "../../errors.ts";

/** NNI's tuners that are recognised and not offered, with what to use instead. Keys in lower case. */
const unsupported: Readonly<Record<string, { readonly name: string; readonly remedy: string }>> = {
  networkmorphism: {
    name: "NetworkMorphism",
    remedy: "put the architecture into the search space (nested choices) and use TPE or Evolution",
  },
  ppotuner: {
    name: "PPOTuner",
    remedy: "put the architecture into the search space and use RegularizedEvolution or TPE",
  },
  dngotuner: { name: "DNGOTuner", remedy: "use GaussianProcess" },
};
const synonyms: Readonly<Record<string, string>> = { ppo: "ppotuner", dngo: "dngotuner" };
const customWords = ["custom", "customized", "customizedtuner", "customtuner"];

/** The error for a tuner name that the catalogue does not hold. */
export function unsupportedTuner(name: string, known: readonly string[]): AppError {
  const key = name.toLowerCase();
  const entry = unsupported[synonyms[key] ?? key];
  const message = entry
    ? `${entry.name} is a tuner of NNI that Tabtune does not offer: ${entry.remedy}.`
    : customWords.includes(key)
      ? `Custom tuners run Python code, which a browser cannot: use one of ${known.join(", ")}.`
      : `There is no tuner named ${JSON.stringify(name)}: use one of ${known.join(", ")}.`;
  return new AppError("tuner-unsupported", message, { tuner: name });
}
