import { toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import { checkJournal, reduceEvents, type ExperimentState } from "../../core/journal/index.ts";
import type { ExperimentStore } from "../../storage/experiments/experiment-store.ts";
import type { LiveTrial } from "../api.ts";
import type { Announcer } from "./announcements.ts";

export interface SessionViewEnvironment {
  readonly store: ExperimentStore;
  readonly announcer: Announcer;
}

/** A live view of what another tab writes: it tells that there is something new, and storage alone is believed. Listens from
 *  the beginning until `close`. */
export class SessionView {
  state: ExperimentState;
  live: ReadonlyMap<number, LiveTrial> = new Map();
  /** Why the view stands still; null while it does not. */
  problem: ErrorRecord | null = null;
  readonly #env: SessionViewEnvironment;
  readonly #onChange: () => void;
  readonly #unhear: () => void;
  #reading: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param state as it was when the view was opened */
  constructor(env: SessionViewEnvironment, state: ExperimentState, onChange: () => void) {
    this.#env = env;
    this.state = state;
    this.#onChange = onChange;
    this.#unhear = env.announcer.hear((message) => {
      if (message.kind === "list" || message.id !== state.definition.id) return;
      if (message.kind === "appended") return this.catchUp();
      this.live = new Map(message.trials.map((trial) => [trial.trial, trial]));
      onChange();
    });
  }

  /** Reads what the writer has stored since; one reading at a time. */
  catchUp(): void {
    this.#reading = this.#reading.then(() => this.#read());
  }

  /** Hears nothing any more. Resolves when nothing is being read. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unhear();
    await this.#reading;
  }

  async #read(): Promise<void> {
    if (this.#closed) return;
    try {
      const { definition, lastSeq } = this.state;
      const events = await this.#env.store.read(definition.id, lastSeq + 1);
      if (events.length === 0) return;
      this.state = reduceEvents(this.state, checkJournal(events));
      this.problem = null;
    } catch (error) {
      this.problem = toErrorRecord(error);
    }
    this.#onChange();
  }
}
