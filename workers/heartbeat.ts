/** Message that says a worker's event loop turns. Comlink ignores it: it carries no id. */
export interface Heartbeat {
  readonly heartbeat: true;
}

export const heartbeatIntervalMs = 1000;

/** Call once in a worker: a worker that falls silent hangs and gets replaced. */
export function startHeartbeat(): void {
  const beat: Heartbeat = { heartbeat: true };
  setInterval(() => postMessage(beat), heartbeatIntervalMs);
}
