import { AppError, type ErrorCode } from "../../src/core/errors.ts";
import type { ExperimentConfig } from "../../src/core/config/types.ts";
import { defaultTrainingSettings } from "../../src/core/config/types.ts";
import type {
  By,
  EpochReport,
  ExperimentDefinition,
  JournalEvent,
} from "../../src/core/journal/index.ts";
import type { Tuner } from "../../src/core/tuners/contract/tuner.ts";
import type { SearchSpace } from "../../src/core/search-space/types.ts";
import type { Assessor } from "../../src/core/assessors/assessor.ts";
import { algorithmsHere } from "../../src/experiment/run/algorithms.ts";
import { Orchestrator, type OrchestratorOptions } from "../../src/experiment/run/orchestrator.ts";
import type {
  Clock,
  RunnerPool,
  TestJob,
  TestResult,
  TrialJob,
  TrialListener,
  TrialOutcome,
  TrialRunner,
} from "../../src/experiment/run/ports.ts";
import { precisionOn } from "../../src/experiment/draft/precision.ts";
import { asWritten } from "../../src/core/words/index.ts";

/** Time that passes only when told. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; callback: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  elapsed(): number {
    return this.#now;
  }
  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  async advance(milliseconds: number): Promise<void> {
    await flush();
    const until = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.callback();
      await flush();
    }
    this.#now = until;
    await flush();
  }
}

/** Lets every promise chain that needs no timer come to rest. */
export async function flush(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A worker that does exactly what the test says, one epoch at a time. */
export class FakeRunner implements TrialRunner {
  job: TrialJob | null = null;
  epoch = 0;
  disposed = false;
  stopped: boolean | null = null;
  obeys = true;
  /** False: there is no room for checkpoints. */
  saves = true;
  /** What a worker does whose checkpoint found no room. */
  makeRoom(sizeBytes: number): Promise<boolean> {
    return this.#listener!.makeRoom(sizeBytes);
  }
  #listener: TrialListener | null = null;
  #settle: { resolve(outcome: TrialOutcome): void; reject(error: unknown): void } | null = null;
  constructor(
    readonly metric: (job: TrialJob, epoch: number) => number,
    readonly testResult: () => Promise<TestResult>,
  ) {}

  train(job: TrialJob, listener: TrialListener): Promise<TrialOutcome> {
    if (this.#settle) throw new Error("a worker trains one trial at a time");
    if (this.disposed) throw new AppError("worker-died", asWritten("disposed"));
    this.job = job;
    this.#listener = listener;
    this.epoch = job.from?.checkpoint.epoch ?? 0;
    this.stopped = null;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }
  /** What it was last asked to test. */
  tested: TestJob | null = null;
  test(job: TestJob): Promise<TestResult> {
    this.tested = job;
    if (this.disposed) throw new AppError("worker-died", asWritten("disposed"));
    return this.testResult();
  }
  get busy(): boolean {
    return this.#settle !== null;
  }
  /** Trains an epoch; finishes after the last one. */
  async step(): Promise<void> {
    const { job } = this;
    if (!job || !this.#listener || !this.#settle) return;
    if (this.epoch >= job.epochs) return this.#end({ kind: "finished", samples: null });
    this.epoch++;
    if (!this.saves)
      this.#listener.note("checkpoint-skipped", {
        ...{ code: "storage-quota", message: "full", sizeBytes: 100 },
        ...{ epoch: this.epoch, step: 0 },
      });
    let answer: "continue" | "stop";
    try {
      answer = await this.#listener.epochFinished(
        report(this.epoch, this.metric(job, this.epoch)),
        this.saves ? this.checkpointRef() : null,
      );
    } catch (error) {
      return this.fail(error);
    }
    if (answer === "stop") this.#end({ kind: "stopped" });
    else if (this.epoch >= job.epochs) this.#end({ kind: "finished", samples: null });
  }
  checkpointRef(step = 0): {
    path: string;
    sha256: string;
    sizeBytes: number;
    epoch: number;
    step: number;
  } {
    const { trial = 0, attempt = 0 } = this.job ?? {};
    return {
      path: `${trial}/${attempt}-${this.epoch}-${step}`,
      sha256: "0",
      sizeBytes: 100,
      epoch: this.epoch,
      step,
    };
  }
  fail(error: unknown): void {
    this.#settle?.reject(error);
    this.#settle = null;
  }
  failWith(code: ErrorCode): void {
    this.fail(new AppError(code, asWritten(`injected ${code}`)));
  }
  #end(outcome: TrialOutcome): void {
    this.#settle?.resolve(outcome);
    this.#settle = null;
  }
  async stop(withCheckpoint: boolean): Promise<void> {
    this.stopped = withCheckpoint;
    if (!this.obeys) return;
    if (withCheckpoint && this.saves) await this.#listener?.checkpointSaved(this.checkpointRef(1));
    this.#end({ kind: "stopped" });
  }
  async checkpoint(): Promise<void> {
    await this.#listener?.checkpointSaved(this.checkpointRef(2));
  }
  dispose(): void {
    this.disposed = true;
    this.failWith("worker-died");
  }
}

export function report(epoch: number, metric: number): EpochReport {
  return {
    epoch,
    trainLoss: 1,
    trainAccuracy: metric,
    validationLoss: 1,
    validationAccuracy: metric,
    metric,
    learningRate: 0.1,
    imagesPerSecond: 100,
    durationMs: 1000,
  };
}

export class FakePool implements RunnerPool {
  readonly runners: FakeRunner[] = [];
  available = true;
  broken = false;
  asked = 0;
  metric: (job: TrialJob, epoch: number) => number = (job, epoch) =>
    Number(job.parameters["x"]) * (epoch / job.epochs);
  testResult: () => Promise<TestResult> = async () => ({ accuracy: 0.5, loss: 1, images: 10 });
  /** Of the device; tests that are about precision change it. */
  device: Parameters<typeof precisionOn>[0] = null;
  by: By | null = null;
  constructor(readonly maxSlots = 2) {}
  precision: RunnerPool["precision"] = (...asked) => precisionOn(this.device, ...asked);
  async create(): Promise<FakeRunner> {
    this.asked++;
    if (this.broken) throw new AppError("worker-died", asWritten("the script cannot be read"));
    if (!this.available) throw new AppError("gpu-unavailable", asWritten("no adapter"));
    const runner = new FakeRunner(this.metric, () => this.testResult());
    this.runners.push(runner);
    return runner;
  }
  get busy(): FakeRunner[] {
    return this.runners.filter((runner) => runner.busy && !runner.disposed);
  }
}

export const space: SearchSpace = {
  parameters: [{ name: "x", path: "x", type: "uniform", low: 0, high: 1 }],
  constraints: [],
  initial: [],
  reading: "3.0",
};

/** Draws x uniformly from the random stream it is given. */
export const randomTuner: Tuner = {
  name: "Random",
  optimizeMode: "maximize",
  suggest: (_space, _history, rng) => ({
    kind: "trial",
    parameters: { x: rng.next() },
    provenance: { source: "random" },
  }),
};

export function definition(changes: Partial<ExperimentConfig> = {}): ExperimentDefinition {
  return {
    id: "e1",
    seed: 11,
    preset: null,
    searchSpace: { x: { _type: "uniform", _value: [0, 1] } },
    config: {
      name: "test",
      trialConcurrency: 2,
      maxTrialNumber: 4,
      maxDurationMs: null,
      tuner: { name: "Random", classArgs: {} },
      assessor: null,
      reading: "3.0",
      searchSpace: null,
      training: { ...defaultTrainingSettings, defaults: { epochs: 3 } },
      notUsedHere: [],
      ...changes,
    },
  };
}

/** What a test brings of its own. */
export interface BenchOverrides extends Partial<OrchestratorOptions> {
  readonly space?: SearchSpace;
  readonly tuner?: Tuner;
  readonly assessor?: Assessor;
}

/** An orchestrator on fakes; `reopen` is what a reload of the page does. */
export class Bench {
  readonly clock = new FakeClock();
  readonly pool: FakePool;
  journal: JournalEvent[];
  readonly discarded: string[] = [];
  orchestrator: Orchestrator;
  appendError: AppError | null = null;
  /** The tab dies at the next append: before its events are stored, or after, with nobody told. */
  crash: "before" | "after" | null = null;
  /** It has died; only `reopen` helps. */
  crashed = false;
  #generation = 0;
  #overrides: BenchOverrides;

  constructor(
    config: Partial<ExperimentConfig> = {},
    overrides: BenchOverrides = {},
    maxSlots = 2,
  ) {
    this.pool = new FakePool(maxSlots);
    this.#overrides = overrides;
    this.journal = [
      { seq: 0, at: this.clock.now(), type: "experiment-created", definition: definition(config) },
    ];
    this.orchestrator = this.#make();
  }

  #make(): Orchestrator {
    const generation = ++this.#generation;
    const { space: ownSpace, tuner, assessor, ...overrides } = this.#overrides;
    return new Orchestrator({
      events: [...this.journal],
      algorithms: algorithmsHere(ownSpace ?? space, tuner ?? randomTuner, assessor ?? null),
      training: {
        epochsOf: (parameters) => Number(parameters["epochs"] ?? 3),
        effectiveKey: (parameters) => JSON.stringify(parameters),
      },
      journal: {
        append: async (events) => {
          // A dead tab neither writes nor learns that it did not.
          if (generation !== this.#generation) return new Promise(() => undefined);
          if (this.appendError) throw this.appendError;
          const { crash } = this;
          if (crash !== "before") this.journal.push(...events);
          if (crash) return this.#die();
        },
      },
      pool: this.pool,
      clock: this.clock,
      discard: async (gone) => {
        this.discarded.push(...gone.map(({ path }) => path));
      },
      checkpointBudgetBytes: 150,
      onChange: () => undefined,
      ...overrides,
    });
  }

  #die(): Promise<never> {
    this.crash = null;
    this.crashed = true;
    this.#generation++;
    return new Promise(() => undefined);
  }

  /** The tab dies: workers vanish without a word, only the journal stays. */
  async reopen(): Promise<void> {
    this.#generation++;
    this.crashed = false;
    for (const runner of this.pool.runners.splice(0)) {
      runner.obeys = false;
      runner.disposed = true;
    }
    this.orchestrator = this.#make();
    if (this.orchestrator.state.status === "running") await this.orchestrator.run("reopened");
    await flush();
  }

  /** Highest limits so far: lowering one does not undo what was allowed before. */
  mostTrials = 0;
  mostSlots = 0;
  noteLimits(): void {
    const { state, slots } = this.orchestrator;
    this.mostTrials = Math.max(this.mostTrials, state.maxTrialNumber);
    this.mostSlots = Math.max(this.mostSlots, slots);
  }

  /** Lets every busy worker train one epoch. */
  async step(): Promise<void> {
    for (const runner of this.pool.busy) {
      await runner.step();
      await flush();
    }
  }

  async runToEnd(limit = 200): Promise<void> {
    for (let i = 0; i < limit && this.orchestrator.state.status === "running"; i++) {
      await this.step();
      await this.clock.advance(1000);
    }
  }

  statuses(): string[] {
    return this.orchestrator.state.trials.map((trial) => trial.status);
  }
}
