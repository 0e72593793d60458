import type { JsonObject } from "./json.ts";
import type { Parameters } from "./search-space/types.ts";

/** NNI's words for what became of a trial. */
export type TrialStatus =
  "WAITING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "EARLY_STOPPED" | "USER_CANCELED";

/** A trial as tuners, assessors and analyses see it. Metrics are fractions; they may be NaN in foreign histories. */
export interface Trial {
  readonly number: number;
  readonly parameters: Parameters;
  readonly status: TrialStatus;
  /** One number per report (epoch), oldest first; a trial that continues another has its own epochs only. */
  readonly intermediates: readonly number[];
  /** Epoch of its first report, where it continues another; absent means the one after what it continues. */
  readonly firstEpoch?: number;
  /** The final metric; absent or null while there is none. */
  readonly final?: number | null;
  /** Epochs it is to be trained for, where that is known. */
  readonly epochs?: number;
  /** Epochs this trial was given by a multi-fidelity tuner. */
  readonly budget?: number;
  /** Number of the trial whose checkpoint this one continues. */
  readonly continueFrom?: number;
  /** Whatever a multi-fidelity tuner must remember about the trial (bracket, rung, generation …). */
  readonly tunerState?: JsonObject;
  /** True when a person chose the parameters or they came from a file: observed, never counted as suggested. */
  readonly custom?: boolean;
}
