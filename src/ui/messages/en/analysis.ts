import type { Finding } from "../../../core/analysis/index.ts";
import { percent } from "../../format.ts";
import { plural } from "./plural.ts";

type Facts = Finding["details"];

/** What is worked out from the trials: importance, landscapes, findings, forecasts. */
export const enAnalysis = {
  importance: {
    title: "What matters",
    tooFew: (fewest: number) => `This needs ${fewest} finished trials.`,
    method: "Question",
    methods: { best: "what sets the best apart", anywhere: "what moves the metric anywhere" },
    explain: {
      best: "How differently the best fifth of the trials is spread along each parameter than all trials (PED-ANOVA). An estimate: with few trials the order may be chance.",
      anywhere:
        "How much of the metric’s variance each parameter explains alone over the whole space (fANOVA on a random forest), ± how far the trees differ. The rest is parameters acting together. An estimate.",
    },
    stopped: "with trials stopped early",
    computing: "Working it out …",
    failed: "This could not be worked out.",
  },
  marginal:
    "Line: the expected metric when only this parameter is set and the others vary (random forest); the band says how far the trees differ.",
  landscape: {
    title: "Two parameters together",
    x: "across",
    y: "upwards",
    summary: (x: string, y: string, count: number) =>
      `Expected metric over ${x} and ${y}, learned from ${plural(count, "trial", "trials")}.`,
    explain: (low: string, high: string) =>
      `Tiles: expected metric, the stronger the colour the better, from ${low} to ${high} (random forest, the other parameters as the trials had them). Numbers: the places of the trials, 1 is the best.`,
    place: (rank: number, trial: number, metric: string) =>
      `place ${rank}: trial ${trial} with ${metric}`,
  },
  distribution: {
    title: "How many trials get how far",
    summary: (count: number, half: string) =>
      `Distribution of the results of ${plural(count, "trial", "trials")}; half of them are at most ${half}.`,
    share: "share of the trials",
    metric: "at most this metric",
  },
  zoom: {
    title: "Zoom in",
    explain:
      "A new experiment in a smaller space around the best trials: ranges shrink to theirs with a margin, options that none of them used are left out. You see it before it starts.",
    share: "Best",
    submit: "Set it up",
    of: (share: string, count: number) => `${share}: ${plural(count, "trial", "trials")}`,
    nameOf: (name: string) => `${name} · zoom`,
  },
  findings: {
    title: "Worth knowing",
    none: "Nothing odd was found.",
    of: {
      "metric-on-test-set": () =>
        "Trials are compared on the test images, so the best result is too good to be true for new ones. Choose validation for a result of your own.",
      "tuner-in-startup": (f: Facts) =>
        `${f["done"]} of ${f["needed"]} start-up trials are done. Until then the tuner explores; it learns from them afterwards.`,
      "duplicate-configurations": (f: Facts) =>
        `${f["duplicates"]} of ${f["trials"]} trials repeat a configuration; there are ${f["distinct"]} different ones.`,
      "noise-exceeds-gap": (f: Facts) =>
        `Repeats of one configuration differ by ${percent(Number(f["noise"]))}, the two best configurations by only ${percent(Number(f["gap"]))}: they cannot be told apart. Train the leaders longer or again.`,
      "best-on-bound": (f: Facts) =>
        `The best trial has ${f["path"]} at the ${f["bound"]} end of its range. A wider range may do better.`,
      "parameter-without-effect": (f: Facts) =>
        `No effect seen so far (at most ${percent(Number(f["share"]))} of the differences): ${f["path"]}. Fixing it makes the search easier.`,
      "many-failures": (f: Facts) =>
        `${f["failed"]} of ${f["ended"]} trials failed. Their details say why; a smaller learning rate or batch often helps.`,
      "no-result": (f: Facts) => `None of ${f["ended"]} ended trials has a result.`,
    } satisfies Record<Finding["code"], (details: Facts) => string>,
  },
  forecast: {
    explain: "Band: where the assessor expects the curve to go, nine times out of ten.",
    of: (trial: number, value: string) => `forecast of trial ${trial}: ${value}`,
  },
};
