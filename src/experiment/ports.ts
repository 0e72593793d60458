import type { TrainingSettings } from "../core/config/types.ts";
import type {
  CheckpointRef,
  EpochReport,
  JournalEvent,
  SamplePredictions,
} from "../core/journal/events.ts";
import type { Parameters } from "../core/search-space/types.ts";
import type { LiveTrial } from "./api.ts";

/** Everything a worker needs to train one trial; structured-cloneable. */
export interface TrialJob {
  readonly experimentId: string;
  readonly trial: number;
  readonly attempt: number;
  /** The experiment's seed; streams inside a trial are named by (seed, trial, purpose). */
  readonly seed: number;
  readonly settings: TrainingSettings;
  readonly parameters: Parameters;
  /** Epochs to train in all, those of the checkpoint included. */
  readonly epochs: number;
  /** Own checkpoint: training goes on exactly where it was. Parent's: weights, statistics and slots are taken over. */
  readonly from: { readonly checkpoint: CheckpointRef; readonly own: boolean } | null;
}

/** The untouched test images and one trained trial. */
export interface TestJob {
  readonly trial: number;
  readonly seed: number;
  readonly settings: TrainingSettings;
  readonly parameters: Parameters;
  readonly checkpoint: CheckpointRef;
}

export interface TestResult {
  readonly accuracy: number;
  readonly loss: number;
  readonly images: number;
}

export type Progress = Omit<LiveTrial, "trial">;

export interface TrialListener {
  progress(progress: Progress): void;
  /** The worker waits for the answer before it goes on. `checkpoint` is null where it could not be written. */
  epochFinished(
    report: EpochReport,
    checkpoint: CheckpointRef | null,
  ): Promise<"continue" | "stop">;
  checkpointSaved(checkpoint: CheckpointRef): Promise<void>;
  /** A fact for the log that does not end the attempt, e.g. `checkpoint-skipped`. */
  note(code: string, details: Readonly<Record<string, string | number | boolean | null>>): void;
}

/** `finished`: all epochs done; `stopped`: by `stop()` or by the listener's answer. Failures reject with AppError. */
export type TrialOutcome =
  | { readonly kind: "finished"; readonly samples: SamplePredictions | null }
  | { readonly kind: "stopped" };

/** One worker with one GPU device. After a rejection it is of no use any more and gets disposed of. */
export interface TrialRunner {
  train(job: TrialJob, listener: TrialListener): Promise<TrialOutcome>;
  test(job: TestJob, progress: (progress: Progress) => void): Promise<TestResult>;
  /** Ends training at the next step; with a checkpoint it is reported to the listener before `train` resolves. */
  stop(withCheckpoint: boolean): Promise<void>;
  /** Saves a checkpoint as soon as possible and goes on. */
  checkpoint(): Promise<void>;
  /** Terminates the worker; pending calls reject with "worker-died". Idempotent. */
  dispose(): void;
}

export interface RunnerPool {
  /** Upper bound of trials at once on this device. */
  readonly maxSlots: number;
  /** Rejects with "gpu-unavailable" when there is no adapter at the moment. */
  create(): Promise<TrialRunner>;
}

/** Where the journal is kept. Resolves once the events are durable. */
export interface JournalWriter {
  append(events: readonly JournalEvent[], durability: "strict" | "relaxed"): Promise<void>;
}

export interface Clock {
  now(): number;
  /** Calls back once; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Deletes weights that nothing needs any more; never fails loudly. */
export type CheckpointDiscarder = (gone: readonly CheckpointRef[]) => void;
