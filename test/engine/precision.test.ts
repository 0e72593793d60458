import { expect, test } from "vitest";
import { installNodeGpu } from "../../scripts/node-gpu.ts";
import { openDevice, type EngineDevice } from "../../src/engine/device.ts";
import { measuresHalf, measureTraining } from "../../src/engine/training/measure.ts";
import { listenerWith, tinyJob, trainerOn } from "./training/trainer-harness.ts";

await installNodeGpu();

test("training speed: half precision is held against single where there are 16-bit floats, but not on software adapters", async () => {
  const device = await openDevice({ backend: "webgpu" });
  expect(measuresHalf({ ...device, halfPrecision: true, software: false })).toBe(true);
  expect(measuresHalf({ ...device, halfPrecision: true, software: true })).toBe(false);
  expect(measuresHalf({ ...device, halfPrecision: false, software: false })).toBe(false);
  const { signal } = new AbortController();
  const sizes = [{ width: 4, batch: 8 }];
  const { gflops, halfSpeedup } = await measureTraining(signal, device, true, sizes);
  expect(gflops).toBeGreaterThan(0);
  expect(halfSpeedup).toBeGreaterThan(0);
  device.dispose();
});

test("a job in half precision trains with kernels in half precision, and only such a job", async () => {
  const device = await openDevice({ backend: "webgpu" });
  expect(device.halfPrecision, "this test needs an adapter with 16-bit floats").toBe(true);
  const half = countHalfKernels(device);
  const trainer = await trainerOn(device);
  const listener = listenerWith(() => undefined);
  await trainer.train(tinyJob(0), listener);
  expect(half.count).toBe(0);
  const outcome = await trainer.train({ ...tinyJob(1), precision: "f16" }, listener);
  expect(outcome.kind).toBe("finished");
  expect(half.count).toBeGreaterThan(10);
  device.dispose();
});

test("a trial in half precision is refused where its kernels calculate wrongly", async () => {
  const device = await openDevice({ backend: "webgpu" });
  const compile = device.gpu!.createShaderModule.bind(device.gpu!);
  device.gpu!.createShaderModule = (descriptor) => {
    const wrong = descriptor.code.replaceAll("line < end", "line + 1u < end");
    return compile({ ...descriptor, code: /enable f16/.test(wrong) ? wrong : descriptor.code });
  };
  const trainer = await trainerOn(device);
  const listener = listenerWith(() => undefined);
  await expect(trainer.train({ ...tinyJob(0), precision: "f16" }, listener)).rejects.toMatchObject({
    code: "gpu-wrong-result",
  });
  expect((await trainer.train(tinyJob(1), listener)).kind).toBe("finished");
  device.dispose();
});

function countHalfKernels(device: EngineDevice): { count: number } {
  const gpu = device.gpu!;
  const seen = { count: 0 };
  const compile = gpu.createShaderModule.bind(gpu);
  gpu.createShaderModule = (descriptor) => {
    if (descriptor.code.includes("enable f16")) seen.count += 1;
    return compile(descriptor);
  };
  return seen;
}
