import type { Fact } from "../../facts/index.ts";
import type { JsonObject } from "../../json.ts";
import type { Rng } from "../../math/rng.ts";
import type { Parameters, SearchSpace } from "../../search-space/types.ts";
import type { Trial } from "../../trial.ts";

/** NNI's `optimize_mode`. */
export type OptimizeMode = "maximize" | "minimize";

/** What the tuner wants next: a trial, or to be asked again after something finished. */
export type Suggestion =
  | {
      readonly kind: "trial";
      readonly parameters: Parameters;
      readonly provenance: Provenance;
      /** Epochs, set by multi-fidelity tuners. */
      readonly budget?: number;
      /** The trial whose checkpoint to continue. */
      readonly continueFrom?: number;
      /** Kept on the trial and handed back in the history. */
      readonly tunerState?: JsonObject;
    }
  | { readonly kind: "wait"; readonly reason: string };

/** Why this configuration; JSON-safe. */
export interface Provenance {
  /** `startup`: random because the model has too little data; `model`: the algorithm chose; `fallback`: e.g. a repeat was replaced. */
  readonly source: "startup" | "model" | "random" | "fallback" | "grid" | "user" | "initial";
  /** Startup progress, e.g. 3 of 4. */
  readonly startup?: { readonly done: number; readonly needed: number };
  /** Everything else, the most important first; the page says and draws it by kind. */
  readonly facts?: readonly Fact[];
}

/** Chooses the parameters of the next trial.
 *  Pure: keeps no state; the same space, history and random stream give the same answer.
 *  `suggest` never mutates its arguments.
 *  `history` holds finished and running trials, oldest first (running: status WAITING or RUNNING); diverged trials
 *  appear as FAILED; NaN metrics are to be survived.
 *  @param space parsed, or NNI's JSON, which is parsed in the 2.1 reading
 *  @throws AppError "search-space-invalid" for JSON that is none, or a space that the tuner cannot handle
 *  @throws AppError "search-space-exhausted" when nothing is left to try */
export interface Tuner {
  readonly name: string;
  readonly optimizeMode: OptimizeMode;
  suggest(space: SearchSpace | JsonObject, history: readonly Trial[], rng: Rng): Suggestion;
}
