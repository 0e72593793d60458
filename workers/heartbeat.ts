/** Message that says a worker's event loop turns. Comlink ignores it: it carries no id. */
export interface Heartbeat {
  readonly heartbeat: true;
  /** A lock that the worker holds as long as it lives; null until it has it. Who gets it next knows that the worker is gone,
   *  of which the browser says nothing. */
  readonly lifeLock: string | null;
}

/** Between two signs of life. */
export const heartbeatIntervalMs = 1000;

/** Call once in a worker: a worker that falls silent hangs and gets replaced, one that is gone is replaced at once. */
export function startHeartbeat(): void {
  let lifeLock: string | null = null;
  const beat = (): void => postMessage({ heartbeat: true, lifeLock } satisfies Heartbeat);
  // Calls wait for the first one.
  beat();
  setInterval(beat, heartbeatIntervalMs);
  const name = `tabtune-worker-${crypto.randomUUID()}`;
  const forLife = (): Promise<never> => {
    lifeLock = name;
    beat();
    return new Promise(() => undefined);
  };
  // Without the lock the silence still tells.
  navigator.locks.request(name, forLife).catch(() => undefined);
}

/** The lock named by a worker's message, null for any other message. */
export function lifeLockOf(message: unknown): string | null {
  const { heartbeat, lifeLock } = (message ?? {}) as Partial<Heartbeat>;
  return heartbeat === true && typeof lifeLock === "string" ? lifeLock : null;
}
