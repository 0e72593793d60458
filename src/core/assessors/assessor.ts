import type { AssessorFact } from "../facts/index.ts";
import type { Rng } from "../math/rng.ts";
import type { Trial } from "../trial.ts";

export interface Assessment {
  readonly decision: "continue" | "stop";
  /** One sentence in English. */
  readonly reason: string;
  /** The same for other languages; absent where a rule has nothing but the sentence. */
  readonly facts?: readonly AssessorFact[];
  /** Forecast of the metric per epoch, where the rule makes one: [epoch, low, median, high]. */
  readonly forecast?: readonly (readonly [number, number, number, number])[];
}

/** Decides after every report whether a running trial goes on.
 *  Pure and per trial: `trial.intermediates` holds the reports so far, `history` all trials (this one included or not).
 *  Reports are compared by epoch: a trial that continues others is judged with their reports before its own. */
export interface Assessor {
  readonly name: string;
  assess(trial: Trial, history: readonly Trial[], rng: Rng): Assessment;
}
