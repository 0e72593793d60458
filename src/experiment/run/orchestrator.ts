import { toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import type {
  CheckpointRef,
  EventBody,
  ExperimentStatus,
  JournalEvent,
} from "../../core/journal/events.ts";
import { bestTrial, isStrict, reduceEvents, reduceJournal } from "../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import type { LimitsChange, LiveTrial } from "../api.ts";
import { AttemptCounter } from "./attempts.ts";
import { KeptWeights, weightsGone } from "./kept-weights.ts";
import { goesOnWith, isOpen, mayCreate } from "./planning.ts";
import type { Algorithms, CheckpointDiscarder, Clock, JournalWriter, RunnerPool } from "./ports.ts";
import { cancellation, lostWithPage } from "./trial-end.ts";
import { TrialSlots } from "./trial-slots.ts";
import { additionOf, TrialSource, type NewTrial, type TrainingKnowledge } from "./trial-source.ts";
import { failedTests, testWinner } from "./winner-test.ts";

export interface OrchestratorOptions {
  /** The journal so far; at least its first event. */
  readonly events: readonly JournalEvent[];
  readonly algorithms: Algorithms;
  readonly training: TrainingKnowledge;
  readonly journal: JournalWriter;
  readonly pool: RunnerPool;
  readonly clock: Clock;
  readonly discard: CheckpointDiscarder;
  /** Bytes of finished trials' weights to keep besides the best one's. */
  readonly checkpointBudgetBytes: number;
  readonly onChange: () => void;
}

/** Suggest → run → observe. The only writer of an experiment's journal: every input – a report, a failure, a command – is
 *  one task of one queue, decides on the state of that moment, and becomes visible only once its events are stored.
 *  The same seed and the same order of events give the same suggestions. */
export class Orchestrator {
  readonly #options: OrchestratorOptions;
  readonly #attempts: AttemptCounter;
  readonly #source: TrialSource;
  readonly #slots: TrialSlots;
  #state: ExperimentState;
  #problem: ErrorRecord | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #testing: Promise<void> | null = null;
  /** Winners whose test has failed for good. */
  readonly #untestable: Set<number>;
  readonly #weights: KeptWeights;
  #closed = false;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.#state = reduceJournal(options.events);
    this.#attempts = new AttemptCounter(options.events);
    this.#weights = new KeptWeights(options, this.#state);
    this.#untestable = failedTests(options.events);
    this.#source = new TrialSource(options);
    this.#slots = new TrialSlots({
      pool: options.pool,
      clock: options.clock,
      attempts: this.#attempts,
      assess: (trial, epoch) => this.#source.reasonToStop(this.#state, trial, epoch),
      trial: (number) => this.#trial(number),
      definition: this.#state.definition,
      keeps: (path) => this.#weights.has(path),
      makeRoom: (sizeBytes) => this.#makeRoom(sizeBytes),
      commit: (...bodies) => this.#commit(...bodies),
      act: (task) => this.#act(task),
      hold: (error) => this.#hold(error),
      onChange: () => options.onChange(),
    });
  }

  get state(): ExperimentState {
    return this.#state;
  }
  get live(): ReadonlyMap<number, LiveTrial> {
    return this.#slots.live;
  }
  /** Trials that may run at once here and now. */
  get slots(): number {
    return Math.min(this.#state.trialConcurrency, this.#options.pool.maxSlots);
  }
  /** Set while the journal cannot be written; nothing runs until `run()` succeeds. */
  get problem(): ErrorRecord | null {
    return this.#problem;
  }

  /** Starts, resumes after a pause, or goes on after the page was closed.
   *  @param died the page did not close but died: the attempts that were under way then have failed */
  async run(reason: string, died = false): Promise<void> {
    await this.#act(async () => {
      this.#problem = null;
      const lost = died
        ? this.#state.trials.filter(
            ({ status, number }) => status === "RUNNING" && !this.#slots.has(number),
          )
        : [];
      await this.#commit(...lost.map(lostWithPage), {
        type: "status-changed",
        status: "running",
        reason,
      });
    });
  }

  /** Records what the page does before trials can run. */
  async setStatus(status: ExperimentStatus, reason: string, error?: ErrorRecord): Promise<void> {
    await this.#act(() =>
      this.#commit({ type: "status-changed", status, reason, ...(error ? { error } : {}) }),
    );
  }

  async note(
    code: string,
    details: Extract<EventBody, { type: "note" }>["details"],
  ): Promise<void> {
    await this.#act(() => this.#commit({ type: "note", code, details }));
  }

  async rename(name: string): Promise<void> {
    await this.#act(() => this.#commit({ type: "experiment-renamed", name }));
  }

  /** Running trials save a checkpoint and stop; resolves when they have. */
  async pause(): Promise<void> {
    await this.#act(async () => {
      if (this.#state.status !== "running") return;
      await this.#commit({ type: "status-changed", status: "paused", reason: "user" });
      this.#slots.suspendAll();
    });
    await this.#slots.settled();
  }

  /** Ends the experiment: open trials are cancelled, the best one is tested. */
  async stop(): Promise<void> {
    await this.#act(async () => {
      if (this.#state.status === "done") return;
      const cancelled = this.#state.trials.filter(isOpen).map((trial) => cancellation(trial));
      await this.#commit(...cancelled, { type: "status-changed", status: "done", reason: "user" });
      this.#slots.abandonAll();
    });
    await this.#test();
  }

  async killTrial(number: number): Promise<void> {
    await this.#act(async () => {
      const trial = this.#trial(number);
      if (!isOpen(trial)) return;
      await this.#commit(cancellation(trial));
      this.#slots.abandon(number);
    });
  }

  /** Adds a trial with parameters chosen by a person; validated by the caller. Returns its number. */
  async addTrial(parameters: Parameters): Promise<number> {
    return this.#act(() =>
      this.#add({
        parameters,
        origin: "user",
        provenance: { source: "user" },
        epochs: this.#options.training.epochsOf(parameters),
      }),
    );
  }

  /** A new trial that continues a finished one's weights for more epochs.
   *  @throws AppError "weights-gone" when those it ended with are not kept */
  async trainLonger(number: number, extraEpochs: number): Promise<number> {
    return this.#act(async () => {
      const parent = this.#trial(number);
      const weights = this.weightsOf(parent);
      if (!weights) throw weightsGone(number);
      const epochs = weights.epoch + extraEpochs;
      return this.#add({
        parameters: parent.parameters,
        origin: "longer",
        provenance: { source: "user" },
        epochs,
        continueFrom: number,
      });
    });
  }

  /** Raising a limit lets a finished experiment run again, as in NNI; lowering one leaves it ended. */
  async setLimits(limits: LimitsChange): Promise<void> {
    await this.#act(async () => {
      const goesOn = goesOnWith(limits, this.#state, this.#options.clock.now());
      await this.#commit({ type: "limits-changed", ...limits });
      if (goesOn)
        await this.#commit({ type: "status-changed", status: "running", reason: "limits-raised" });
    });
  }

  /** The weights a trial's last report was measured with; null when they are not kept. */
  weightsOf(trial: TrialState): CheckpointRef | null {
    return this.#weights.of(trial);
  }

  /** Tests the best trial on the untouched test images unless that has happened; tries again what has failed. */
  testBest(): Promise<void> {
    this.#untestable.clear();
    return this.#test();
  }

  /** True when the experiment was closed between its end and its winner's test. */
  get owesTest(): boolean {
    const winner = this.#untestedWinner();
    return this.#state.status === "done" && winner !== null && this.weightsOf(winner) !== null;
  }

  /** Concurrent calls share one run. */
  #test(): Promise<void> {
    this.#testing ??= testWinner({
      pool: this.#options.pool,
      clock: this.#options.clock,
      definition: this.#state.definition,
      winner: () => this.#untestedWinner(),
      weights: (trial) => this.weightsOf(trial),
      untestable: (trial) => void this.#untestable.add(trial),
      commit: (...bodies) => this.#act(() => this.#commit(...bodies)),
      takeRunner: () => this.#slots.idle.take(),
      giveRunner: (runner) => this.#slots.idle.give(runner),
      progress: (trial, progress) => this.#slots.setLive(trial, progress),
      isClosed: () => this.#closed,
    }).finally(() => {
      this.#testing = null;
      return this.#act(async () => undefined);
    });
    return this.#testing;
  }

  /** Asks every running trial for a checkpoint: the page is being hidden. */
  checkpointAll(): void {
    this.#slots.checkpointAll();
  }

  /** Saves checkpoints and stops without a word in the journal: opened again, the experiment goes on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#slots.suspendAll();
    await this.#slots.settled();
    this.#slots.disposeAll();
    await this.#queue.catch(() => undefined);
  }

  #trial(number: number): TrialState {
    const trial = this.#state.trials[number];
    if (!trial)
      throw new RangeError(`trial: expected 0..${this.#state.trials.length - 1}, got ${number}`);
    return trial;
  }

  /** Runs one task after all earlier ones and then fills free slots. */
  #act<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      const value = await task();
      await this.#fill();
      // Whatever ended the work – the last trial, a stop, an error –, idle workers give their GPU memory back.
      if (this.#state.status !== "running" && !this.#testing && this.#slots.used === 0)
        this.#slots.idle.release();
      return value;
    });
    // The queue goes on after a failed task; the failure belongs to whoever asked for the task.
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #commit(...bodies: readonly EventBody[]): Promise<void> {
    if (bodies.length === 0) return;
    const at = this.#options.clock.now();
    const events = bodies.map((body, i): JournalEvent => ({
      seq: this.#state.lastSeq + 1 + i,
      at,
      ...body,
    }));
    const strict = bodies.some(isStrict);
    const before = this.#state;
    const after = reduceEvents(before, events);
    try {
      await this.#store(events, strict ? "strict" : "relaxed", after);
    } catch (error) {
      this.#problem = toErrorRecord(error, "storage-failed");
      this.#slots.disposeAll();
      this.#options.onChange();
      throw error;
    }
    this.#state = after;
    for (const event of events) this.#attempts.apply(event);
    this.#weights.follow(before, after);
    this.#options.onChange();
  }

  /** Out of space, weights go first: all but the best finished trial's, then one more try. */
  async #store(
    events: readonly JournalEvent[],
    durability: "strict" | "relaxed",
    after: ExperimentState,
  ): Promise<void> {
    const { journal } = this.#options;
    try {
      await journal.append(events, durability, after);
    } catch (error) {
      if (toErrorRecord(error).code !== "storage-quota") throw error;
      await this.#weights.makeRoom(this.#state, Infinity);
      await journal.append(events, durability, after);
    }
    const trials = this.#weights.takeDiscarded();
    // A journal that fails then is recorded as the problem.
    if (trials.length > 0) this.note("weights-discarded", { trials }).catch(() => undefined);
  }

  async #makeRoom(sizeBytes: number): Promise<boolean> {
    await this.#weights.makeRoom(this.#state, sizeBytes);
    const trials = this.#weights.takeDiscarded();
    if (trials.length === 0) return false;
    await this.#commit({ type: "note", code: "weights-discarded", details: { trials } });
    return true;
  }

  /** Nothing can go on until the user has done something. */
  async #hold(error: ErrorRecord): Promise<void> {
    await this.#commit({ type: "status-changed", status: "paused", reason: "error", error });
    this.#slots.suspendAll();
  }

  async #fill(): Promise<void> {
    while (!this.#closed && !this.#problem && this.#state.status === "running") {
      if (this.#slots.used >= this.slots) return;
      const open = this.#state.trials.find(
        (trial) => isOpen(trial) && !this.#slots.has(trial.number),
      );
      if (open) await this.#slots.start(open);
      else if (!(await this.#suggest())) {
        if (this.#slots.used === 0 && this.#state.status === "running") await this.#finish();
        return;
      }
    }
  }

  /** Adds what the tuner suggests; false when it wants to wait or nothing may be created. */
  async #suggest(): Promise<boolean> {
    const next = await this.#source.next(this.#state);
    switch (next.kind) {
      case "trial":
        await this.#add(next.trial);
        return true;
      case "none":
        return false;
      case "failed": {
        const { error } = next;
        await this.#commit({ type: "status-changed", status: "failed", reason: "error", error });
        this.#slots.suspendAll();
        return false;
      }
      default:
        return next satisfies never;
    }
  }

  async #add(trial: NewTrial): Promise<number> {
    const number = this.#state.trials.length;
    const bodies = additionOf(this.#state, trial, this.#options.training);
    if (this.#state.status === "done" && trial.origin !== "tuner")
      bodies.push({ type: "status-changed", status: "running", reason: "trial-added" });
    await this.#commit(...bodies);
    return number;
  }

  #untestedWinner(): TrialState | null {
    const best = bestTrial(this.#state.trials, this.#options.algorithms.optimizeMode);
    if (!best || best.test || best.origin === "imported") return null;
    return this.#untestable.has(best.number) ? null : best;
  }

  async #finish(): Promise<void> {
    if (this.#untestedWinner()) {
      // Its end is a task of the queue again and comes back here; it rejects only with the journal's problem.
      this.#test().catch(() => undefined);
      return;
    }
    if (this.#testing) return;
    const limited = !mayCreate(this.#state, this.#options.clock.now());
    const reason = limited ? "limits-reached" : "exhausted";
    await this.#commit({ type: "status-changed", status: "done", reason });
  }
}
