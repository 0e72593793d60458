import { AppError } from "../../errors.ts";
import { word, type Word } from "../../words/index.ts";

/** NNI's tuners that are recognised and not offered, with what to use instead. Keys in lower case. */
const unsupported: Readonly<Record<string, Word>> = {
  networkmorphism: word("nni-tuner-structure", {
    ...{ name: "NetworkMorphism", nested: true, one: "TPE", other: "Evolution" },
  }),
  ppotuner: word("nni-tuner-structure", {
    ...{ name: "PPOTuner", nested: false, one: "RegularizedEvolution", other: "TPE" },
  }),
  dngotuner: word("nni-tuner-instead", { name: "DNGOTuner", instead: "GaussianProcess" }),
};
const synonyms: Readonly<Record<string, string>> = { ppo: "ppotuner", dngo: "dngotuner" };
const customWords = ["custom", "customized", "customizedtuner", "customtuner"];

/** The error for a tuner name that the catalogue does not hold. */
export function unsupportedTuner(name: string, known: readonly string[]): AppError {
  const key = name.toLowerCase();
  const said =
    unsupported[synonyms[key] ?? key] ??
    (customWords.includes(key)
      ? word("custom-tuner", { name, names: known })
      : word("unknown-tuner", { name, names: known }));
  return new AppError("tuner-unsupported", said, { tuner: name });
}
