import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SpareWorker } from "../../../src/experiment/workers/spare-worker.ts";
import type { WorkerClient } from "../../../src/experiment/workers/worker-client.ts";
import type { TrialWorkerApi } from "../../../workers/trial/api.ts";

type Client = WorkerClient<TrialWorkerApi> & { isDead: boolean };

function fakeClient(): Client {
  return {
    isDead: false,
    call: () => Promise.reject(new Error("not asked")),
    terminate() {
      this.isDead = true;
    },
    setHangTimeout: () => undefined,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the worker that was kept is taken once", () => {
  const spare = new SpareWorker();
  const client = fakeClient();
  spare.keep(client);
  expect(spare.take()).toBe(client);
  expect(spare.take()).toBeNull();
  vi.runAllTimers();
  expect(client.isDead).toBe(false);
});

test("a worker that nobody takes is ended after a minute, and one that another replaces at once", () => {
  const spare = new SpareWorker();
  const [first, second] = [fakeClient(), fakeClient()];
  spare.keep(first);
  spare.keep(second);
  expect([first.isDead, second.isDead]).toEqual([true, false]);
  vi.advanceTimersByTime(60_000);
  expect(second.isDead).toBe(true);
  expect(spare.take()).toBeNull();
});

test("a worker that has died meanwhile is not taken", () => {
  const spare = new SpareWorker();
  const client = fakeClient();
  spare.keep(client);
  client.isDead = true;
  expect(spare.take()).toBeNull();
});
