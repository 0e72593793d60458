import type { Precision } from "../config/types.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Fact } from "../facts/index.ts";
import type { Provenance } from "../tuners/contract/tuner.ts";
import type { Trial } from "../trial.ts";
import type {
  CheckpointRef,
  EpochReport,
  ExperimentDefinition,
  ExperimentStatus,
  SamplePredictions,
  TrialOrigin,
} from "./records.ts";

/** A trial as the page sees it; also a `Trial` for tuners and assessors. */
export interface TrialState extends Trial {
  readonly origin: TrialOrigin;
  readonly provenance: Provenance | null;
  readonly epochs: number;
  readonly reports: readonly EpochReport[];
  readonly attempt: number;
  /** What the last attempt computed with; null before the first, and in older journals. */
  readonly precision: Precision | null;
  readonly addedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Training time, without the time the page was closed. */
  readonly durationMs: number;
  /** Why it ended, in English. */
  readonly reason: string | null;
  /** The same as facts; empty where it has none. */
  readonly facts: readonly Fact[];
  readonly error: ErrorRecord | null;
  readonly checkpoint: CheckpointRef | null;
  readonly samples: SamplePredictions | null;
  readonly test: {
    readonly accuracy: number;
    readonly loss: number;
    readonly images: number;
  } | null;
}

/** What the events of an experiment add up to. */
export interface FoldedState {
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
