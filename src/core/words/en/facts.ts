import type { AssessorFacts, FactOf, FactWords } from "../../facts/index.ts";

/** What an assessor says, in English: the `reason` of its decision. Numbers with four significant digits. */
export const assessorWords: FactWords<keyof AssessorFacts> = {
  "below-median": ({ steps, best, median, trials }) =>
    `After ${steps} reports the best is ${digits(best)}, worse than the median ${digits(median)} of ${trials} finished trials.`,
  "not-below-median": ({ steps, best, median, trials }) =>
    `After ${steps} reports the best is ${digits(best)}, not worse than the median ${digits(median)} of ${trials} finished trials.`,
  "share-of-trials": ({ steps, better, trials, best, percent }) =>
    `After ${steps} reports ${better} of ${trials} trials had more than its best, ${digits(best)}; ${digits(percent)} % go on.`,
  "place-on-rung": ({ steps, place, trials, best, places }) =>
    `Rung ${steps}: place ${place} of ${trials} with ${digits(best)}; ${places} go on.`,
  "predicted-end": ({ predicted, epochs, bar }) =>
    `Predicted to end at ${digits(predicted)} after ${epochs} reports; the bar is ${digits(bar)}.`,
  "forecast-end": ({ end, sd, bar, probability }) =>
    `Forecast to end at ${digits(end)} ± ${digits(sd)}, against ${digits(bar)}: ${Math.floor(100 * probability)} % sure that it will not be best.`,
  "too-early": ({ steps, first }) => `Report ${steps} of ${first} before the first judgement.`,
  "between-judgements": ({ gap }) => `Judged every ${gap} reports only.`,
  "too-few-trials": ({ trials, needed }) => `${trials} of ${needed} trials to compare with.`,
  "not-judged": ({ steps, because }) => notJudged[because](steps),
};

const notJudged: Readonly<Record<FactOf<"not-judged">["because"], (steps: number) => string>> = {
  "no-rung": (steps) => `Report ${steps} is no rung.`,
  "no-numbers": () => "The reports are not all numbers.",
  "none-as-long": (steps) => `No finished trial has ${steps} reports to compare with.`,
  "none-finished": () => "No trial has finished yet.",
  "no-length": () => "No trial has finished yet to say how long one is.",
  "no-rivals": () => "No other trial has got so far.",
  "nearly-done": () => "The trial is about to finish.",
  "no-agreement": () => "Too few curves agree on a prediction.",
};

const digits = (value: number | null): string =>
  value === null ? "nothing yet" : String(Number(value.toPrecision(4)));
