import type { SentenceCode, SentenceValues } from "../../../core/sentences.ts";
import { percent } from "../../format.ts";
import { plural } from "../plural.ts";

const metric = (value: unknown): string =>
  typeof value === "number" ? percent(value) : String(value);
const numbers = (trials: readonly number[]): string =>
  `${trials.length === 1 ? "trial" : "trials"} ${trials.join(", ")}`;

/** Why a configuration was chosen and why a trial ended. */
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
    split: (good: readonly number[], others: number) =>
      `The best results so far (${numbers(good)}) against the other ${others}: looked for values that are common among the best and rare among the others.`,
    splitCounts: (good: number, others: number) =>
      `The ${good} best results against the other ${others}: looked for values that are common among the best and rare among the others.`,
    liar: (trials: readonly number[]) =>
      `${numbers(trials).replace("t", "T")} had no result yet and counted with an assumed one, so that trials at the same time differ.`,
    considered: (count: number) =>
      `${plural(count, "candidate", "candidates")} compared; the best ones are drawn.`,
    bars: "Bars: candidates, higher where l/g is higher; the filled one was taken. Dots: results, the best ones filled.",
    together: (ratio: string) =>
      `All parameters together: l/g = ${ratio}, judged jointly, so it is not the product of those above. The configuration with the highest was taken.`,
    ratio: (l: string, g: string, ratio: string) => `l ${l}, g ${g}, l/g ${ratio}`,
    ratioMeans:
      "l: how dense the best results are here. g: how dense the others are. Expected improvement grows with l/g.",
    parameterChart: (path: string, chosen: string) => `${path}: ${chosen} was chosen`,
    expected: (mean: number, deviation: number) =>
      `The model expects ${percent(mean)} ± ${percent(deviation)} here.`,
    bestKnown: (best: number) => `Best under the model so far: ${percent(best)}.`,
    improvement: (value: number) => `Expected improvement: ${percent(value, 2)}.`,
    purpose: (purpose: string) =>
      ({
        improve: "",
        refine: "The model saw nothing more to gain, so it looked where it may be too sure.",
        explore: "The model saw nothing more to gain, so it looked where least is known.",
        exploration: "Taken to learn about a region that is little known.",
        exploitation: "Taken where the model expects most.",
        resampling: "Measured again, because the earlier result looks like an outlier.",
        optimum: "Taken at the best place the model sees.",
      })[purpose] ?? "",
    predictions: "Candidates and what the model expects of them",
    prediction: "expected",
    gain: "improvement",
    mutated: (parent: number) => `A changed copy of trial ${parent}.`,
    left: (trial: number) => `Trial ${trial} left the population for it.`,
    tournament: (trials: readonly number[]) => `The parent was the best of ${numbers(trials)}.`,
    near: (trials: readonly number[]) => `Drawn near ${numbers(trials)}, among the best so far.`,
    generation: (generation: number, sigma: string) =>
      `Generation ${generation + 1}; step size ${sigma} of each range.`,
    rung: (bracket: number, rung: number, epochs: number) =>
      `Bracket ${bracket + 1}, rung ${rung + 1}: trains to epoch ${epochs}.`,
    promoted: (trial: number, rank: number, of: number) =>
      `Trial ${trial} was place ${rank} of ${of} on its rung and goes on from its saved weights.`,
    density: (results: number, epochs: number, ratio: string) =>
      `Learned from ${results} results at ${epochs} epochs: ${ratio} times as typical of the good ones as of the others.`,
    round: (generation: number) => `Round ${generation + 1} of the population.`,
    continued: (trial: number, rank: number) =>
      `Trial ${trial} was place ${rank} of its round and trains on.`,
    copied: (trial: number) =>
      `The worst of the round gave way: this one takes over the weights of trial ${trial} with changed parameters.`,
    point: (index: number) => `Point ${index + 1} of a sequence that fills the space evenly.`,
    listed: (index: number, of: number) => `Configuration ${index + 1} of the ${of} listed.`,
    picked: (name: string) => `Auto picked ${name}.`,
  },
  /** What assessors and Auto say; numbers are metrics where they are. */
  sentences: {
    "below-median": (v) =>
      `After ${v["steps"]} epochs its best was ${metric(v["best"])}, below the median ${metric(v["median"])} of ${v["trials"]} finished trials.`,
    "not-below-median": (v) =>
      `After ${v["steps"]} epochs its best was ${metric(v["best"])}, not below the median ${metric(v["median"])} of ${v["trials"]} finished trials.`,
    "share-of-trials": (v) =>
      `After ${v["steps"]} epochs ${v["better"]} of ${v["trials"]} other trials had more than its best, ${metric(v["best"])}; the best ${v["percent"]}\u202f% go on.`,
    rung: (v) =>
      `After ${v["steps"]} epochs it was place ${v["place"]} of ${v["trials"]} with ${metric(v["best"])}; the first ${v["places"]} go on.`,
    "predicted-end": (v) =>
      `Predicted to end at ${metric(v["predicted"])} after ${v["epochs"]} epochs; ${metric(v["bar"])} would be needed.`,
    "forecast-end": (v) =>
      `Forecast to end at ${metric(v["end"])} ± ${metric(v["sd"])} against ${metric(v["bar"])}: ${v["percent"]}\u202f% sure that it will not be best.`,
    "auto-slow": (v) => `${v["results"]} results make a Gaussian process slow.`,
    "auto-many": (v) => `${v["parameters"]} parameters are many for a Gaussian process.`,
    "auto-conditional": (v) => `${v["percent"]}\u202f% of the parameters depend on another.`,
    "auto-suited": (v) =>
      `${v["parameters"]} parameters and ${v["results"]} results are what a Gaussian process is best at.`,
    "auto-no-epochs": () =>
      "Every trial trains in full, as its number of epochs is part of the search.",
    "auto-few-epochs": (v) => `${v["epochs"]} epochs are too few to stop any earlier.`,
    "auto-few-trials": (v) =>
      `${v["trials"]} trials are too few to train some of them only briefly.`,
    "auto-brackets": (v) => `Only the better trials get all ${v["epochs"]} epochs.`,
  } satisfies Record<SentenceCode, (values: SentenceValues) => string>,
};
