import { beforeAll, describe, expect, test } from "vitest";
import { installNodeGpu } from "../../scripts/node-gpu.ts";
import { openDevice, type EngineDevice } from "../../src/engine/device.ts";
import { assertKnownAnswer } from "../../src/engine/known-answer.ts";
import { measureTraining } from "../../src/engine/training/measure.ts";
import { Trainer } from "../../workers/trial/trainer.ts";

beforeAll(async () => {
  await installNodeGpu();
});

/** A device of its own, so that no kernel is compiled yet, whose driver reads `wrong` where our kernels say `right`.
 *  @param among only in kernels that say this too */
async function brokenDevice(right: string, wrong: string, among = ""): Promise<EngineDevice> {
  const device = await openDevice({ backend: "webgpu" });
  const gpu = device.gpu!;
  const compile = gpu.createShaderModule.bind(gpu);
  gpu.createShaderModule = (descriptor) => {
    const code = descriptor.code.includes(among)
      ? descriptor.code.replaceAll(right, wrong)
      : descriptor.code;
    if (code !== descriptor.code) misread += 1;
    return compile({ ...descriptor, code });
  };
  return device;
}
let misread = 0;

const trainerOn = (device: EngineDevice): Trainer =>
  new Trainer({
    openDevice: async () => device,
    openStorage: () => Promise.reject(new Error("no trial gets this far")),
  });

describe("the known answer", () => {
  test("is found by our kernels and by TensorFlow.js", async () => {
    const webgpu = await openDevice({ backend: "webgpu" });
    await assertKnownAnswer(webgpu);
    expect(webgpu.halfPrecision, "this test needs an adapter with 16-bit floats").toBe(true);
    await assertKnownAnswer(webgpu, "f16");
    webgpu.dispose();
    await assertKnownAnswer(await openDevice({ backend: "cpu" }));
  });

  test.each([
    [
      "a sum that leaves out one thread's part",
      "subgroupAdd(sum)",
      "subgroupAdd(select(sum, vec4f(), index == 3u))",
    ],
    [
      "a convolution that reads its border from elsewhere",
      "select(vec4f(), ",
      "select(vec4f(1.0), ",
    ],
    ["a reduction that stops one short", "r < p.rows", "r + 1u < p.rows"],
    ["an input gradient that reads one weight for others", "0u * p.c4 + c]", "0u * p.c4]"],
    ["a filter gradient that leaves out a line", "line < end", "line + 1u < end"],
  ])("%s is refused, and nothing trains on it", async (_title, right, wrong) => {
    misread = 0;
    const device = await brokenDevice(right, wrong);
    const trainer = trainerOn(device);
    await expect(trainer.probe()).rejects.toMatchObject({ code: "gpu-wrong-result" });
    await expect(trainer.measure()).rejects.toMatchObject({ code: "gpu-wrong-result" });
    expect(misread).toBeGreaterThan(0);
    device.dispose();
  });

  test("kernels that are wrong in half precision alone refuse what trains in it, and nothing else", async () => {
    misread = 0;
    const device = await brokenDevice("line < end", "line + 1u < end", "enable f16");
    const trainer = trainerOn(device);
    await trainer.probe();
    expect(misread).toBe(0);
    const { signal } = new AbortController();
    const { gflops, halfSpeedup } = await measureTraining(signal, device, true, [
      { width: 4, batch: 8 },
    ]);
    expect(gflops).toBeGreaterThan(0);
    expect(halfSpeedup).toBeNull();
    expect(misread).toBeGreaterThan(0);
    device.dispose();
  });

  test("a device that fails meanwhile is reported with its own failure", async () => {
    const device = await openDevice({ backend: "webgpu" });
    device.gpu!.destroy();
    await expect(trainerOn(device).probe()).rejects.toMatchObject({ code: "gpu-lost" });
  });
});
