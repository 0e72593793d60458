/** One writer per experiment in all tabs of this browser. The browser itself releases a lock when its tab dies. */
export interface WriterLock {
  /** True while this tab writes. */
  readonly held: boolean;
  /** Resolves when this tab has become the writer, at once or after the other tab has gone; never if released before. */
  readonly acquired: Promise<void>;
  /** Gives the lock back or withdraws the request. */
  release(): void;
}

/** The part of `navigator.locks` that is needed; tests give their own. */
export type Locks = Pick<LockManager, "request">;

/** Asks for the lock and stays in the queue.
 *  @returns after it is known whether the lock was free */
export async function requestWriterLock(name: string, locks: Locks): Promise<WriterLock> {
  let held = false;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const withdrawal = new AbortController();
  let become: () => void = () => undefined;
  const acquired = new Promise<void>((resolve) => {
    become = resolve;
  });
  const hold = (): Promise<void> => {
    held = true;
    become();
    return released.finally(() => {
      held = false;
    });
  };
  const free = await new Promise<boolean>((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? hold() : undefined;
      })
      .catch(reject);
  });
  if (!free)
    locks.request(name, { signal: withdrawal.signal }, hold).catch(() => {
      // Withdrawn: this tab does not want to become the writer any more.
    });
  return {
    get held() {
      return held;
    },
    acquired,
    release() {
      release();
      withdrawal.abort();
    },
  };
}

/** Of the Web Lock that an experiment's one writer holds. */
export const writerLockName = (experimentId: string): string => `tabtune-writer-${experimentId}`;
