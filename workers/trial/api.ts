import type { Precision, TrainingSettings } from "../../src/core/config/types.ts";
import type { ErrorDetails } from "../../src/core/errors.ts";
import type {
  CheckpointRef,
  EpochReport,
  SamplePredictions,
} from "../../src/core/journal/events.ts";
import type { Parameters } from "../../src/core/search-space/types.ts";
import type { TrainingSpeed } from "../../src/engine/training/measure.ts";
import type { TrialProgress } from "../../src/engine/training/trial.ts";

/** Everything a worker needs to train one trial; structured-cloneable. */
export interface TrialJob {
  readonly experimentId: string;
  readonly trial: number;
  readonly attempt: number;
  /** The experiment's seed; streams inside a trial are named by (seed, trial, purpose). */
  readonly seed: number;
  readonly settings: TrainingSettings;
  readonly parameters: Parameters;
  readonly precision: Precision;
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
  readonly precision: Precision;
  readonly checkpoint: CheckpointRef;
}

/** Of the winner on the test images. */
export interface TestResult {
  readonly accuracy: number;
  readonly loss: number;
  readonly images: number;
}

/** Progress that is no event; at most 4 a second. */
export interface Progress extends Omit<TrialProgress, "phase"> {
  /** Message key of what it does now. */
  readonly phase: TrialProgress["phase"] | "starting" | "data" | "testing" | "waiting-for-gpu";
}

/** What a trial's worker tells, and asks, while it trains. */
export interface TrialListener {
  progress(progress: Progress): void;
  /** The worker waits for the answer before it goes on. `checkpoint` is null where it could not be written. */
  epochFinished(
    report: EpochReport,
    checkpoint: CheckpointRef | null,
  ): Promise<"continue" | "stop">;
  checkpointSaved(checkpoint: CheckpointRef): Promise<void>;
  /** The storage is full: deletes weights that matter less than `sizeBytes` of new ones. False: nothing is left to delete. */
  makeRoom(sizeBytes: number): Promise<boolean>;
  /** A fact for the log that does not end the attempt, e.g. `checkpoint-skipped`. */
  note(code: string, details: ErrorDetails): void;
}

/** `finished`: all epochs done; `stopped`: by `stop()` or by the listener's answer. Failures reject with AppError. */
export type TrialOutcome =
  | { readonly kind: "finished"; readonly samples: SamplePredictions | null }
  | { readonly kind: "stopped" };

/** The device as the worker found it. */
export interface WorkerDevice {
  readonly backend: "webgpu" | "webgl" | "cpu";
  readonly adapter: string;
  readonly software: boolean;
  readonly halfPrecision: boolean;
  readonly fallbackReason: string | null;
  readonly maxBufferBytes: number;
}

/** What a trial worker answers to. One call of `train`, `test` or `measure` at a time.
 *  Errors: AppError "gpu-unavailable", "gpu-lost", "gpu-validation", "gpu-memory", "diverged", "dataset-unavailable",
 *  "checkpoint-corrupt", "parameter-invalid", "network-too-large"; after one the worker is to be replaced. */
export interface TrialWorkerApi {
  /** Opens the device, with `backend` that one or "gpu-unavailable"; rejects when it has failed since. */
  probe(backend?: WorkerDevice["backend"]): Promise<WorkerDevice>;
  /** Trains a known network for a second or two. */
  measure(): Promise<TrainingSpeed>;
  /** Trains one, two and four small trials at once. @returns how many at once make sense */
  measureConcurrency(trainingGflops: number): Promise<number>;
  train(job: TrialJob, listener: TrialListener): Promise<TrialOutcome>;
  test(job: TestJob, progress: (progress: Progress) => void): Promise<TestResult>;
  /** Ends training at the next step; with a checkpoint that is reported before `train` resolves. */
  stop(withCheckpoint: boolean): Promise<void>;
  /** Saves a checkpoint at the next step and goes on. */
  checkpoint(): Promise<void>;
}
