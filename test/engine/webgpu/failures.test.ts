import { expect, test } from "vitest";
import { countCommands } from "../../../scripts/headless/lib/training/count-commands.ts";
import { installNodeGpu } from "../../../scripts/node-gpu.ts";
import { openDevice } from "../../../src/engine/device.ts";
import { listenerWith, tinyJob, trainerOn } from "../training/trainer-harness.ts";

await installNodeGpu();
const counts = countCommands();

const failures: readonly (readonly [code: string, inject: (gpu: GPUDevice) => unknown])[] = [
  ["gpu-lost", (gpu) => gpu.destroy()],
  ["gpu-validation", (gpu) => gpu.createBuffer({ size: 4, usage: 0xffff })],
];

test.each(failures)(
  "%s during training ends the trial with that code and no further report",
  async (code, inject) => {
    const device = await openDevice({ backend: "webgpu" });
    const trainer = await trainerOn(device);
    let reports = 0;
    const trained = trainer.train(
      tinyJob(0, {}, 1000),
      listenerWith(() => {
        if (++reports === 2) inject(device.gpu!);
      }),
    );
    await expect(trained).rejects.toMatchObject({ code });
    expect(reports).toBe(2);
    expect(trainer.hasFailed).toBe(true);
    await expect(
      trainer.train(
        tinyJob(1),
        listenerWith(() => reports++),
      ),
    ).rejects.toMatchObject({ code });
    expect(reports).toBe(2);
  },
);

test("a kernel that the driver does not compile ends the trial with a typed error, and nothing stays", async () => {
  const device = await openDevice({ backend: "webgpu" });
  const trainer = await trainerOn(device);
  await trainer.probe();
  const before = counts.bytes;
  const gpu = device.gpu!;
  const { createShaderModule } = gpu;
  gpu.createShaderModule = (descriptor) => {
    const broken = descriptor.label?.startsWith("optimizer") ?? false;
    const code = broken ? descriptor.code.replace("fn main", "fn other") : descriptor.code;
    return createShaderModule.call(gpu, { ...descriptor, code });
  };
  let reports = 0;
  await expect(
    trainer.train(
      tinyJob(0),
      listenerWith(() => reports++),
    ),
  ).rejects.toMatchObject({
    code: "gpu-validation",
    message: expect.stringContaining("optimizer") as string,
  });
  expect(reports).toBe(0);
  expect(counts.bytes).toBe(before);
  device.dispose();
});
