import type { JsonValue } from "../json.ts";
import type { Parameters } from "../search-space/types.ts";

/** Numbers of trials, at least one. */
export type TrialNumbers = readonly number[];

/** Trials that a model took together; named where they are few. */
export interface Group {
  readonly count: number;
  readonly trials?: TrialNumbers;
}

/** Densities of the good and of the other trials at one place, and their ratio, with which expected improvement grows. */
export interface DensityRatio {
  readonly l: number;
  readonly g: number;
  readonly ratio: number;
}

/** What a Parzen estimator weighed along one parameter. */
export interface DensityAxis {
  readonly path: string;
  readonly chosen: JsonValue;
  /** The best ones, the chosen one first. */
  readonly candidates: readonly (DensityRatio & { readonly value: JsonValue })[];
  /** Results on either side, where they are told apart for every parameter anew. */
  readonly good?: number;
  readonly bad?: number;
}

/** A configuration and what a model of the metric expects of it, in the metric's units. */
export interface Prediction {
  readonly parameters: Parameters;
  readonly mean: number;
  readonly deviation: number;
  /** Expected; null where it is not a number. */
  readonly improvement: number | null;
}

/** What Auto says of its choice of an algorithm, by kind. */
export interface AutoFacts {
  /** The algorithm, and what it runs inside. */
  readonly picked: { readonly algorithm: string; readonly inside?: "Hyperband" };
  /** So many results are too many for a Gaussian process. */
  readonly "auto-slow": { readonly results: number };
  /** So many parameters are too many for a Gaussian process. */
  readonly "auto-many": { readonly parameters: number };
  /** So many per cent of the parameters depend on another. */
  readonly "auto-conditional": { readonly percent: number };
  /** Numbers that suit a Gaussian process. */
  readonly "auto-suited": { readonly parameters: number; readonly results: number };
  /** No `max_epochs`, so no brackets. */
  readonly "auto-no-epochs": object;
  /** Too few epochs for brackets. */
  readonly "auto-few-epochs": { readonly epochs: number };
  /** Too few trials for brackets. */
  readonly "auto-few-trials": { readonly trials: number };
  /** Brackets up to this many epochs. */
  readonly "auto-brackets": { readonly epochs: number };
}

/** What tuners say of a suggestion, by kind. */
export interface TunerFacts extends AutoFacts {
  /** The results a model told apart, best first. */
  readonly split: { readonly good: Group; readonly bad: Group };
  /** Running trials that counted with a pretended result, and whose. */
  readonly assumed: {
    readonly trials: TrialNumbers;
    readonly as: "best" | "worst" | "mean";
    readonly metric?: number;
  };
  /** What a model expects of the configuration, in the metric's units. */
  readonly expected: { readonly mean: number; readonly deviation: number };
  /** The best metric a model believes in so far. */
  readonly "best-known": { readonly metric: number };
  /** Expected improvement, in the metric's units. */
  readonly improvement: { readonly expected: number };
  /** What the trial is for, where it is not simply to improve. */
  readonly purpose: {
    readonly purpose:
      "refine" | "explore" | "exploration" | "exploitation" | "resampling" | "optimum";
    /** How many candidates it was chosen from. */
    readonly among?: number;
  };
  /** Drawn in the neighbourhood of these. */
  readonly near: { readonly trials: TrialNumbers };
  /** A changed copy of a trial. */
  readonly mutated: { readonly parent: number };
  /** Whose best one became the parent. */
  readonly tournament: { readonly trials: TrialNumbers };
  /** The trial that left the population for this one. */
  readonly left: { readonly trial: number };
  /** Counts from 0; `sigma` is a share of each range. */
  readonly generation: { readonly generation: number; readonly sigma: number };
  /** Of a population; counts from 0. */
  readonly round: { readonly round: number };
  /** The trial that goes on, with its place in the round before, from 1. */
  readonly continued: { readonly trial: number; readonly rank: number };
  /** The trial whose weights the new one takes over. */
  readonly copied: { readonly trial: number };
  /** How dense the good results at a budget are at the configuration, and how dense the others. */
  readonly typical: {
    readonly results: number;
    readonly budget: number;
    readonly l: number;
    readonly g: number;
  };
  /** Place in successive halving; both count from 0. `budget` in epochs. */
  readonly rung: { readonly bracket: number; readonly rung: number; readonly budget: number };
  /** The trial that goes on, with its place on its rung, from 1. */
  readonly promoted: { readonly trial: number; readonly rank: number; readonly of: number };
  /** Place in a sequence that fills the space; counts from 0. */
  readonly point: { readonly index: number };
  /** Place in a list of configurations; counts from 0. */
  readonly listed: { readonly index: number; readonly of: number };
  /** To be drawn: densities along every active parameter. */
  readonly density: {
    readonly parameters: readonly DensityAxis[];
    /** Over all parameters, where they were judged jointly: the best of those considered, best first. */
    readonly together?: { readonly considered: number; readonly best: readonly DensityRatio[] };
  };
  /** To be drawn: the best configurations compared, the chosen one first. */
  readonly predictions: { readonly candidates: readonly Prediction[] };
  /** For readers of the journal: what a model learned from and what it made of it. Deviations in the metric's units. */
  readonly fitted: {
    readonly results: number;
    readonly earlyStopped?: number;
    readonly pending?: number;
    readonly noise?: number;
    readonly signal?: number;
    /** In units of each range: long = the metric hardly depends on the parameter. */
    readonly lengthScales?: Readonly<Record<string, number>>;
    /** One for all parameters, on their raw values. */
    readonly lengthScale?: number;
  };
  /** For readers of the journal: what the configuration scored by the utility that the tuner maximises. */
  readonly score: { readonly utility: "ei" | "ucb" | "poi"; readonly value: number };
  /** What an older build said in English; shown as it is, never read. */
  readonly said: { readonly text: string };
}
