import type { FactKind, FactOf, FactWords } from "../../../core/facts/index.ts";
import { percent, ratioText, shortNumber } from "../../format.ts";

/** Kinds that are drawn, and those for readers of the journal only. */
export type WordlessKind = "density" | "predictions" | "fitted" | "score";
export type SaidKind = Exclude<FactKind, WordlessKind>;

const metric = (value: number | null): string => (value === null ? "nothing yet" : percent(value));
const numbers = (trials: readonly number[]): string =>
  `${trials.length === 1 ? "trial" : "trials"} ${trials.join(", ")}`;

const purposes: Readonly<Record<FactOf<"purpose">["purpose"], string>> = {
  refine: "The model saw nothing more to gain, so it looked where it may be too sure.",
  explore: "The model saw nothing more to gain, so it looked where least is known.",
  exploration: "Taken to learn about a region that is little known.",
  exploitation: "Taken where the model expects most.",
  resampling: "Measured again, because the earlier result looks like an outlier.",
  optimum: "Taken at the best place the model sees.",
};
const notJudged: Readonly<Record<FactOf<"not-judged">["because"], string>> = {
  "no-rung": "It is only judged at growing intervals.",
  "no-numbers": "Its reports are not all numbers.",
  "none-as-long": "No finished trial got as far.",
  "none-finished": "No trial has finished yet.",
  "no-length": "No trial has finished yet to say how long one is.",
  "no-rivals": "No other trial has got so far.",
  "nearly-done": "It is about to finish.",
  "no-agreement": "Too few curves agree on a prediction.",
};

/** What tuners and assessors say, a sentence a kind. */
const facts: FactWords<SaidKind> = {
  picked: ({ algorithm, inside }) =>
    `Auto picked ${inside ? `${algorithm} with ${inside}` : algorithm}.`,
  "auto-slow": ({ results }) => `${results} results make a Gaussian process slow.`,
  "auto-many": ({ parameters }) => `${parameters} parameters are many for a Gaussian process.`,
  "auto-conditional": ({ percent }) => `${percent}\u202f% of the parameters depend on another.`,
  "auto-suited": ({ parameters, results }) =>
    `${parameters} parameters and ${results} results are what a Gaussian process is best at.`,
  "auto-no-epochs": () =>
    "Every trial trains in full, as its number of epochs is part of the search.",
  "auto-few-epochs": ({ epochs }) => `${epochs} epochs are too few to stop any earlier.`,
  "auto-few-trials": ({ trials }) =>
    `${trials} trials are too few to train some of them only briefly.`,
  "auto-brackets": ({ epochs }) => `Only the better trials get all ${epochs} epochs.`,
  split: ({ good, bad }) =>
    good.trials
      ? `The best results so far (${numbers(good.trials)}) against the other ${bad.count}: looked for values that are common among the best and rare among the others.`
      : `The ${good.count} best results against the other ${bad.count}: looked for values that are common among the best and rare among the others.`,
  assumed: ({ trials }) =>
    `${numbers(trials).replace("t", "T")} had no result yet and counted with an assumed one, so that trials at the same time differ.`,
  expected: ({ mean, deviation }) =>
    `The model expects ${percent(mean)} ± ${percent(deviation)} here.`,
  "best-known": ({ metric }) => `Best under the model so far: ${percent(metric)}.`,
  improvement: ({ expected }) => `Expected improvement: ${percent(expected, 2)}.`,
  purpose: ({ purpose }) => purposes[purpose],
  near: ({ trials }) => `Drawn near ${numbers(trials)}, among the best so far.`,
  mutated: ({ parent }) => `A changed copy of trial ${parent}.`,
  tournament: ({ trials }) => `The parent was the best of ${numbers(trials)}.`,
  left: ({ trial }) => `Trial ${trial} left the population for it.`,
  generation: ({ generation, sigma }) =>
    `Generation ${generation + 1}; step size ${shortNumber(Number(sigma.toPrecision(2)))} of each range.`,
  round: ({ round }) => `Round ${round + 1} of the population.`,
  continued: ({ trial, rank }) => `Trial ${trial} was place ${rank} of its round and trains on.`,
  copied: ({ trial }) =>
    `The worst of the round gave way: this one takes over the weights of trial ${trial} with changed parameters.`,
  typical: ({ results, budget, l, g }) =>
    `Learned from ${results} results at ${budget} epochs: ${ratioText(l / g)} times as typical of the good ones as of the others.`,
  rung: ({ bracket, rung, budget }) =>
    `Bracket ${bracket + 1}, rung ${rung + 1}: trains to epoch ${budget}.`,
  promoted: ({ trial, rank, of }) =>
    `Trial ${trial} was place ${rank} of ${of} on its rung and goes on from its saved weights.`,
  point: ({ index }) => `Point ${index + 1} of a sequence that fills the space evenly.`,
  listed: ({ index, of }) => `Configuration ${index + 1} of the ${of} listed.`,
  said: ({ text }) => text,
  "below-median": ({ steps, best, median, trials }) =>
    `After ${steps} epochs its best was ${metric(best)}, below the median ${metric(median)} of ${trials} finished trials.`,
  "not-below-median": ({ steps, best, median, trials }) =>
    `After ${steps} epochs its best was ${metric(best)}, not below the median ${metric(median)} of ${trials} finished trials.`,
  "share-of-trials": ({ steps, better, trials, best, percent }) =>
    `After ${steps} epochs ${better} of ${trials} other trials had more than its best, ${metric(best)}; the best ${percent}\u202f% go on.`,
  "place-on-rung": ({ steps, place, trials, best, places }) =>
    `After ${steps} epochs it was place ${place} of ${trials} with ${metric(best)}; the first ${places} go on.`,
  "predicted-end": ({ predicted, epochs, bar }) =>
    `Predicted to end at ${metric(predicted)} after ${epochs} epochs; ${metric(bar)} would be needed.`,
  "forecast-end": ({ end, sd, bar, probability }) =>
    `Forecast to end at ${metric(end)} ± ${metric(sd)} against ${metric(bar)}: ${Math.floor(100 * probability)}\u202f% sure that it will not be best.`,
  "too-early": ({ steps, first }) => `Epoch ${steps} of ${first} before it is judged.`,
  "between-judgements": ({ gap }) => `It is only judged every ${gap} epochs.`,
  "too-few-trials": ({ trials, needed }) =>
    `${trials} of the ${needed} trials needed to compare with.`,
  "not-judged": ({ because }) => notJudged[because],
};

export const enFacts = { facts };
