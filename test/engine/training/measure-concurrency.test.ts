import { expect, test } from "vitest";
import {
  concurrencyFor,
  measureConcurrency,
} from "../../../src/engine/training/measure-concurrency.ts";
import { installNodeGpu } from "../../../scripts/node-gpu.ts";

test("as many trials at once as still bring more together", () => {
  const rates = (...imagesPerSecond: number[]): number =>
    concurrencyFor(imagesPerSecond.map((rate, i) => ({ trials: 2 ** i, imagesPerSecond: rate })));
  expect(rates(100)).toBe(1);
  expect(rates(100, 104, 200)).toBe(1);
  expect(rates(100, 150, 155)).toBe(2);
  expect(rates(100, 150, 200)).toBe(4);
  expect(rates(100, 90)).toBe(1);
});

test("whole trials run at once on devices of their own and give them back", async () => {
  await installNodeGpu();
  const open = new Set<GPUDevice>();
  const adapter = (await navigator.gpu.requestAdapter())!;
  const prototype = Object.getPrototypeOf(adapter) as GPUAdapter;
  const { requestDevice } = prototype;
  prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    open.add(device);
    void device.lost.then(() => open.delete(device));
    return device;
  };
  try {
    // So slow a device trains one batch.
    const options = { trials: [1, 2], trialMs: 1, trainingGflops: 1e-3 };
    const measured = measureConcurrency(options);
    await expect.poll(() => open.size, { timeout: 60_000 }).toBe(2);
    const rates = await measured;
    expect(rates.map(({ trials }) => trials)).toEqual([1, 2]);
    for (const { imagesPerSecond } of rates) expect(imagesPerSecond).toBeGreaterThan(0);
    await expect.poll(() => open.size).toBe(0);
  } finally {
    prototype.requestDevice = requestDevice;
  }
});
