import { plural } from "./plural.ts";

/** Why a configuration was chosen; what its facts say is in `facts.ts`. */
export const enWhy = {
  why: {
    question: (trial: number) => `Why trial ${trial}?`,
    user: "You chose these parameters yourself.",
    imported: "It came with the experiment this one continues.",
    longer: (trial: number) => `It continues trial ${trial} for more epochs.`,
    unknown: "The experiment does not say.",
    startup: (tuner: string, done: number, needed: number) =>
      `Drawn at random: ${tuner} needs ${needed} finished trials before its model can choose, and had ${done}.`,
    source: (source: string, tuner: string) =>
      ({
        startup: `Drawn at random, because ${tuner} has too little to go on.`,
        model: `Chosen by ${tuner} from the results so far.`,
        random: "Drawn at random from the search space.",
        fallback: `${tuner} had suggested a configuration that was tried before; this one replaced it.`,
        grid: "The next of the points laid out in advance.",
        initial: "The search space asks for this configuration first.",
        user: "You chose these parameters yourself.",
      })[source] ?? source,
    considered: (count: number) =>
      `${plural(count, "candidate", "candidates")} compared; the best ones are drawn.`,
    bars: "Bars: candidates, higher where l/g is higher; the filled one was taken. Dots: results, the best ones filled.",
    together: (ratio: string) =>
      `All parameters together: l/g = ${ratio}, judged jointly, so it is not the product of those above. The configuration with the highest was taken.`,
    ratio: (l: string, g: string, ratio: string) => `l ${l}, g ${g}, l/g ${ratio}`,
    ratioMeans:
      "l: how dense the best results are here. g: how dense the others are. Expected improvement grows with l/g.",
    parameterChart: (path: string, chosen: string) => `${path}: ${chosen} was chosen`,
    predictions: "Candidates and what the model expects of them",
    prediction: "expected",
    gain: "improvement",
  },
};
