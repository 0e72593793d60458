import { AppError, toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import {
  checkEvent,
  checkJournal,
  reduceEvents,
  reduceJournal,
  type CheckpointRef,
  type ExperimentDefinition,
  type ExperimentState,
  type JournalEvent,
  type Remark,
} from "../../core/journal/index.ts";
import type { Parameters, SearchSpace } from "../../core/search-space/types.ts";
import type { DataProgress, NamedBlob } from "../../data/dataset.ts";
import type { Farewells } from "./farewells.ts";
import type { DataService, DeviceReport, LimitsChange, LiveTrial, Session } from "../api.ts";
import { checkExperiment, type CheckedExperiment } from "../draft/checked-experiment.ts";
import { misfitOf } from "../draft/cost.ts";
import { createOrchestrator, type OrchestratorEnvironment } from "../run/create-orchestrator.ts";
import { checkTrial, refuseMisfits } from "../draft/drafts.ts";
import { gathered } from "./gathered.ts";
import { weightsGone, weightsKeptElsewhere } from "../run/kept-weights.ts";
import { requestWriterLock, writerLockName, type Locks, type WriterLock } from "./lock.ts";
import { openJournal } from "./open-journal.ts";
import type { Orchestrator } from "../run/orchestrator.ts";
import { goesOnWith } from "../run/planning.ts";
import { encodeLink } from "../formats/link.ts";
import { SessionImages } from "./session-images.ts";
import { readWeights } from "../run/weights.ts";
import { word } from "../../core/words/index.ts";

export interface SessionEnvironment extends OrchestratorEnvironment {
  readonly locks: Locks;
  readonly farewells: Farewells;
  readonly data: DataService;
  /** Mends what is stored of a damaged experiment, of which this tab is the writer. */
  repair(id: string): Promise<void>;
  /** Resolves once the device is known, so that the pool knows how many trials fit. */
  prepareDevice(): Promise<DeviceReport>;
  /** Some session began or ceased to run. */
  onActivity(): void;
}

/** One experiment in this tab: its writer, or a live view of what another tab writes. */
export class ExperimentSession implements Session {
  readonly id: string;
  readonly #env: SessionEnvironment;
  readonly #lock: WriterLock;
  readonly #images: SessionImages;
  readonly #listeners = new Set<() => void>();
  readonly #unhear: () => void;
  #experiment: CheckedExperiment<ExperimentDefinition> | null = null;
  #orchestrator: Orchestrator | null = null;
  #viewed: ExperimentState;
  #viewedLive: ReadonlyMap<number, LiveTrial> = new Map();
  #problem: ErrorRecord | null = null;
  #reading: Promise<void> = Promise.resolve();
  #preparation: AbortController | null = null;
  /** How many look at it. */
  #looks = 1;
  /** What was asked for and is not done. */
  #acts = 0;
  #closed = false;

  /** @throws AppError "experiment-unknown", "journal-invalid" */
  static async open(env: SessionEnvironment, id: string): Promise<ExperimentSession> {
    const lock = await requestWriterLock(writerLockName(id), env.locks);
    // The lock may come while the journal is read; what the former writer stored last is then missing from it.
    const writes = lock.held;
    try {
      const session = new ExperimentSession(env, lock, await openJournal(env, id, writes), writes);
      if (!writes) {
        void session.#catchUp();
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
    this.#images = new SessionImages(env.data, () => this.#changed());
    this.#viewed = reduceJournal(events);
    this.id = this.#viewed.definition.id;
    this.#unhear = env.announcer.hear((message) => {
      if (message.kind === "list" || message.id !== this.id || this.#orchestrator) return;
      if (message.kind === "appended") void this.#catchUp();
      else {
        this.#viewedLive = new Map(message.trials.map((trial) => [trial.trial, trial]));
        this.#changed();
      }
    });
    if (writes) this.#write(events);
    else this.#experiment = readable(this.#viewed.definition);
  }

  get state(): ExperimentState {
    return this.#orchestrator?.state ?? this.#viewed;
  }
  get space(): SearchSpace | null {
    return this.#experiment?.space ?? null;
  }
  get live(): ReadonlyMap<number, LiveTrial> {
    return this.#orchestrator?.live ?? this.#viewedLive;
  }
  get dataProgress(): DataProgress | null {
    return this.#images.progress;
  }
  get problem(): ErrorRecord | null {
    return this.#problem ?? this.#orchestrator?.problem ?? null;
  }
  get role(): "writer" | "viewer" {
    return this.#orchestrator ? "writer" : "viewer";
  }
  get slots(): number {
    return this.#orchestrator?.slots ?? this.state.trialConcurrency;
  }
  get isActive(): boolean {
    const { status } = this.state;
    return this.role === "writer" && (status === "running" || status === "preparing");
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
    return this.#act(async () => {
      const orchestrator = this.#writer();
      if (this.isActive && !this.problem) return;
      this.#problem = null;
      const preparation = this.#beginPreparation();
      await this.#env.prepareDevice();
      const areHere = await this.#images.areHere(this.state);
      preparation.throwIfAborted();
      if (!areHere) {
        const source = sourceId ?? this.#images.sourceToAskAgain(this.state);
        await this.#images.prepare(orchestrator, source, files);
      }
      await orchestrator.run("user");
    });
  }

  pause(): Promise<void> {
    return this.#act(async () => {
      if (!this.#callOff()) await this.#writer().pause();
    });
  }

  async resume(): Promise<void> {
    await this.start(null, null);
  }

  stop(): Promise<void> {
    return this.#act(async () => {
      if (!this.#callOff()) await this.#writer().stop();
    });
  }

  async killTrial(trial: number): Promise<void> {
    await this.#writer().killTrial(trial);
  }

  async addTrial(parameters: Parameters): Promise<void> {
    // Refuses what the trainer cannot take before anything is written.
    const experiment = this.#experiment ?? checkExperiment(this.state.definition);
    checkTrial(experiment, parameters);
    // Without a device nothing is known to be too large; the trial says what is wrong then.
    const device = await this.#env.prepareDevice().catch(() => null);
    const misfit = device && misfitOf(experiment, parameters, device);
    if (misfit) refuseMisfits([misfit]);
    await this.#withImages((orchestrator) => orchestrator.addTrial(parameters));
  }

  async trainLonger(trial: number, extraEpochs: number): Promise<void> {
    if (!Number.isInteger(extraEpochs) || extraEpochs < 1)
      throw new RangeError(`extraEpochs: expected a positive integer, got ${extraEpochs}`);
    await this.#withImages((orchestrator) => orchestrator.trainLonger(trial, extraEpochs));
  }

  async setLimits(limits: LimitsChange): Promise<void> {
    if (goesOnWith(limits, this.state, this.#env.clock.now()))
      await this.#withImages((orchestrator) => orchestrator.setLimits(limits));
    else await this.#writer().setLimits(limits);
  }

  testBest(): Promise<void> {
    return this.#act(async () => {
      await this.#env.prepareDevice();
      await this.#writer().testBest();
    });
  }

  async rename(name: string): Promise<void> {
    await this.remark({ type: "experiment-renamed", name });
  }

  async remark(body: Remark): Promise<void> {
    // What could not be read again must not be written.
    checkEvent({ seq: 0, at: 0, ...body });
    await this.#writer().remark(body);
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
    this.#orchestrator?.checkpointAll();
  }

  /** The page may be gone from here on, or is back. */
  leave(leaves: boolean): void {
    if (!this.#orchestrator || this.#closed) return;
    if (leaves) this.#env.farewells.say(this.id);
    else this.#env.farewells.withdraw(this.id);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.leave(true);
    this.#closed = true;
    this.#unhear();
    this.#images.close();
    await this.#orchestrator?.close();
    this.#lock.release();
    this.#env.onActivity();
  }

  #weightsOf(number: number): CheckpointRef | null {
    const trial = this.state.trials[number];
    if (!trial) return null;
    if (this.#orchestrator) return this.#orchestrator.weightsOf(trial);
    return weightsKeptElsewhere(this.#viewed, trial);
  }

  #writer(): Orchestrator {
    if (this.#orchestrator) return this.#orchestrator;
    throw new AppError("not-writer", word("another-tab"), { experiment: this.id });
  }

  /** Becomes the writer; an experiment that was running goes on by itself. */
  #write(events: readonly JournalEvent[]): void {
    const { clock, announcer } = this.#env;
    // Twice a second is enough for a view in another tab.
    const announceLive = gathered(clock, 500, () => {
      if (this.#closed) return;
      announcer.say({ kind: "live", id: this.id, trials: [...this.live.values()] });
    });
    this.#experiment ??= checkExperiment(this.#viewed.definition);
    const orchestrator = createOrchestrator(this.#env, this.#experiment, events, () => {
      this.#changed();
      announceLive();
    });
    this.#orchestrator = orchestrator;
    void this.#act(() => this.#goOn(orchestrator));
  }

  async #goOn(orchestrator: Orchestrator): Promise<void> {
    const { status } = orchestrator.state;
    const diedBefore = !this.#env.farewells.take(this.id);
    if (status !== "running" && status !== "preparing" && !orchestrator.owesTest) return;
    const preparation = this.#beginPreparation();
    try {
      await this.#env.prepareDevice();
      // The database may have been lost with its images while the experiment came back from its second copy.
      const areHere = await this.#images.areHere(orchestrator.state);
      preparation.throwIfAborted();
      if (status === "preparing" || (status === "running" && !areHere)) {
        const sourceId = this.#images.sourceToAskAgain(orchestrator.state);
        if (sourceId === null) return await orchestrator.setStatus("idle", "interrupted");
        await this.#images.prepare(orchestrator, sourceId, null);
      }
      if (this.#closed) return;
      if (status === "done") await orchestrator.testBest();
      else await orchestrator.run("reopened", diedBefore);
    } catch (error) {
      const problem = toErrorRecord(error);
      if (problem.code === "aborted") return;
      this.#problem = problem;
      this.#changed();
    }
  }

  /** Device and images are about to be brought together for trials; an earlier attempt at that is over.
   *  @returns aborted with AppError "aborted" when the user pauses or stops meanwhile */
  #beginPreparation(): AbortSignal {
    this.#abortPreparation();
    this.#preparation = new AbortController();
    return this.#preparation.signal;
  }

  #abortPreparation(): void {
    this.#preparation?.abort(new AppError("aborted", word("start-called-off")));
  }

  /** @returns whether images were on their way, whose end says all there is to say */
  #callOff(): boolean {
    this.#abortPreparation();
    return this.#images.abort();
  }

  /** For what sets an experiment going again that had ended: its images may be gone since then. */
  #withImages(act: (orchestrator: Orchestrator) => Promise<unknown>): Promise<void> {
    return this.#act(async () => {
      const orchestrator = this.#writer();
      if (this.state.status !== "done" || (await this.#images.areHere(this.state)))
        return void (await act(orchestrator));
      await this.#env.prepareDevice();
      await this.#images.prepare(orchestrator, this.#images.sourceToAskAgain(this.state), null);
      await act(orchestrator);
      await orchestrator.run("user");
    });
  }

  /** While it lasts, the session stays open though nobody looks. */
  async #act(act: () => Promise<void>): Promise<void> {
    this.#acts++;
    try {
      await act();
    } finally {
      this.#acts--;
      this.#closeIfIdle();
    }
  }

  #closeIfIdle(): void {
    if (this.#looks > 0 || this.#acts > 0 || this.isActive) return;
    void this.close();
  }

  async #takeOver(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#reading;
      const events = await openJournal(this.#env, this.id, true);
      if (this.#closed) return;
      this.#viewed = reduceJournal(events);
      this.#write(events);
    } catch (error) {
      this.#problem = toErrorRecord(error);
    }
    this.#changed();
  }

  /** Reads what the writer has stored since; one reading at a time. */
  #catchUp(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      if (this.#orchestrator || this.#closed) return;
      try {
        const events = await this.#env.store.read(this.id, this.#viewed.lastSeq + 1);
        if (events.length === 0) return;
        this.#viewed = reduceEvents(this.#viewed, checkJournal(events));
      } catch (error) {
        this.#problem = toErrorRecord(error);
      }
      this.#changed();
    });
    return this.#reading;
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
