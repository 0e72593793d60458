import type { EpochReport } from "../../core/journal/events.ts";
import type { EngineChoice } from "../create-engine.ts";
import type { KernelMemory } from "../kernel-table.ts";
import type { ImageSet } from "../network-engine.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Hyperparameters } from "./parameters/hyperparameters.ts";

/** What one trial trains. */
export interface TrialTask {
  readonly hyperparameters: Hyperparameters;
  /** Names every random choice of the trial: weights, order, augmentation, dropout. Unsigned 32 bits. */
  readonly seed: number;
  readonly train: ImageSet;
  /** Gives validation loss and accuracy of every epoch. */
  readonly validation: ImageSet;
  /** Gives the metric where it is not validation accuracy (tuning on the test set). */
  readonly metricSet?: ImageSet;
  readonly engine?: EngineChoice;
  /** Where measured choices of kernels are kept; without it nothing is measured. */
  readonly kernelMemory?: KernelMemory;
}

/** Where a trial is; transient, never part of a journal. */
export interface TrialProgress {
  readonly phase: "compiling" | "training" | "validating" | "saving";
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done of the epoch's steps. */
  readonly step: number;
  readonly steps: number;
  readonly imagesPerSecond: number;
  /** Means over the running epoch so far. */
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
}

/** What a trial tells while it trains. */
export interface TrialHooks {
  /** At most four a second, besides changes of phase. */
  progress?(progress: TrialProgress): void;
  /** After each epoch's validation; the trial waits for the answer. `snapshot` reads the weights back when they are wanted. */
  epochFinished?(
    report: EpochReport,
    snapshot: () => Promise<Checkpoint>,
  ): Promise<"continue" | "stop"> | "continue" | "stop";
  /** A checkpoint by the clock or by request. */
  checkpoint?(checkpoint: Checkpoint): Promise<void> | void;
}

/** How others steer a running trial; requests are heard at the next step. */
export class TrialControl {
  stopRequested: "no" | "plain" | "with-checkpoint" = "no";
  checkpointRequested = false;

  stop(withCheckpoint: boolean): void {
    this.stopRequested = withCheckpoint ? "with-checkpoint" : "plain";
  }
  checkpoint(): void {
    this.checkpointRequested = true;
  }
}

/** Where a trial begins, and who steers it. */
export interface TrialStart {
  /** Own checkpoint: training goes on exactly where it was. */
  readonly resume?: Checkpoint;
  /** Another trial's: weights, statistics and slots are taken over, training begins after its last whole epoch. */
  readonly parent?: Checkpoint;
  readonly control?: TrialControl;
  readonly checkpointIntervalMs?: number;
}

/** What a trial is told besides its task. */
export type TrialOptions = TrialHooks & TrialStart;
