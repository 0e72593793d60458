import type { Precision } from "../config/types.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Fact } from "../facts/index.ts";
import type { Provenance } from "../tuners/contract/tuner.ts";
import type { Trial } from "../trial.ts";
import type {
  By,
  CheckpointRef,
  EpochReport,
  ExperimentDefinition,
  ExperimentStatus,
  ModelReport,
  SamplePredictions,
  TrialOrigin,
} from "./records.ts";

/** What a person wrote about a trial or the whole experiment; absent until then. */
export interface Remarks {
  readonly note?: string;
  readonly tags?: readonly string[];
}

/** A trial as the page sees it; also a `Trial` for tuners and assessors. */
export interface TrialState extends Trial, Remarks {
  readonly origin: TrialOrigin;
  readonly provenance: Provenance | null;
  readonly epochs: number;
  readonly reports: readonly EpochReport[];
  readonly attempt: number;
  /** What the last attempt computed with; null before the first, and in older journals. */
  readonly precision: Precision | null;
  /** Who computed it last; null in older journals, and where it is not known. */
  readonly by: By | null;
  readonly addedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Training time of the epochs that count, without the time the page was closed. */
  readonly durationMs: number;
  /** Training time of all epochs, those trained anew after a restart twice. */
  readonly activeMs: number;
  /** Why it ended, in English. */
  readonly reason: string | null;
  /** The same as facts; empty where it has none. */
  readonly facts: readonly Fact[];
  readonly error: ErrorRecord | null;
  readonly checkpoint: CheckpointRef | null;
  readonly samples: SamplePredictions | null;
  readonly model: ModelReport | null;
  readonly test: {
    readonly accuracy: number;
    readonly loss: number;
    readonly images: number;
  } | null;
}

/** What the events of an experiment add up to. */
export interface FoldedState extends Remarks {
  readonly definition: ExperimentDefinition;
  readonly name: string;
  readonly status: ExperimentStatus;
  readonly statusReason: string;
  readonly error: ErrorRecord | null;
  readonly trialConcurrency: number;
  readonly maxTrialNumber: number;
  readonly maxDurationMs: number | null;
  readonly trials: readonly TrialState[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Time spent running so far; `runningSince` adds the open stretch. */
  readonly elapsedMs: number;
  readonly runningSince: number | null;
  /** seq of the last event folded in. */
  readonly lastSeq: number;
}
