import { AppError, toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import type {
  CheckpointRef,
  EpochReport,
  EventBody,
  ExperimentDefinition,
} from "../../core/journal/events.ts";
import type { TrialState } from "../../core/journal/state.ts";
import type { LiveTrial } from "../api.ts";
import { backOffMs, classifyFailure, type AttemptCounter } from "./attempts.ts";
import { fullStorage } from "./full-storage.ts";
import { IdleRunners } from "./idle-runners.ts";
import { finalWeights } from "./planning.ts";
import type {
  Clock,
  Progress,
  RunnerPool,
  TrialListener,
  TrialOutcome,
  TrialRunner,
} from "./ports.ts";
import { ended, failed, finalMetric } from "./trial-end.ts";

/** How long a worker may take to obey before it is terminated. */
const abandonTimeoutMs = 5_000;
const suspendTimeoutMs = 30_000;
/** A browser that gives no adapter for a while gives one again without saying so. */
const longestGpuWaitMs = 5_000;

export interface TrialSlotsOptions {
  readonly pool: RunnerPool;
  readonly clock: Clock;
  readonly definition: ExperimentDefinition;
  readonly attempts: AttemptCounter;
  trial(number: number): TrialState;
  /** True while the weights at `path` have not been discarded. */
  keeps(path: string): boolean;
  /** The assessor's reason to stop, null to go on. */
  assess(trial: TrialState, epoch: number): Promise<string | null>;
  /** Discards weights that matter less than `sizeBytes` of new ones; false when there are none. Only inside a task. */
  makeRoom(sizeBytes: number): Promise<boolean>;
  /** Only inside a task of the queue. */
  commit(...bodies: readonly EventBody[]): Promise<void>;
  /** Runs a task in the orchestrator's queue. */
  act<T>(task: () => Promise<T>): Promise<T>;
  /** Holds the whole experiment. */
  hold(error: ErrorRecord): Promise<void>;
  onChange(): void;
}

interface Attempt {
  readonly trial: number;
  readonly number: number;
  runner: TrialRunner | null;
  /** `suspended`: ends with a checkpoint, the trial stays open; `abandoned`: the trial has ended, nobody listens. */
  fate: "live" | "suspended" | "abandoned";
  /** Ends a pause before a device is asked for; the attempt then goes on by itself. */
  cancelWait: (() => void) | null;
  done: Promise<void>;
}

/** The trials in progress: at most one attempt per trial, each with a worker of its own. Repair is replacement: a worker
 *  that failed is disposed of, and the next attempt starts from the last checkpoint with a new one. */
export class TrialSlots {
  readonly idle = new IdleRunners();
  readonly #o: TrialSlotsOptions;
  readonly #active = new Map<number, Attempt>();
  readonly #draining = new Set<Attempt>();
  readonly #lastError = new Map<number, ErrorRecord>();
  readonly #badCheckpoints = new Set<string>();
  #live: ReadonlyMap<number, LiveTrial> = new Map();

  constructor(options: TrialSlotsOptions) {
    this.#o = options;
  }

  get live(): ReadonlyMap<number, LiveTrial> {
    return this.#live;
  }
  get used(): number {
    return this.#active.size + this.#draining.size;
  }
  has(trial: number): boolean {
    return this.#active.has(trial);
  }

  /** Takes a slot for an open trial and starts its next attempt, or ends it as failed when it got nowhere too often. */
  async start(trial: TrialState, delayMs = 0): Promise<void> {
    if (this.#o.attempts.exhausted(trial.number)) return this.#giveUp(trial, null);
    const attempt: Attempt = {
      trial: trial.number,
      number: trial.attempt + 1,
      runner: null,
      fate: "live",
      cancelWait: null,
      done: Promise.resolve(),
    };
    this.#active.set(trial.number, attempt);
    this.#show(trial, "starting");
    attempt.done = this.#run(attempt, delayMs);
  }

  /** The trial has ended in the journal; its worker is told to stop and reused, or terminated when it does not obey. */
  abandon(trial: number): void {
    const attempt = this.#active.get(trial);
    if (!attempt) return;
    this.#active.delete(trial);
    this.setLive(trial, null);
    attempt.fate = "abandoned";
    this.#draining.add(attempt);
    attempt.cancelWait?.();
    this.#halt(attempt, false, abandonTimeoutMs);
  }
  abandonAll(): void {
    for (const trial of [...this.#active.keys()]) this.abandon(trial);
  }

  /** All running attempts save a checkpoint and stop; the trials stay open. */
  suspendAll(): void {
    for (const attempt of this.#active.values()) {
      if (attempt.fate !== "live") continue;
      attempt.fate = "suspended";
      attempt.cancelWait?.();
      this.#halt(attempt, true, suspendTimeoutMs);
    }
  }

  /** Resolves when every suspended or abandoned attempt has come to rest; then workers give back their GPU memory. */
  async settled(): Promise<void> {
    const ending = [...this.#active.values(), ...this.#draining].filter((a) => a.fate !== "live");
    await Promise.all(ending.map((attempt) => attempt.done));
    if (this.used === 0) this.idle.release();
  }

  checkpointAll(): void {
    for (const { runner } of this.#active.values())
      // A worker that cannot save now saves at the end of the epoch or has died, which its `train` call tells.
      runner?.checkpoint().catch(() => undefined);
  }

  /** Terminates every worker at once. */
  disposeAll(): void {
    for (const attempt of [...this.#active.values()]) {
      attempt.fate = "abandoned";
      attempt.cancelWait?.();
      attempt.runner?.dispose();
      this.setLive(attempt.trial, null);
    }
    this.#active.clear();
    this.idle.release();
  }

  setLive(trial: number, progress: Progress | null): void {
    const live = new Map(this.#live);
    if (progress) live.set(trial, { trial, ...progress });
    else live.delete(trial);
    this.#live = live;
    this.#o.onChange();
  }

  #halt(attempt: Attempt, withCheckpoint: boolean, timeoutMs: number): void {
    const { runner } = attempt;
    if (!runner) return;
    const cancel = this.#o.clock.after(timeoutMs, () => runner.dispose());
    void attempt.done.finally(cancel);
    // A dead worker cannot be told to stop; its `train` call rejects on its own.
    runner.stop(withCheckpoint).catch(() => undefined);
  }

  async #run(attempt: Attempt, delayMs: number): Promise<void> {
    let result: TrialOutcome | ErrorRecord = { kind: "stopped" };
    try {
      await this.#pause(attempt, delayMs);
      attempt.runner = await this.#acquireRunner(attempt);
      if (attempt.runner && (await this.#o.act(() => this.#begin(attempt))))
        result = await attempt.runner.train(this.#job(attempt), this.#listener(attempt));
      if (attempt.runner) this.idle.give(attempt.runner);
    } catch (error) {
      result = toErrorRecord(error);
      attempt.runner?.dispose();
    }
    attempt.runner = null;
    // A journal that cannot be written is recorded as the orchestrator's problem; the trial stays open.
    await this.#o.act(() => this.#settle(attempt, result)).catch(() => undefined);
  }

  /** Written before training starts, so that a crash of the whole page counts as an attempt.
   *  @returns false when the attempt is not wanted any more */
  async #begin(attempt: Attempt): Promise<boolean> {
    if (attempt.fate !== "live") return false;
    const { trial, number } = attempt;
    const { continueFrom, precision: before } = this.#o.trial(trial);
    const setting = this.#o.definition.config.training.precision;
    const precision = this.#o.pool.precision(setting, before);
    await this.#o.commit({ type: "attempt-started", trial, attempt: number, precision });
    if (continueFrom !== undefined && !this.#job(attempt).from) {
      const details = { trial, parent: continueFrom };
      await this.#o.commit({ type: "note", code: "parent-lost", details });
    }
    return true;
  }

  /** An idle worker or a new one; without an adapter it asks again and again, and the slot stays taken.
   *  @returns null when the attempt is not wanted any more */
  async #acquireRunner(attempt: Attempt): Promise<TrialRunner | null> {
    for (let tries = 0; attempt.fate === "live"; tries++) {
      try {
        return this.idle.take() ?? (await this.#o.pool.create());
      } catch (error) {
        if (classifyFailure(toErrorRecord(error).code) !== "wait") throw error;
        this.#show(this.#o.trial(attempt.trial), "waiting-for-gpu");
        await this.#pause(attempt, Math.min(longestGpuWaitMs, backOffMs(tries)));
      }
    }
    return null;
  }

  /** Waits until the time is over or someone cancels. */
  #pause(attempt: Attempt, durationMs: number): Promise<void> {
    if (durationMs <= 0 || attempt.fate !== "live") return Promise.resolve();
    return new Promise((resolve) => {
      const cancelTimer = this.#o.clock.after(durationMs, resolve);
      attempt.cancelWait = () => {
        cancelTimer();
        resolve();
      };
    });
  }

  #show(trial: TrialState, phase: Progress["phase"]): void {
    if (this.#active.has(trial.number))
      this.setLive(trial.number, { ...idleProgress, phase, epochs: trial.epochs });
  }

  #job(attempt: Attempt): Parameters<TrialRunner["train"]>[0] {
    const trial = this.#o.trial(attempt.trial);
    const { definition } = this.#o;
    const parent =
      trial.continueFrom === undefined ? null : finalWeights(this.#o.trial(trial.continueFrom));
    const usable = (checkpoint: CheckpointRef | null): CheckpointRef | null =>
      checkpoint && !this.#badCheckpoints.has(checkpoint.path) && this.#o.keeps(checkpoint.path)
        ? checkpoint
        : null;
    const own = usable(trial.checkpoint);
    const checkpoint = own ?? usable(parent);
    return {
      experimentId: definition.id,
      trial: trial.number,
      attempt: attempt.number,
      seed: definition.seed,
      settings: definition.config.training,
      parameters: trial.parameters,
      precision: trial.precision ?? "f32",
      epochs: trial.epochs,
      from: checkpoint ? { checkpoint, own: own !== null } : null,
    };
  }

  #listener(attempt: Attempt): TrialListener {
    const isLive = (): boolean => this.#active.get(attempt.trial) === attempt;
    return {
      progress: (progress) => {
        if (isLive()) this.setLive(attempt.trial, progress);
      },
      epochFinished: (report, checkpoint) =>
        this.#o.act(async () => (isLive() ? this.#onEpoch(attempt, report, checkpoint) : "stop")),
      checkpointSaved: (checkpoint) =>
        this.#o.act(async () => {
          if (isLive())
            await this.#o.commit({ type: "checkpoint-saved", trial: attempt.trial, checkpoint });
        }),
      makeRoom: (sizeBytes) =>
        this.#o.act(async () => isLive() && (await this.#o.makeRoom(sizeBytes))),
      note: (code, details) => {
        const body = { type: "note", code, details: { trial: attempt.trial, ...details } } as const;
        const full = fullStorage(body);
        const pauses = this.#o.definition.config.training.whenStorageIsFull === "pause";
        const record = async (): Promise<void> => {
          await this.#o.commit(body);
          if (full && pauses && attempt.fate === "live") await this.#o.hold(full);
        };
        // A journal that cannot be written is recorded as the orchestrator's problem.
        void this.#o.act(record).catch(() => undefined);
      },
    };
  }

  async #onEpoch(
    attempt: Attempt,
    report: EpochReport,
    checkpoint: CheckpointRef | null,
  ): Promise<"continue" | "stop"> {
    const { trial } = attempt;
    if (![report.metric, report.trainLoss, report.validationLoss].every(Number.isFinite))
      throw new AppError("diverged", `The loss of epoch ${report.epoch} is not a number.`, {
        epoch: report.epoch,
      });
    const bodies: EventBody[] = [{ type: "epoch-finished", trial, report }];
    if (checkpoint) bodies.push({ type: "checkpoint-saved", trial, checkpoint });
    await this.#o.commit(...bodies);
    if (attempt.fate !== "live") return "stop";
    const reason = await this.#assess(trial, report.epoch);
    if (reason === null) return "continue";
    await this.#o.commit(ended(this.#o.trial(trial), "EARLY_STOPPED", null, reason));
    this.abandon(trial);
    return "stop";
  }

  async #assess(trial: number, epoch: number): Promise<string | null> {
    try {
      return await this.#o.assess(this.#o.trial(trial), epoch);
    } catch (error) {
      const { code, message } = toErrorRecord(error);
      await this.#o.commit({
        type: "note",
        code: "assessor-failed",
        details: { trial, code, message },
      });
      return null;
    }
  }

  async #settle(attempt: Attempt, result: TrialOutcome | ErrorRecord): Promise<void> {
    this.#draining.delete(attempt);
    if (this.#active.get(attempt.trial) !== attempt) return;
    const trial = this.#o.trial(attempt.trial);
    const suspended = attempt.fate === "suspended";
    if ("kind" in result && result.kind === "finished") {
      this.#release(attempt);
      await this.#finish(trial, result);
    } else if ("kind" in result || suspended) this.#release(attempt);
    else await this.#fail(attempt, trial, result);
  }

  #release(attempt: Attempt): void {
    this.#active.delete(attempt.trial);
    this.setLive(attempt.trial, null);
  }

  async #finish(
    trial: TrialState,
    outcome: Extract<TrialOutcome, { kind: "finished" }>,
  ): Promise<void> {
    const final = finalMetric(trial, this.#o.definition.config);
    if (final === null) {
      const message = `Trial ${trial.number} finished without training an epoch.`;
      return this.#giveUp(trial, new AppError("internal", message).toRecord());
    }
    const end = ended(trial, "SUCCEEDED", final, null);
    await this.#o.commit(outcome.samples ? { ...end, samples: outcome.samples } : end);
  }

  async #fail(attempt: Attempt, trial: TrialState, error: ErrorRecord): Promise<void> {
    this.#lastError.set(trial.number, error);
    if (error.code === "checkpoint-corrupt") {
      const used = this.#job(attempt).from;
      if (used) this.#badCheckpoints.add(used.checkpoint.path);
    }
    const attempted = { trial: trial.number, attempt: attempt.number };
    await this.#o.commit(
      // A worker that could not even be made counts as an attempt, too.
      ...(trial.attempt < attempt.number
        ? [{ type: "attempt-started", ...attempted } as const]
        : []),
      { type: "attempt-failed", ...attempted, error },
    );
    const meaning = classifyFailure(error.code);
    if (meaning === "fatal" || (meaning === "retry" && this.#o.attempts.exhausted(trial.number))) {
      this.#release(attempt);
      return this.#giveUp(trial, error);
    }
    if (meaning === "blocking") {
      this.#release(attempt);
      return this.#o.hold(error);
    }
    this.#active.delete(trial.number);
    return this.start(
      this.#o.trial(trial.number),
      backOffMs(this.#o.attempts.stalled(trial.number) - 1),
    );
  }

  async #giveUp(trial: TrialState, error: ErrorRecord | null): Promise<void> {
    await this.#o.commit(failed(trial, error ?? this.#lastError.get(trial.number) ?? null));
  }
}

const idleProgress: Omit<Progress, "phase" | "epochs"> = {
  epoch: 0,
  step: 0,
  steps: 0,
  imagesPerSecond: 0,
  trainLoss: null,
  trainAccuracy: null,
};
