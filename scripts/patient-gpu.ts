const patient = {
  GPUQueue: ["onSubmittedWorkDone"],
  GPUBuffer: ["mapAsync"],
  GPUDevice: ["createComputePipelineAsync", "popErrorScope"],
} as const;

type Waiting = (this: object, ...args: unknown[]) => Promise<unknown>;

/** Dawn's bindings for Node ask again and again whether the GPU is done, without a pause. A software GPU computes on the same
 *  processor: on two cores this took a third of it away. From here on the event loop sleeps between its turns while something
 *  is awaited; the first turns are quick, for what is done at once. */
export function waitPatiently(): void {
  for (const [type, names] of Object.entries(patient)) {
    const { prototype } = Reflect.get(globalThis, type) as { prototype: Record<string, Waiting> };
    for (const name of names) {
      const call = prototype[name]!;
      prototype[name] = function (...args) {
        return awaited(call.apply(this, args));
      };
    }
  }
}

/** Milliseconds of quick turns, and of one sleep. */
const [eagerMs, sleepMs] = [1, 1];
const clock = new Int32Array(new SharedArrayBuffer(4));
let waiting = 0;
let since = 0;
let turning = false;

function awaited<T>(promise: Promise<T>): Promise<T> {
  if (waiting++ === 0) since = performance.now();
  if (!turning) setImmediate(turn);
  turning = true;
  const done = (): void => void waiting--;
  promise.then(done, done);
  return promise;
}

function turn(): void {
  turning = waiting > 0;
  if (!turning) return;
  if (performance.now() - since > eagerMs) Atomics.wait(clock, 0, 0, sleepMs);
  setImmediate(turn);
}
