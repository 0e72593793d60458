import { AppError, toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import {
  checkEvent,
  reduceJournal,
  type CheckpointRef,
  type ExperimentDefinition,
  type ExperimentState,
  type JournalEvent,
  type Remark,
} from "../../core/journal/index.ts";
import type { Parameters, SearchSpace } from "../../core/search-space/types.ts";
import type { DataProgress, NamedBlob } from "../../data/dataset.ts";
import type { LimitsChange, LiveTrial, Session } from "../api.ts";
import { checkExperiment, type CheckedExperiment } from "../draft/checked-experiment.ts";
import { encodeLink } from "../formats/link.ts";
import { weightsGone, weightsKeptElsewhere } from "../run/kept-weights.ts";
import { readWeights } from "../run/weights.ts";
import type { Farewells } from "./farewells.ts";
import { requestWriterLock, writerLockName, type Locks, type WriterLock } from "./lock.ts";
import { openJournal } from "./open-journal.ts";
import { SessionView } from "./session-view.ts";
import { SessionWriter, type SessionWriterEnvironment } from "./session-writer.ts";
import { word } from "../../core/words/index.ts";

export interface SessionEnvironment extends SessionWriterEnvironment {
  readonly locks: Locks;
  readonly farewells: Farewells;
  /** Mends what is stored of a damaged experiment, of which this tab is the writer. */
  repair(id: string): Promise<void>;
  /** Some session began or ceased to run. */
  onActivity(): void;
  /** The session is closing; its lock is free when the promise resolves. */
  onClose?(session: ExperimentSession, closed: Promise<void>): void;
}

/** One experiment in this tab: its writer, or a live view of what another tab writes. Has the lock, or waits for it, from `open`
 *  to `close`; closes itself when nobody looks at it and nothing goes on in it. */
export class ExperimentSession implements Session {
  readonly id: string;
  readonly #env: SessionEnvironment;
  readonly #lock: WriterLock;
  readonly #view: SessionView;
  readonly #listeners = new Set<() => void>();
  /** null when the definition cannot be read, of what another tab writes. */
  #experiment: CheckedExperiment<ExperimentDefinition> | null;
  #writer: SessionWriter | null = null;
  #problem: ErrorRecord | null = null;
  /** How many look at it. */
  #looks = 1;
  /** What was asked for and is not done. */
  #acts = 0;
  #closing: Promise<void> | null = null;

  /** @throws AppError "experiment-unknown", "journal-invalid" */
  static async open(env: SessionEnvironment, id: string): Promise<ExperimentSession> {
    const lock = await requestWriterLock(writerLockName(id), env.locks);
    // The lock may come while the journal is read; what the former writer stored last is then missing from it.
    const writes = lock.held;
    try {
      const session = new ExperimentSession(env, lock, await openJournal(env, id, writes), writes);
      if (!writes) {
        session.#view.catchUp();
        void lock.acquired.then(() => session.#takeOver());
      }
      return session;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(
    env: SessionEnvironment,
    lock: WriterLock,
    events: readonly JournalEvent[],
    writes: boolean,
  ) {
    this.#env = env;
    this.#lock = lock;
    const state = reduceJournal(events);
    this.id = state.definition.id;
    this.#experiment = writes ? checkExperiment(state.definition) : readable(state.definition);
    this.#view = new SessionView(env, state, () => this.#changed());
    if (writes) this.#write(events);
  }

  get state(): ExperimentState {
    return (this.#writer ?? this.#view).state;
  }
  get space(): SearchSpace | null {
    return this.#experiment?.space ?? null;
  }
  get live(): ReadonlyMap<number, LiveTrial> {
    return (this.#writer?.orchestrator ?? this.#view).live;
  }
  get dataProgress(): DataProgress | null {
    return this.#writer?.dataProgress ?? null;
  }
  get problem(): ErrorRecord | null {
    return this.#problem ?? (this.#writer ?? this.#view).problem;
  }
  get role(): "writer" | "viewer" {
    return this.#writer ? "writer" : "viewer";
  }
  get slots(): number {
    return this.#writer?.orchestrator.slots ?? this.state.trialConcurrency;
  }
  get isActive(): boolean {
    return this.#writer?.isActive ?? false;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One more looks at it, to be released like the first. */
  retain(): void {
    this.#looks++;
  }

  release(): void {
    this.#looks--;
    this.#closeIfIdle();
  }

  start(sourceId: string | null, files: readonly NamedBlob[] | null): Promise<void> {
    return this.#act((writer) => writer.start(sourceId, files));
  }

  pause(): Promise<void> {
    return this.#act((writer) => writer.pause());
  }

  async resume(): Promise<void> {
    await this.start(null, null);
  }

  stop(): Promise<void> {
    return this.#act((writer) => writer.stop());
  }

  killTrial(trial: number): Promise<void> {
    return this.#act((writer) => writer.orchestrator.killTrial(trial));
  }

  addTrial(parameters: Parameters): Promise<void> {
    return this.#act((writer) => writer.addTrial(parameters));
  }

  async trainLonger(trial: number, extraEpochs: number): Promise<void> {
    if (!Number.isInteger(extraEpochs) || extraEpochs < 1)
      throw new RangeError(`extraEpochs: expected a positive integer, got ${extraEpochs}`);
    await this.#act((writer) => writer.trainLonger(trial, extraEpochs));
  }

  setLimits(limits: LimitsChange): Promise<void> {
    return this.#act((writer) => writer.setLimits(limits));
  }

  testBest(): Promise<void> {
    return this.#act((writer) => writer.testBest());
  }

  rename(name: string): Promise<void> {
    return this.remark({ type: "experiment-renamed", name });
  }

  async remark(body: Remark): Promise<void> {
    // What could not be read again must not be written.
    checkEvent({ seq: 0, at: 0, ...body });
    await this.#act((writer) => writer.orchestrator.remark(body));
  }

  keepsWeights(trial: number): boolean {
    return this.#weightsOf(trial) !== null;
  }

  async weights(trial: number): Promise<Blob> {
    const checkpoint = this.#weightsOf(trial);
    if (!checkpoint) throw weightsGone(trial);
    return readWeights(this.#env.files, checkpoint);
  }

  link(): Promise<string> {
    return encodeLink(this.state);
  }

  /** Asks running trials for a checkpoint: the page is being hidden. */
  checkpointAll(): void {
    this.#writer?.orchestrator.checkpointAll();
  }

  /** The page may be gone from here on, or is back. */
  leave(leaves: boolean): void {
    if (!this.#writer || this.#closing) return;
    if (leaves) this.#env.farewells.say(this.id);
    else this.#env.farewells.withdraw(this.id);
  }

  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    this.leave(true);
    this.#closing = this.#end();
    this.#env.onClose?.(this, this.#closing);
    return this.#closing;
  }

  async #end(): Promise<void> {
    void this.#view.close();
    await this.#writer?.close();
    this.#lock.release();
    this.#env.onActivity();
  }

  #weightsOf(number: number): CheckpointRef | null {
    const trial = this.state.trials[number];
    if (!trial) return null;
    return this.#writer
      ? this.#writer.orchestrator.weightsOf(trial)
      : weightsKeptElsewhere(this.state, trial);
  }

  /** Becomes the writer; what was under way goes on by itself. */
  #write(events: readonly JournalEvent[]): void {
    this.#experiment ??= checkExperiment(this.#view.state.definition);
    this.#writer = new SessionWriter(this.#env, this.#experiment, events, () => this.#changed());
    const died = !this.#env.farewells.take(this.id);
    void this.#act((writer) => writer.goOn(died));
  }

  async #takeOver(): Promise<void> {
    if (this.#closing) return;
    try {
      await this.#view.close();
      const events = await openJournal(this.#env, this.id, true);
      if (this.#closing) return;
      this.#write(events);
    } catch (error) {
      this.#problem = toErrorRecord(error);
    }
    this.#changed();
  }

  /** While it lasts, the session stays open though nobody looks.
   *  @throws AppError "not-writer" */
  async #act(act: (writer: SessionWriter) => Promise<void>): Promise<void> {
    if (!this.#writer)
      throw new AppError("not-writer", word("another-tab"), { experiment: this.id });
    this.#acts++;
    try {
      await act(this.#writer);
    } finally {
      this.#acts--;
      this.#closeIfIdle();
    }
  }

  #closeIfIdle(): void {
    if (this.#looks > 0 || this.#acts > 0 || this.isActive) return;
    void this.close();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
    this.#env.onActivity();
    this.#closeIfIdle();
  }
}

/** What another tab writes can be looked at although it cannot be run here. */
function readable(
  definition: ExperimentDefinition,
): CheckedExperiment<ExperimentDefinition> | null {
  try {
    return checkExperiment(definition);
  } catch {
    // Its own tab says what is wrong with it.
    return null;
  }
}
