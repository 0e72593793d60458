import { AppError } from "../../core/errors.ts";
import type { EpochReport } from "../../core/journal/events.ts";
import { macrotask } from "../macrotask.ts";
import type { NetworkEngine, StepTotals } from "../network-engine.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { assertLoss, assertWeights, type Position } from "./divergence.ts";
import { rateOfStep } from "./schedule.ts";
import { epochOrder } from "./split.ts";
import { TrialControl, type TrialOptions, type TrialProgress, type TrialTask } from "./trial.ts";
import { word } from "../../core/words/index.ts";

const progressIntervalMs = 250;
const defaultCheckpointIntervalMs = 60_000;
const noTotals: StepTotals = { images: 0, lossSum: 0, correct: 0 };

/** The training loop of one trial on a loaded engine: epochs, steps, validation, and what happens between them. */
export class TrialRun {
  readonly reports: EpochReport[] = [];
  readonly #control: TrialControl;
  readonly #steps: number;
  readonly #checkpointIntervalMs: number;
  #epoch: number;
  #step: number;
  #totals: StepTotals;
  #elapsedMs: number;
  #resumedAt = performance.now();
  #lastProgress = 0;
  #lastCheckpoint = performance.now();
  #lastYield = performance.now();

  constructor(
    readonly signal: AbortSignal,
    readonly engine: NetworkEngine,
    readonly task: TrialTask,
    readonly options: TrialOptions,
  ) {
    this.#control = options.control ?? new TrialControl();
    this.#checkpointIntervalMs = options.checkpointIntervalMs ?? defaultCheckpointIntervalMs;
    this.#steps = Math.floor(task.train.labels.length / task.hyperparameters.batchSize);
    const { resume, parent } = options;
    this.#epoch = resume?.epoch ?? parent?.epoch ?? 0;
    this.#step = resume?.step ?? 0;
    this.#totals = resume?.totals ?? noTotals;
    this.#elapsedMs = resume?.elapsedMs ?? 0;
  }

  async train(): Promise<"finished" | "stopped"> {
    const { epochs } = this.task.hyperparameters;
    this.#progress("training", true);
    while (this.#epoch < epochs) {
      if ((await this.#trainEpoch()) === "stopped") return "stopped";
      const report = await this.#validate();
      this.reports.push(report);
      this.#beginEpoch();
      const answer = await this.options.epochFinished?.(report, () => this.snapshot());
      if (answer === "stop") return "stopped";
      this.#lastCheckpoint = performance.now();
    }
    return "finished";
  }

  /** Advances the counters past the finished epoch. */
  #beginEpoch(): void {
    this.#epoch += 1;
    this.#step = 0;
    this.#totals = noTotals;
    this.#elapsedMs = 0;
    this.#resumedAt = performance.now();
  }

  async #trainEpoch(): Promise<"done" | "stopped"> {
    const { engine, task } = this;
    const { seed, hyperparameters } = task;
    engine.beginEpoch(this.#epoch, epochOrder(task.train.labels.length, seed, this.#epoch));
    this.#resumedAt = performance.now();
    while (this.#step < this.#steps) {
      await engine.step(this.#step, this.#learningRate());
      this.#step += 1;
      await this.#attend();
      if (this.#control.stopRequested !== "no" && !this.#isLastStep(hyperparameters.epochs)) {
        if (this.#control.stopRequested === "with-checkpoint") await this.#saveCheckpoint();
        return "stopped";
      }
    }
    await this.#collectTotals();
    return "done";
  }

  /** A trial that is done but for its validation is rather finished than stopped. */
  #isLastStep(epochs: number): boolean {
    return this.#epoch === epochs - 1 && this.#step === this.#steps;
  }

  #learningRate(): number {
    const step = this.#epoch * this.#steps + Math.min(this.#step, this.#steps - 1);
    return rateOfStep(this.task.hyperparameters, step, this.#steps);
  }

  /** Between steps: hears abort and requests, reports, saves. */
  async #attend(): Promise<void> {
    const now = performance.now();
    if (now - this.#lastYield > 50) {
      await macrotask();
      this.#lastYield = performance.now();
    }
    if (this.signal.aborted) throw new AppError("aborted", word("trial-aborted"));
    if (now - this.#lastProgress >= progressIntervalMs) {
      await this.#collectTotals();
      this.#progress("training");
    }
    if (
      this.#control.checkpointRequested ||
      now - this.#lastCheckpoint >= this.#checkpointIntervalMs
    )
      await this.#saveCheckpoint();
  }

  async #saveCheckpoint(): Promise<void> {
    this.#control.checkpointRequested = false;
    this.#progress("saving");
    await this.options.checkpoint?.(await this.snapshot());
    this.#lastCheckpoint = performance.now();
  }

  /** @throws AppError "diverged": no weights are saved, and no epoch is reported with weights, that are not numbers */
  async snapshot(): Promise<Checkpoint> {
    await this.#collectTotals();
    const elapsedMs = this.#step === 0 ? 0 : this.#epochMs();
    const state = await this.engine.snapshot();
    assertWeights(state, this.#position());
    const { kernels } = this.engine;
    const position = { epoch: this.#epoch, step: this.#step, totals: this.#totals, elapsedMs };
    return { state, ...position, ...(kernels ? { kernels } : {}) };
  }

  #epochMs(): number {
    return this.#elapsedMs + performance.now() - this.#resumedAt;
  }

  async #collectTotals(): Promise<void> {
    const next = await this.engine.readTotals();
    this.#totals = {
      images: this.#totals.images + next.images,
      lossSum: this.#totals.lossSum + next.lossSum,
      correct: this.#totals.correct + next.correct,
    };
    if (next.images > 0) assertLoss("training", next.lossSum / next.images, this.#position());
  }

  /** Between two epochs it is the end of the one before. */
  #position(): Position {
    const finished = this.#step === 0 && this.#epoch > 0;
    return { epoch: this.#epoch + (finished ? 0 : 1), step: this.#step };
  }

  async #validate(): Promise<EpochReport> {
    const trainingMs = this.#epochMs();
    this.#progress("validating", true);
    const validation = await this.engine.evaluate(this.task.validation);
    const { metricSet } = this.task;
    const metric = metricSet ? await this.engine.evaluate(metricSet) : validation;
    assertLoss("validation", validation.loss, this.#position());
    const { images, lossSum, correct } = this.#totals;
    return {
      epoch: this.#epoch + 1,
      trainLoss: lossSum / images,
      trainAccuracy: correct / images,
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
      metric: metric.accuracy,
      learningRate: this.#learningRate(),
      imagesPerSecond: (1000 * images) / trainingMs,
      durationMs: this.#epochMs(),
    };
  }

  #progress(phase: TrialProgress["phase"], always = false): void {
    const now = performance.now();
    if (!always && now - this.#lastProgress < progressIntervalMs) return;
    this.#lastProgress = now;
    const { images, lossSum, correct } = this.#totals;
    this.options.progress?.({
      phase,
      epoch: Math.min(this.#epoch + 1, this.task.hyperparameters.epochs),
      epochs: this.task.hyperparameters.epochs,
      step: this.#step,
      steps: this.#steps,
      imagesPerSecond: images > 0 ? (1000 * images) / this.#epochMs() : 0,
      trainLoss: images > 0 ? lossSum / images : null,
      trainAccuracy: images > 0 ? correct / images : null,
    });
  }
}
