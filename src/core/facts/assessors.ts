interface Compared {
  /** Reports the trial has made. */
  readonly steps: number;
  /** Its best report; null while none is a number. */
  readonly best: number | null;
  /** The trials compared with. */
  readonly trials: number;
}

/** What assessors say of a decision, by kind. */
export interface AssessorFacts {
  readonly "below-median": Compared & { readonly median: number };
  readonly "not-below-median": Compared & { readonly median: number };
  /** Others that were better, and the share that goes on. */
  readonly "share-of-trials": Compared & { readonly better: number; readonly percent: number };
  /** Its place among all at this rung, from 1, itself included, and how many places go on. */
  readonly "place-on-rung": Compared & { readonly place: number; readonly places: number };
  /** A predicted end after `epochs` reports, and the bar it has to clear. */
  readonly "predicted-end": {
    readonly steps: number;
    readonly predicted: number;
    readonly epochs: number;
    readonly bar: number;
    readonly best: number;
  };
  /** A forecast of report `target` against the leader's. */
  readonly "forecast-end": {
    readonly steps: number;
    readonly target: number;
    readonly end: number;
    readonly sd: number;
    /** Null while there is no leader. */
    readonly bar: number | null;
    /** Of not becoming best, in 0..1. */
    readonly probability: number;
  };
  /** Judged from report `first` on. */
  readonly "too-early": { readonly steps: number; readonly first: number };
  /** Judged every `gap` reports. */
  readonly "between-judgements": { readonly steps: number; readonly gap: number };
  /** Fewer trials to compare with than a judgement needs. */
  readonly "too-few-trials": {
    readonly steps: number;
    readonly trials: number;
    readonly needed: number;
  };
  /** Nothing to judge by. */
  readonly "not-judged": {
    readonly steps: number;
    readonly because:
      | "no-rung"
      | "no-numbers"
      | "none-as-long"
      | "none-finished"
      | "no-length"
      | "no-rivals"
      | "nearly-done"
      | "no-agreement";
  };
}
