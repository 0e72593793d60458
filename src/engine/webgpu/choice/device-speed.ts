import { convForward } from "../conv/conv-calls.ts";
import { convFlops, type KernelFamily } from "../conv/conv-shape.ts";
import { DeviceProgram } from "../device-program.ts";
import { ProgramWriter } from "../program.ts";
import { timePass } from "./time-pass.ts";

const speeds = new WeakMap<GPUDevice, Promise<number>>();

const shape = {
  ...{ batch: 2, height: 32, width: 32, inputs: 64, outHeight: 32, outWidth: 32, outputs: 64 },
  kernel: [3, 3],
  stride: [1, 1],
  padding: [1, 1],
} as const;

/** Roughly how fast a device convolves: 0.3 GFLOP on zeros, measured once per device. @returns FLOP per millisecond */
export function deviceSpeed(gpu: GPUDevice, family: KernelFamily): Promise<number> {
  let speed = speeds.get(gpu);
  if (!speed) speeds.set(gpu, (speed = measure(gpu, family)));
  return speed;
}

async function measure(gpu: GPUDevice, family: KernelFamily): Promise<number> {
  const writer = new ProgramWriter();
  const pixels = shape.batch * shape.height * shape.width;
  const x = writer.whole("x", pixels * shape.inputs * 4, true);
  const w = writer.whole("w", 9 * shape.inputs * shape.outputs * 4, true);
  const y = writer.whole("y", pixels * shape.outputs * 4, true);
  const call = convForward(shape, { family, real: "f32" }, false);
  writer.run({ label: "speed", buffers: [x, w, y], ...call });
  const program = await DeviceProgram.create(gpu, writer.regions, writer.dispatches);
  try {
    const calls = await program.prepare(writer.dispatches);
    await timePass(gpu, calls, 1);
    // Browsers round timestamps to 100 µs.
    return convFlops(shape) / Math.max(0.05, await timePass(gpu, calls, 1));
  } finally {
    program.dispose();
  }
}
