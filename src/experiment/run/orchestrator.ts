import { AppError, toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import type {
  CheckpointRef,
  ExperimentStatus,
  JournalEvent,
  Remark,
} from "../../core/journal/events.ts";
import { isStrict } from "../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import type { LimitsChange, LiveTrial } from "../api.ts";
import { decide, type Decision } from "./decide.ts";
import type { InputBody, Reply, Wish } from "./inputs.ts";
import { keptWeights } from "./kept-weights.ts";
import { liveTrials } from "./live.ts";
import type {
  Algorithms,
  CheckpointDiscarder,
  Clock,
  JournalWriter,
  Progress,
  RunnerPool,
} from "./ports.ts";
import { CommandRunner } from "./runner.ts";
import {
  openedState,
  owesTest,
  type Rules,
  type RunState,
  type TrainingKnowledge,
} from "./state.ts";

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

/** Suggest → run → observe. The only writer of an experiment's journal: every input – a report, a failure, a wish – is one task
 *  of one queue, is decided on the state of that moment (`decide`), and becomes visible only once its events are stored; then
 *  its commands are carried out (`CommandRunner`). The same seed and the same order of events give the same suggestions. */
export class Orchestrator {
  readonly #options: OrchestratorOptions;
  readonly #rules: Rules;
  readonly #runner: CommandRunner;
  readonly #progress = new Map<number, Progress>();
  readonly #waiting = new Set<() => void>();
  #state: RunState;
  #live: ReadonlyMap<number, LiveTrial> = new Map();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    const { events, training, checkpointBudgetBytes, algorithms } = options;
    const { optimizeMode } = algorithms;
    this.#rules = { optimizeMode, training, checkpointBudgetBytes };
    this.#state = openedState(events, this.#rules);
    this.#runner = new CommandRunner(options, {
      input: (body) => this.#put(body),
      report: (body) => void this.#put(body).catch((error: unknown) => this.#breakOff(error)),
      progress: (id, progress) => this.#show(id, progress),
    });
  }

  get state(): ExperimentState {
    return this.#state.journal;
  }
  get live(): ReadonlyMap<number, LiveTrial> {
    return this.#live;
  }
  /** Trials that may run at once here and now. */
  get slots(): number {
    return Math.min(this.state.trialConcurrency, this.#options.pool.maxSlots);
  }
  /** Set while the journal cannot be written; nothing runs until `run()` succeeds. */
  get problem(): ErrorRecord | null {
    return this.#state.problem;
  }
  /** True when the experiment was closed between its end and its winner's test. */
  get owesTest(): boolean {
    return owesTest(this.#state, this.#rules);
  }

  /** The weights a trial's last report was measured with; null when they are not kept. */
  weightsOf(trial: TrialState): CheckpointRef | null {
    return keptWeights(this.#state.gone, trial);
  }

  /** Starts, resumes after a pause, or goes on after the page was closed.
   *  @param died the page did not close but died: the attempts that were under way then have failed */
  async run(reason: string, died = false): Promise<void> {
    await this.#put({ kind: "run", reason, died });
  }

  /** Records what the page does before trials can run. */
  async setStatus(status: ExperimentStatus, reason: string, error?: ErrorRecord): Promise<void> {
    await this.#put({ kind: "status", status, reason, ...(error ? { error } : {}) });
  }

  async note(code: string, details: Extract<Wish, { kind: "note" }>["details"]): Promise<void> {
    await this.#put({ kind: "note", code, details });
  }

  /** @throws AppError "journal-invalid" when it is about a trial that there is not */
  async remark(body: Remark): Promise<void> {
    await this.#put({ kind: "remark", body });
  }

  /** Running trials save a checkpoint and stop; resolves when they have. */
  async pause(): Promise<void> {
    await this.#put({ kind: "pause" });
    await this.#settled();
  }

  /** Ends the experiment: open trials are cancelled, the best one is tested. */
  async stop(): Promise<void> {
    await this.#put({ kind: "stop" });
    await this.#tested();
  }

  async killTrial(trial: number): Promise<void> {
    await this.#put({ kind: "kill", trial });
  }

  /** Adds a trial with parameters chosen by a person; validated by the caller. Returns its number. */
  async addTrial(parameters: Parameters): Promise<number> {
    return Number(await this.#put({ kind: "add", parameters }));
  }

  /** A new trial that continues a finished one's weights for more epochs. Returns its number.
   *  @throws AppError "weights-gone" when those it ended with are not kept */
  async trainLonger(trial: number, extraEpochs: number): Promise<number> {
    return Number(await this.#put({ kind: "longer", trial, extraEpochs }));
  }

  /** Raising a limit lets a finished experiment run again, as in NNI; lowering one leaves it ended. */
  async setLimits(limits: LimitsChange): Promise<void> {
    await this.#put({ kind: "limits", limits });
  }

  /** Tests the best trial on the untouched test images unless that has happened; tries again what has failed. */
  async testBest(): Promise<void> {
    await this.#put({ kind: "test-best" });
    await this.#tested();
  }

  /** Asks every running trial for a checkpoint: the page is being hidden, and nothing has to be decided for it. */
  checkpointAll(): void {
    for (const { id, phase, fate } of this.#state.slots)
      if (phase === "training" && fate !== "abandoned")
        void this.#runner.carryOut({ kind: "checkpoint", id });
  }

  /** Saves checkpoints and stops without a word in the journal: opened again, the experiment goes on. */
  async close(): Promise<void> {
    await this.#put({ kind: "close" });
    await this.#settled();
    await this.#queue;
  }

  /** Runs an input, and all that is asked because of it, after all earlier ones. */
  #put(body: InputBody): Promise<Reply | undefined> {
    const result = this.#queue.then(() => this.#take(body));
    // The queue goes on after a failed input; the failure belongs to whoever gave it.
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #take(body: InputBody): Promise<Reply | undefined> {
    let reply: Reply | undefined;
    const inputs = [body];
    try {
      for (let input = inputs.shift(); input; input = inputs.shift()) {
        const decision = await this.#store(input);
        reply = decision.reply ?? reply;
        for (const command of decision.commands) {
          const answer = await this.#runner.carryOut(command);
          if (answer) inputs.push(answer);
        }
      }
      return reply;
    } finally {
      for (const check of this.#waiting) check();
    }
  }

  /** Decides and stores. Out of space, weights go first – all but the best finished trial's –, and it is decided anew. */
  async #store(input: InputBody): Promise<Decision> {
    let decision = this.#decide(input);
    let failure = await this.#append(decision);
    if (failure && failure.record.code === "storage-quota") {
      await this.#force({ kind: "out-of-space" });
      decision = this.#decide(input);
      failure = await this.#append(decision);
    }
    if (failure) {
      await this.#force({ kind: "journal-failed", error: failure.record });
      throw failure.thrown;
    }
    this.#become(decision.state);
    return decision;
  }

  #decide(input: InputBody): Decision {
    const { clock, pool } = this.#options;
    const now = {
      ...{ at: clock.now(), elapsedMs: clock.elapsed() },
      ...{ maxSlots: pool.maxSlots, by: pool.by ?? null },
    };
    return decide(this.#state, { ...input, ...now }, this.#rules);
  }

  async #append({
    events,
    state,
  }: Decision): Promise<{ readonly record: ErrorRecord; readonly thrown: unknown } | null> {
    if (events.length === 0) return null;
    const strict = events.some(isStrict);
    try {
      const { journal } = this.#options;
      await journal.append(events, strict ? "strict" : "relaxed", state.journal);
      return null;
    } catch (thrown) {
      return { record: toErrorRecord(thrown, "storage-failed"), thrown };
    }
  }

  /** Carries out what storage trouble asks for, of which nothing is stored. */
  async #force(trouble: InputBody): Promise<void> {
    const { state, commands } = this.#decide(trouble);
    this.#become(state);
    for (const command of commands) await this.#runner.carryOut(command);
  }

  /** What was reported must not get lost: where that is not the journal's problem already, it becomes one. */
  async #breakOff(error: unknown): Promise<void> {
    if (!this.#state.problem)
      await this.#force({ kind: "journal-failed", error: toErrorRecord(error) });
  }

  #become(state: RunState): void {
    this.#state = state;
    this.#changed();
  }

  #show(id: number, progress: Progress): void {
    this.#progress.set(id, progress);
    this.#changed();
  }

  #changed(): void {
    const { slots, test } = this.#state;
    const known = new Set([...slots.map(({ id }) => id), test?.id]);
    for (const id of this.#progress.keys()) if (!known.has(id)) this.#progress.delete(id);
    this.#live = liveTrials(this.#state, this.#progress);
    this.#options.onChange();
  }

  /** Resolves when every attempt that is ending now has come to rest. */
  async #settled(): Promise<void> {
    const ending = this.#state.slots.filter(({ fate }) => fate !== "live").map(({ id }) => id);
    await this.#until(({ slots }) => !slots.some(({ id }) => ending.includes(id)));
  }

  /** Resolves when no winner is being tested. @throws AppError of the journal that could not be written meanwhile */
  async #tested(): Promise<void> {
    const { problem } = this.#state;
    await this.#until(({ test }) => test === null);
    const now = this.#state.problem;
    if (now && now !== problem) throw AppError.fromRecord(now);
  }

  /** Resolves at the end of the first input after which the condition holds; at once where it does. */
  #until(holds: (state: RunState) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!holds(this.#state)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}
