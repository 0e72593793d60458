import type { LiveTrial, Session } from "../../../src/experiment/api.ts";
import type { EventBody, JournalEvent, Remark } from "../../../src/core/journal/events.ts";
import { reduce, reduceJournal } from "../../../src/core/journal/index.ts";
import type { ExperimentState } from "../../../src/core/journal/state.ts";
import type { SearchSpace } from "../../../src/core/search-space/types.ts";
import { checkExperiment } from "../../../src/experiment/draft/checked-experiment.ts";
import type { Story } from "./story.ts";

/** Replays a story and goes on with its open trials, four live updates a second each. */
export class FakeSession implements Session {
  state: ExperimentState;
  live: Map<number, LiveTrial> = new Map();
  readonly problem = null;
  readonly dataProgress = null;
  readonly role = "writer";
  readonly slots = 2;
  readonly id: string;
  readonly space: SearchSpace;
  readonly #listeners = new Set<() => void>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(story: Story) {
    this.id = story.definition.id;
    this.space = checkExperiment(story.definition).space;
    this.state = reduceJournal(story.events);
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  #add(body: EventBody): void {
    const event = { ...body, seq: this.state.lastSeq + 1, at: Date.now() } as JournalEvent;
    this.state = reduce(this.state, event);
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  #tick(): void {
    if (this.state.status !== "running") return;
    for (const trial of this.state.trials) {
      if (trial.status !== "RUNNING") continue;
      const before = this.live.get(trial.number);
      const steps = 352;
      const step = ((before?.step ?? 40 * (trial.number % 5)) + 9) % steps;
      const epoch = trial.reports.length + 1;
      const done = trial.reports.length + step / steps;
      this.live.set(trial.number, {
        trial: trial.number,
        phase: "training",
        epoch,
        epochs: trial.epochs,
        step,
        steps,
        imagesPerSecond: 1830 + 10 * trial.number,
        trainLoss: 0.4 + 1.9 * Math.exp(-done / 2.5) + 0.05 * Math.sin(done * 40),
        trainAccuracy: 0.84 - 0.6 * Math.exp(-done / 2.5) + 0.01 * Math.sin(done * 30),
      });
    }
    this.#notify();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async start(): Promise<void> {
    this.#add({ type: "status-changed", status: "running", reason: "user" });
  }
  async pause(): Promise<void> {
    this.#add({ type: "status-changed", status: "paused", reason: "user" });
  }
  async resume(): Promise<void> {
    this.#add({ type: "status-changed", status: "running", reason: "user" });
  }
  async stop(): Promise<void> {
    this.#add({ type: "status-changed", status: "done", reason: "user" });
  }
  async remark(body: Remark): Promise<void> {
    this.#add(body);
  }
  async killTrial(trial: number): Promise<void> {
    this.#add({
      type: "trial-ended",
      trial,
      status: "USER_CANCELED",
      final: null,
      durationMs: 1000,
      reason: null,
    });
  }
  async addTrial(): Promise<void> {}
  async trainLonger(): Promise<void> {}
  async setLimits(limits: Parameters<Session["setLimits"]>[0]): Promise<void> {
    this.#add({ type: "limits-changed", ...limits });
  }
  async testBest(): Promise<void> {}
  keepsWeights(): boolean {
    return true;
  }
  async weights(): Promise<Blob> {
    return new Blob(["fake"]);
  }
  async link(): Promise<string> {
    return "1" + "abcDEF-_".repeat(120);
  }
  release(): void {}
  async close(): Promise<void> {
    clearInterval(this.#timer);
  }
}
