import { expose } from "comlink";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import {
  createWorkerClient,
  type WorkerClient,
} from "../../../src/experiment/workers/worker-client.ts";
import type { Heartbeat } from "../../../workers/heartbeat.ts";
import { installErrorTransfer } from "../../../workers/transfer-errors.ts";
import { asWritten } from "../../../src/core/words/index.ts";

vi.mock("../../../workers/trial.worker.ts?worker&url", () => ({ default: "trial.js" }));
vi.mock("../../../workers/dataset.worker.ts?worker&url", () => ({ default: "dataset.js" }));

interface Api {
  add(a: number, b: number): Promise<number>;
  never(): Promise<void>;
  fail(): Promise<void>;
  crash(): Promise<void>;
}

/** A worker on the other end of a message channel, with the events of a real one. */
class FakeWorker extends EventTarget {
  terminated = false;
  readonly #channel = new MessageChannel();
  readonly #near = this.#channel.port1;
  constructor() {
    super();
    const api: Api = {
      add: async (a, b) => a + b,
      never: () => new Promise(() => undefined),
      fail: async () => {
        throw new AppError("gpu-lost", asWritten("the device is gone"), { reason: "unknown" });
      },
      crash: async () => {
        throw new TypeError("undefined is not a function");
      },
    };
    expose(api, this.#channel.port2);
    this.#near.start();
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#near.postMessage(message, transfer);
  }
  override addEventListener(type: string, listener: never): void {
    if (type === "message") this.#near.addEventListener(type, listener);
    else super.addEventListener(type, listener);
  }
  override removeEventListener(type: string, listener: never): void {
    if (type === "message") this.#near.removeEventListener(type, listener);
    else super.removeEventListener(type, listener);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(message: unknown): void {
    this.#channel.port2.postMessage(message);
  }
  /** Its script runs now. */
  begin(): void {
    this.say({ heartbeat: true, lifeLock: null } satisfies Heartbeat);
  }
  close(): void {
    this.#channel.port1.close();
  }
}

/** All that were created, the oldest first. */
let workers: FakeWorker[] = [];
let worker: FakeWorker;
let client: WorkerClient<Api>;
/** @param begins false for a worker whose script never comes */
function open(hangTimeoutMs: number, begins: boolean, locks?: LockManager): void {
  const create = (): Worker => {
    worker = new FakeWorker();
    workers.push(worker);
    if (begins) worker.begin();
    return worker as unknown as Worker;
  };
  client = createWorkerClient<Api>(create, hangTimeoutMs, locks);
}
beforeEach(() => {
  installErrorTransfer();
  open(5_000, true);
});
afterEach(() => {
  vi.useRealTimers();
  for (const one of workers) one.close();
  workers = [];
});

test("a call goes through", async () => {
  expect(await client.call((remote) => remote.add(2, 3))).toBe(5);
});

test("an AppError keeps its code and details across the boundary, anything else becomes internal", async () => {
  await expect(client.call((remote) => remote.fail())).rejects.toMatchObject({
    name: "AppError",
    code: "gpu-lost",
    message: "the device is gone",
    details: { reason: "unknown" },
  });
  await expect(client.call((remote) => remote.crash())).rejects.toMatchObject({
    code: "internal",
    message: "undefined is not a function",
  });
});

test("termination rejects every pending and every later call", async () => {
  const pending = [client.call((r) => r.never()), client.call((r) => r.never())];
  client.terminate();
  for (const call of pending) await expect(call).rejects.toMatchObject({ code: "worker-died" });
  await expect(client.call((r) => r.add(1, 1))).rejects.toMatchObject({ code: "worker-died" });
  expect(worker.terminated).toBe(true);
  expect(client.isDead).toBe(true);
});

test("a second termination is none: it threw, and the pause of a worker that did not obey never ended", async () => {
  await client.call((remote) => remote.add(1, 1));
  const pending = client.call((remote) => remote.never());
  client.terminate();
  await expect(pending).rejects.toMatchObject({ code: "worker-died" });
  expect(() => client.terminate()).not.toThrow();
});

test("a worker that failed is terminated like any other, and a call says what it failed of", async () => {
  await client.call((remote) => remote.add(1, 1));
  worker.dispatchEvent(new Event("messageerror"));
  client.terminate();
  client.terminate();
  await expect(client.call((remote) => remote.add(1, 1))).rejects.toThrow("could not be read");
});

test("a worker that is gone without a word rejects its calls at once", async () => {
  // The injection: the lock that a worker holds for life becomes free, as when the browser kills its thread.
  let die: () => void = () => undefined;
  const locks = {
    request: (_name: string, _options: LockOptions, granted: () => void) =>
      new Promise<void>((resolve) => {
        die = () => resolve(granted());
      }),
  } as unknown as LockManager;
  open(5_000, true, locks);
  const pending = client.call((remote) => remote.never());
  worker.say({ heartbeat: true, lifeLock: "life" } satisfies Heartbeat);
  expect(await client.call((remote) => remote.add(2, 3))).toBe(5);
  die();
  await expect(pending).rejects.toMatchObject({ code: "worker-died" });
  expect(worker.terminated).toBe(true);
});

test.each([
  ["error", Object.assign(new Event("error", { cancelable: true }), { message: "out of memory" })],
  ["messageerror", new Event("messageerror")],
])("an %s event rejects pending calls and terminates the worker", async (_name, event) => {
  await client.call((remote) => remote.add(1, 1));
  const pending = client.call((remote) => remote.never());
  worker.dispatchEvent(event);
  await expect(pending).rejects.toMatchObject({ code: "worker-died" });
  expect(worker.terminated).toBe(true);
});

test("a worker that falls silent during a call is given up after the time allowed", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const pending = client.call((remote) => remote.never());
  const outcome = expect(pending).rejects.toMatchObject({ code: "worker-timeout" });
  vi.advanceTimersByTime(4_000);
  expect(worker.terminated).toBe(false);
  vi.advanceTimersByTime(1_000);
  await outcome;
  expect(worker.terminated).toBe(true);
});

test("an idle worker may be silent for as long as it likes", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  await client.call((remote) => remote.add(1, 1));
  vi.advanceTimersByTime(60_000);
  expect(client.isDead).toBe(false);
});

test("a worker whose script never comes gets company, and the first to begin gets the calls", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  open(60_000, false);
  const [silent] = workers.slice(-1);
  const sum = client.call((remote) => remote.add(2, 3));
  vi.advanceTimersByTime(4_000);
  expect(worker).toBe(silent);
  vi.advanceTimersByTime(1_000);
  expect(worker).not.toBe(silent);
  worker.begin();
  expect(await sum).toBe(5);
  expect(silent!.terminated).toBe(true);
  expect(worker.terminated).toBe(false);
  // It speaks too late.
  silent!.begin();
  expect(await client.call((remote) => remote.add(3, 4))).toBe(7);
});

test("workers that never begin are waited for twice as long each time, and no longer than a hang may last", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  open(30_000, false);
  const before = workers.length;
  const outcome = expect(client.call((remote) => remote.add(2, 3))).rejects.toMatchObject({
    code: "worker-timeout",
  });
  const created: number[] = [];
  for (let second = 1; second <= 30; second++) {
    vi.advanceTimersByTime(1_000);
    if (workers.length - before > created.length) created.push(second);
  }
  await outcome;
  expect(created).toEqual([5, 15]);
  expect(workers.slice(before - 1).every(({ terminated }) => terminated)).toBe(true);
});

test("a script that cannot be loaded is asked for again, three times in all", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const failing = (): Event =>
    Object.assign(new Event("error", { cancelable: true }), { message: "not loaded" });
  open(30_000, false);
  const sum = client.call((remote) => remote.add(2, 3));
  worker.dispatchEvent(failing());
  vi.advanceTimersByTime(1_000);
  worker.begin();
  expect(await sum).toBe(5);

  open(30_000, false);
  const first = workers.length;
  const outcome = expect(client.call((remote) => remote.add(2, 3))).rejects.toMatchObject({
    code: "worker-died",
    message: "A worker failed: not loaded",
  });
  for (let i = 0; i < 3; i++) {
    worker.dispatchEvent(failing());
    vi.advanceTimersByTime(1_000);
  }
  await outcome;
  expect(workers.length - first).toBe(2);
});
