import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError, type ErrorCode } from "../../../src/core/errors.ts";
import { inspectDevice } from "../../../src/experiment/draft/device-report.ts";
import { SpareWorker } from "../../../src/experiment/workers/spare-worker.ts";
import type { CacheStore } from "../../../src/storage/cache-store.ts";
import { asWritten } from "../../../src/core/words/index.ts";

const device = {
  backend: "webgpu",
  adapter: "A",
  software: true,
  halfPrecision: false,
  fallbackReason: null,
  maxBufferBytes: 1e9,
};
const remote = {
  probe: async () => device,
  measure: async () => ({ gflops: 7, halfSpeedup: null }),
};

/** How the next workers' devices fail; those after them do not. */
let failures: ErrorCode[] = [];
let opened = 0;
let terminated = 0;

vi.mock("../../../src/experiment/workers/worker-client.ts", () => ({
  cpuHangTimeoutMs: 1,
  openTrialWorker: () => {
    opened++;
    const failure = failures.shift();
    return {
      isDead: false,
      setHangTimeout() {},
      terminate: () => void terminated++,
      call: async (method: (api: typeof remote) => Promise<unknown>) => {
        if (failure) throw new AppError(failure, asWritten("injected"));
        return method(remote);
      },
    };
  },
}));

const empty: CacheStore = { get: async () => null, set: async () => undefined };
let spare: SpareWorker;
beforeEach(() => {
  [failures, opened, terminated] = [[], 0, 0];
  spare = new SpareWorker();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("a device or a worker that is lost while it is looked at gets another try", async () => {
  failures = ["gpu-lost", "worker-died"];
  const looking = inspectDevice(empty, spare);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await looking).toMatchObject({ adapter: "A", trainingGflops: 7 });
  expect([opened, terminated]).toEqual([3, 2]);
  expect(spare.take()).not.toBeNull();
});

test("the third loss is told", async () => {
  failures = ["gpu-lost", "gpu-lost", "gpu-lost"];
  const looking = expect(inspectDevice(empty, spare)).rejects.toMatchObject({
    code: "gpu-lost",
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await looking;
  expect([opened, terminated]).toEqual([3, 3]);
});

test("a device that calculates wrongly is told at once", async () => {
  failures = ["gpu-wrong-result"];
  await expect(inspectDevice(empty, spare)).rejects.toMatchObject({
    code: "gpu-wrong-result",
  });
  expect([opened, terminated]).toEqual([1, 1]);
});
