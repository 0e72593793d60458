import type { CatalogueOf } from "../catalogue.ts";
import type { algorithms as area } from "../vocabulary/algorithms.ts";

const listed =
  'list whole configurations in one choice, e.g. { "combine_params": { "_type": "choice", "_value": [{ "lr": 0.1 }, { "lr": 0.01 }] } }, or use TPE';

export const algorithms: CatalogueOf<typeof area> = {
  "argument-unknown": ({ owner, argument, names }) =>
    `${owner}: ${argument} is not an argument of ${owner}. Its arguments are: ${names.join(", ")}.`,
  "argument-wrong": ({ owner, argument, expected, value }, say) =>
    `${owner}: ${argument} must be ${say(expected)}, got ${value}.`,
  "nni-tuner-structure": ({ name, nested, one, other }) =>
    `${name} is a tuner of NNI that Tabtune does not offer: put the architecture into the search space${nested ? " (nested choices)" : ""} and use ${one} or ${other}.`,
  "nni-tuner-instead": ({ name, instead }) =>
    `${name} is a tuner of NNI that Tabtune does not offer: use ${instead}.`,
  "custom-tuner": ({ names }) =>
    `Custom tuners run Python code, which a browser cannot: use one of ${names.join(", ")}.`,
  "unknown-tuner": ({ name, names }) =>
    `There is no tuner named ${JSON.stringify(name)}: use one of ${names.join(", ")}.`,
  "unknown-assessor": ({ name, names }) =>
    `There is no assessor named ${JSON.stringify(name)}: use one of ${names.join(", ")}.`,
  "unsupported-type": ({ path, type, tuner }) =>
    `${path} is of type ${type}, which ${tuner} cannot handle: use TPE, or change the parameter.`,
  "unsupported-nested": ({ path, tuner }) =>
    `${path} is a nested choice, which ${tuner} cannot handle: use TPE, or change the parameter.`,
  "unsupported-unbounded": ({ path, type, tuner }) =>
    `${path} is of type ${type}, which ${tuner} cannot handle: use TPE, or a bounded type.`,
  "unsupported-names": ({ path, tuner }) =>
    `${path} has options that are no numbers, which ${tuner} cannot handle: use TPE, or numbers.`,
  "lists-only-type": ({ path, type }) =>
    `${path} is of type ${type}, which BatchTuner cannot handle: ${listed}.`,
  "lists-only-nested": ({ path }) =>
    `${path} is a nested choice, which BatchTuner cannot handle: ${listed}.`,
  "lists-only": `This search space is no list of configurations: ${listed}.`,
  "no-draws": ({ draws }) =>
    `No configuration obeyed the constraints in ${draws} draws: loosen _constraints.`,
  "all-tried": ({ tried }) =>
    `All ${tried} configurations of the search space have been tried: there is nothing new to suggest. Widen the search space or stop here.`,
  "all-listed-tried": ({ tried }) =>
    `All ${tried} listed configurations have been tried. Add more to the list or stop here.`,
  "all-random": ({ trials, tuner, startup }) =>
    `All ${trials} trials will be random: ${tuner} tries ${startup} at random before it chooses.`,
};
