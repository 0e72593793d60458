import { reduceJournal, type JournalEvent } from "../../src/core/journal/index.ts";
import type { Announcement, Announcer } from "../../src/experiment/tab/announcements.ts";
import type { DataService, DeviceReport } from "../../src/experiment/api.ts";
import { createFarewells } from "../../src/experiment/tab/farewells.ts";
import type { Locks } from "../../src/experiment/tab/lock.ts";
import { ExperimentSession, type SessionEnvironment } from "../../src/experiment/tab/session.ts";
import { summarize } from "../../src/experiment/tab/summary.ts";
import { createMemoryExperimentStore } from "../../src/storage/experiments/memory-experiment-store.ts";
import { createMemoryFileStore } from "../../src/storage/files/file-store.ts";
import { AnalysisWorkerApi } from "../../workers/analysis/api.ts";
import { definition, FakeClock, FakePool } from "./fakes.ts";

/** Several tabs of one browser: one store, one set of locks, one channel. */
export class Browser {
  readonly clock = new FakeClock();
  readonly pool = new FakePool(2);
  readonly store = createMemoryExperimentStore();
  cached = true;
  device: DeviceReport = {
    ...{ backend: "webgpu", adapter: "test", software: false, fallbackReason: null },
    ...{ halfPrecision: false, halfSpeedup: null, trainingGflops: 1000, suggestedConcurrency: 2 },
    maxBufferBytes: 2 ** 31,
  };
  /** A device takes a while to answer. */
  #deviceAnswers: Promise<unknown> = Promise.resolve();
  prepare: DataService["prepare"] = async () => undefined;
  readonly #kept = keptStrings();
  readonly #held = new Map<string, Promise<unknown>>();
  readonly #ears = new Set<(message: Announcement) => void>();

  async create(): Promise<void> {
    const config = { training: { ...definition().config.training, defaults: { epochs: 2 } } };
    const events: JournalEvent[] = [
      {
        seq: 0,
        at: this.clock.now(),
        type: "experiment-created",
        definition: {
          ...definition({ ...config, maxTrialNumber: 3, trialConcurrency: 1 }),
          searchSpace: { lr: { _type: "uniform", _value: [0.1, 0.9] } },
        },
      },
    ];
    const summary = summarize(reduceJournal(events));
    await this.store.append("e1", events, { durability: "strict", summary });
  }

  openTab(): Promise<ExperimentSession> {
    this.pool.metric = (job) => Number(job.parameters["lr"]);
    return ExperimentSession.open(this.#environment(), "e1");
  }

  /** From now on the device answers only when the function is called. */
  holdDevice(): () => void {
    let answer = (): void => undefined;
    this.#deviceAnswers = new Promise<void>((resolve) => (answer = resolve));
    return () => answer();
  }

  /** Locks held, listeners to other tabs, and workers alive. */
  get inUse(): number {
    const workers = this.pool.runners.filter((runner) => !runner.disposed);
    return this.#held.size + this.#ears.size + workers.length;
  }

  /** The tab's process is gone: its workers and locks with it, and nothing more is said. */
  crash(): void {
    for (const runner of this.pool.runners.splice(0)) {
      runner.obeys = false;
      runner.disposed = true;
    }
    this.#held.clear();
  }

  async runToEnd(session: ExperimentSession): Promise<void> {
    for (let i = 0; i < 50 && session.state.status !== "done"; i++) {
      for (const runner of this.pool.busy) await runner.step();
      await this.clock.advance(1000);
    }
  }

  #environment(): SessionEnvironment {
    const own = new Set<(message: Announcement) => void>();
    const announcer: Announcer = {
      say: (message) => {
        for (const ear of this.#ears) if (!own.has(ear)) ear(message);
      },
      hear: (ear) => {
        own.add(ear);
        this.#ears.add(ear);
        return () => this.#ears.delete(ear);
      },
      close: () => undefined,
    };
    const data = {
      sources: () => [],
      cached: async () => (this.cached ? [{ dataset: "cifar10", complete: true }] : []),
      prepare: (...request: Parameters<DataService["prepare"]>) => this.prepare(...request),
    } as unknown as DataService;
    return {
      store: this.store,
      files: createMemoryFileStore(() => this.clock.now()),
      announcer,
      locks: this.#locks(),
      farewells: createFarewells(this.#kept),
      clock: this.clock,
      pool: this.pool,
      data,
      analysis: new AnalysisWorkerApi(),
      repair: async () => undefined,
      prepareDevice: async () => {
        await this.#deviceAnswers;
        return this.device;
      },
      onActivity: () => undefined,
    };
  }

  #locks(): Locks {
    const request = async (
      name: string,
      options: LockOptions,
      callback: (lock: unknown) => unknown,
    ): Promise<unknown> => {
      while (this.#held.has(name)) {
        if (options.ifAvailable) return callback(null);
        await this.#held.get(name);
      }
      const held = Promise.resolve(callback({ name })).finally(() => this.#held.delete(name));
      this.#held.set(name, held);
      return held;
    };
    return { request } as unknown as Locks;
  }
}

/** As much of `localStorage` as is needed. */
function keptStrings(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

export async function newBrowser(): Promise<Browser> {
  const browser = new Browser();
  await browser.create();
  return browser;
}
