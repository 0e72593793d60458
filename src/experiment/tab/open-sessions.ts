import { gathered } from "./gathered.ts";
import { ExperimentSession, type SessionEnvironment } from "./session.ts";

/** The sessions of this tab: one per experiment, however often it is opened. */
export class OpenSessions {
  readonly #environment: () => Promise<SessionEnvironment>;
  readonly #onListChange: () => void;
  readonly #sessions = new Map<string, Promise<ExperimentSession>>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #open = new Set<ExperimentSession>();

  /** @param environment of the next session
   *  @param onListChange what the list shows of a session has changed */
  constructor(environment: () => Promise<SessionEnvironment>, onListChange: () => void) {
    this.#environment = environment;
    this.#onListChange = onListChange;
  }

  /** Those that are open now. */
  [Symbol.iterator](): IterableIterator<ExperimentSession> {
    return this.#open.values();
  }

  /** The session of an experiment if it is open or being opened. */
  async find(id: string): Promise<ExperimentSession | undefined> {
    return this.#sessions.get(id);
  }

  /** @throws AppError "experiment-unknown", "journal-invalid", "dataset-unknown" */
  async open(id: string): Promise<ExperimentSession> {
    const known = this.#sessions.get(id);
    if (known) {
      const session = await known;
      if (this.#sessions.get(id) !== known) return this.open(id);
      session.retain();
      return session;
    }
    const opening = this.#opened(id);
    this.#sessions.set(id, opening);
    try {
      return await opening;
    } catch (error) {
      this.#sessions.delete(id);
      throw error;
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.close()));
  }

  async #opened(id: string): Promise<ExperimentSession> {
    // One that is closing still has the lock.
    await this.#closing.get(id);
    const environment = await this.#environment();
    const onClose = (session: ExperimentSession, closed: Promise<void>): void => {
      this.#sessions.delete(id);
      const done = closed.finally(() => {
        this.#closing.delete(id);
        this.#open.delete(session);
        environment.onActivity();
      });
      this.#closing.set(id, done);
    };
    const session = await ExperimentSession.open({ ...environment, onClose }, id);
    this.#open.add(session);
    environment.onActivity();
    session.subscribe(gathered(environment.clock, 500, this.#onListChange));
    return session;
  }
}
