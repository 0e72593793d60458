import { expose } from "comlink";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { createWorkerClient, type WorkerClient } from "../../src/experiment/worker-client.ts";
import type { Heartbeat } from "../../workers/heartbeat.ts";
import { installErrorTransfer } from "../../workers/transfer-errors.ts";

vi.mock("../../workers/trial.worker.ts?worker&url", () => ({ default: "trial.js" }));
vi.mock("../../workers/dataset.worker.ts?worker&url", () => ({ default: "dataset.js" }));

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
        throw new AppError("gpu-lost", "the device is gone", { reason: "unknown" });
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
  close(): void {
    this.#channel.port1.close();
  }
}

let worker: FakeWorker;
let client: WorkerClient<Api>;
beforeEach(() => {
  installErrorTransfer();
  worker = new FakeWorker();
  client = createWorkerClient<Api>(worker as unknown as Worker, 5_000);
});
afterEach(() => {
  vi.useRealTimers();
  worker.close();
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

test("a worker that is gone without a word rejects its calls at once", async () => {
  // The injection: the lock that a worker holds for life becomes free, as when the browser kills its thread.
  let die: () => void = () => undefined;
  const locks = {
    request: (_name: string, _options: LockOptions, granted: () => void) =>
      new Promise<void>((resolve) => {
        die = () => resolve(granted());
      }),
  } as unknown as LockManager;
  worker.close();
  worker = new FakeWorker();
  client = createWorkerClient<Api>(worker as unknown as Worker, 5_000, locks);
  const pending = client.call((remote) => remote.never());
  worker.say({ heartbeat: true, lifeLock: null } satisfies Heartbeat);
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
