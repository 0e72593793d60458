import type { StreamName } from "../../../workers/analysis/api.ts";
import type { Precision, PrecisionSetting } from "../../core/config/types.ts";
import type { Assessment } from "../../core/assessors/assessor.ts";
import type { By, CheckpointRef, JournalEvent } from "../../core/journal/events.ts";
import type { ExperimentState } from "../../core/journal/state.ts";
import type { Trial } from "../../core/trial.ts";
import type { OptimizeMode, Suggestion } from "../../core/tuners/contract/tuner.ts";
import type { TrialWorkerApi } from "../../../workers/trial/api.ts";

export type {
  Progress,
  TestJob,
  TestResult,
  TrialJob,
  TrialListener,
  TrialOutcome,
} from "../../../workers/trial/api.ts";

/** An experiment's tuner and assessor, wherever they think. Streams of random numbers are named, not handed over. */
export interface Algorithms {
  readonly optimizeMode: OptimizeMode;
  /** Rejects as the tuner throws. */
  suggest(history: readonly Trial[], stream: StreamName): Promise<Suggestion>;
  /** null without an assessor */
  assess(trial: Trial, history: readonly Trial[], stream: StreamName): Promise<Assessment | null>;
}

/** One worker with one GPU device. After a rejection it is of no use any more and gets disposed of. */
export interface TrialRunner extends Pick<
  TrialWorkerApi,
  "train" | "test" | "stop" | "checkpoint"
> {
  /** Terminates the worker; pending calls reject with "worker-died". Idempotent. */
  dispose(): void;
}

export interface RunnerPool {
  /** Who computes here, where that is known. */
  readonly by?: By | null;
  /** Upper bound of trials at once on this device. */
  readonly maxSlots: number;
  /** What a trial computes with here; see `precisionOn`. */
  precision(setting: PrecisionSetting | undefined, before: Precision | null): Precision;
  /** Rejects with "gpu-unavailable" when there is no adapter at the moment. */
  create(): Promise<TrialRunner>;
}

/** Where the journal is kept. Resolves once the events are durable; `after` is the state they lead to. */
export interface JournalWriter {
  append(
    events: readonly JournalEvent[],
    durability: "strict" | "relaxed",
    after: ExperimentState,
  ): Promise<void>;
}

export interface Clock {
  now(): number;
  /** Milliseconds since some moment, on a clock that nobody sets. */
  elapsed(): number;
  /** Calls back once; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Deletes weights that nothing needs any more; never rejects. */
export type CheckpointDiscarder = (gone: readonly CheckpointRef[]) => Promise<void>;
