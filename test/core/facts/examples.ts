import type { FactKind, FactOf } from "../../../src/core/facts/index.ts";

const ratio = { l: 1.4, g: 0.6, ratio: 2.3 };
const compared = { steps: 3, best: 0.61234, trials: 5 };

/** One fact of every kind, with every field it may have. */
export const factExamples: { readonly [Kind in FactKind]: FactOf<Kind> } = {
  picked: { kind: "picked", algorithm: "TPE", inside: "Hyperband" },
  "auto-slow": { kind: "auto-slow", results: 301 },
  "auto-many": { kind: "auto-many", parameters: 21 },
  "auto-conditional": { kind: "auto-conditional", percent: 67 },
  "auto-suited": { kind: "auto-suited", parameters: 4, results: 12 },
  "auto-no-epochs": { kind: "auto-no-epochs" },
  "auto-few-epochs": { kind: "auto-few-epochs", epochs: 3 },
  "auto-few-trials": { kind: "auto-few-trials", trials: 8 },
  "auto-brackets": { kind: "auto-brackets", epochs: 27 },
  split: {
    kind: "split",
    good: { count: 2, trials: [4, 1] },
    bad: { count: 3, trials: [0, 2, 3] },
  },
  assumed: { kind: "assumed", trials: [5], as: "mean", metric: 0.5 },
  expected: { kind: "expected", mean: 0.8, deviation: 0.1 },
  "best-known": { kind: "best-known", metric: 0.7 },
  improvement: { kind: "improvement", expected: 0.01 },
  purpose: { kind: "purpose", purpose: "explore", among: 4 },
  near: { kind: "near", trials: [1] },
  mutated: { kind: "mutated", parent: 3 },
  tournament: { kind: "tournament", trials: [3, 4] },
  left: { kind: "left", trial: 0 },
  generation: { kind: "generation", generation: 2, sigma: 0.123 },
  round: { kind: "round", round: 1 },
  continued: { kind: "continued", trial: 2, rank: 1 },
  copied: { kind: "copied", trial: 2 },
  typical: { kind: "typical", results: 12, budget: 3, l: 2, g: 0.5 },
  rung: { kind: "rung", bracket: 0, rung: 1, budget: 9 },
  promoted: { kind: "promoted", trial: 4, rank: 2, of: 9 },
  point: { kind: "point", index: 6 },
  listed: { kind: "listed", index: 1, of: 6 },
  density: {
    kind: "density",
    parameters: [
      {
        ...{ path: "lr", chosen: 0.1, good: 2, bad: 3 },
        candidates: [
          { value: 0.1, ...ratio },
          { value: "sgd", ...ratio },
        ],
      },
    ],
    together: { considered: 24, best: [ratio] },
  },
  predictions: {
    kind: "predictions",
    candidates: [{ parameters: { lr: 0.1 }, mean: 0.8, deviation: 0.1, improvement: null }],
  },
  fitted: {
    ...{ kind: "fitted", results: 20, earlyStopped: 2, pending: 1, noise: 0.01, signal: 0.3 },
    ...{ lengthScales: { lr: 0.4 }, lengthScale: 0.2 },
  },
  score: { kind: "score", utility: "ucb", value: 1.2 },
  said: { kind: "said", text: "Something an older build said." },
  "below-median": { kind: "below-median", ...compared, median: 0.7044 },
  "not-below-median": { kind: "not-below-median", ...compared, median: 0.5 },
  "share-of-trials": { kind: "share-of-trials", ...compared, better: 3, percent: 50 },
  "place-on-rung": { kind: "place-on-rung", ...compared, place: 2, places: 1 },
  "predicted-end": {
    ...{ kind: "predicted-end", steps: 6, predicted: 0.61, epochs: 20, bar: 0.8, best: 0.84 },
  },
  "forecast-end": {
    ...{ kind: "forecast-end", steps: 6, target: 20, end: 0.61, sd: 0.02, bar: 0.8 },
    probability: 0.995,
  },
  "too-early": { kind: "too-early", steps: 1, first: 3 },
  "between-judgements": { kind: "between-judgements", steps: 7, gap: 2 },
  "too-few-trials": { kind: "too-few-trials", steps: 3, trials: 2, needed: 4 },
  "not-judged": { kind: "not-judged", steps: 5, because: "no-rivals" },
};
