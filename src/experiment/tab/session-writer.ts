import { AppError, toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import type { ExperimentDefinition, JournalEvent } from "../../core/journal/events.ts";
import type { ExperimentState } from "../../core/journal/state.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import type { NamedBlob } from "../../data/dataset.ts";
import type { DataService, DeviceReport, LimitsChange } from "../api.ts";
import type { CheckedExperiment } from "../draft/checked-experiment.ts";
import { misfitOf } from "../draft/cost.ts";
import { checkTrial, refuseMisfits } from "../draft/drafts.ts";
import { createOrchestrator, type OrchestratorEnvironment } from "../run/create-orchestrator.ts";
import type { Orchestrator } from "../run/orchestrator.ts";
import { goesOnWith } from "../run/planning.ts";
import { gathered } from "./gathered.ts";
import { SessionImages } from "./session-images.ts";
import { word } from "../../core/words/index.ts";

export interface SessionWriterEnvironment extends OrchestratorEnvironment {
  readonly data: DataService;
  /** Resolves once the device is known, so that the pool knows how many trials fit. */
  prepareDevice(): Promise<DeviceReport>;
}

/** One experiment of which this tab is the writer: its orchestrator, and what has to be here before trials can run – the device
 *  and the images. Opened by its constructor, ended by `close`. */
export class SessionWriter {
  readonly orchestrator: Orchestrator;
  readonly #env: SessionWriterEnvironment;
  readonly #experiment: CheckedExperiment<ExperimentDefinition>;
  readonly #images: SessionImages;
  readonly #onChange: () => void;
  #problem: ErrorRecord | null = null;
  #preparation: AbortController | null = null;
  #closed = false;

  /** @param events the journal so far */
  constructor(
    env: SessionWriterEnvironment,
    experiment: CheckedExperiment<ExperimentDefinition>,
    events: readonly JournalEvent[],
    onChange: () => void,
  ) {
    this.#env = env;
    this.#experiment = experiment;
    this.#onChange = onChange;
    this.#images = new SessionImages(env.data, onChange);
    const { id } = experiment.definition;
    // Twice a second is enough for a view in another tab.
    const announceLive = gathered(env.clock, 500, () => {
      if (this.#closed) return;
      env.announcer.say({ kind: "live", id, trials: [...this.orchestrator.live.values()] });
    });
    this.orchestrator = createOrchestrator(env, experiment, events, () => {
      onChange();
      announceLive();
    });
  }

  get state(): ExperimentState {
    return this.orchestrator.state;
  }
  get problem(): ErrorRecord | null {
    return this.#problem ?? this.orchestrator.problem;
  }
  get dataProgress(): SessionImages["progress"] {
    return this.#images.progress;
  }
  get isActive(): boolean {
    const { status } = this.state;
    return status === "running" || status === "preparing";
  }

  /** What was under way when the experiment was closed goes on by itself.
   *  @param died the page did not close but died */
  async goOn(died: boolean): Promise<void> {
    const { orchestrator } = this;
    const { status } = orchestrator.state;
    if (!this.isActive && !orchestrator.owesTest) return;
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
      else await orchestrator.run("reopened", died);
    } catch (error) {
      const problem = toErrorRecord(error);
      if (problem.code === "aborted") return;
      this.#problem = problem;
      this.#onChange();
    }
  }

  async start(sourceId: string | null, files: readonly NamedBlob[] | null): Promise<void> {
    if (this.isActive && !this.problem) return;
    this.#problem = null;
    const preparation = this.#beginPreparation();
    await this.#env.prepareDevice();
    const areHere = await this.#images.areHere(this.state);
    preparation.throwIfAborted();
    if (!areHere) {
      const source = sourceId ?? this.#images.sourceToAskAgain(this.state);
      await this.#images.prepare(this.orchestrator, source, files);
    }
    await this.orchestrator.run("user");
  }

  async pause(): Promise<void> {
    if (!this.#callOff()) await this.orchestrator.pause();
  }

  async stop(): Promise<void> {
    if (!this.#callOff()) await this.orchestrator.stop();
  }

  /** Refuses what the trainer cannot take before anything is written. */
  async addTrial(parameters: Parameters): Promise<void> {
    checkTrial(this.#experiment, parameters);
    // Without a device nothing is known to be too large; the trial says what is wrong then.
    const device = await this.#env.prepareDevice().catch(() => null);
    const misfit = device && misfitOf(this.#experiment, parameters, device);
    if (misfit) refuseMisfits([misfit]);
    await this.#withImages(() => this.orchestrator.addTrial(parameters));
  }

  trainLonger(trial: number, extraEpochs: number): Promise<void> {
    return this.#withImages(() => this.orchestrator.trainLonger(trial, extraEpochs));
  }

  setLimits(limits: LimitsChange): Promise<void> {
    const change = (): Promise<void> => this.orchestrator.setLimits(limits);
    return goesOnWith(limits, this.state, this.#env.clock.now())
      ? this.#withImages(change)
      : change();
  }

  async testBest(): Promise<void> {
    await this.#env.prepareDevice();
    await this.orchestrator.testBest();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#images.close();
    await this.orchestrator.close();
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
  async #withImages(act: () => Promise<unknown>): Promise<void> {
    if (this.state.status !== "done" || (await this.#images.areHere(this.state)))
      return void (await act());
    await this.#env.prepareDevice();
    const source = this.#images.sourceToAskAgain(this.state);
    await this.#images.prepare(this.orchestrator, source, null);
    await act();
    await this.orchestrator.run("user");
  }
}
