import type { EngineDevice } from "../engine-device.ts";
import type { Answer, Question } from "../known-question.ts";
import { chooseFamily } from "./choose-family.ts";
import { convForward } from "./conv-calls.ts";
import { DeviceProgram, readBuffer, record } from "./device-program.ts";
import { biasGradient } from "./kernels/bias-gradient.ts";
import { ProgramWriter, type Slice } from "./program.ts";

/** The known question on the kernels that training uses on this device; what is compiled for it stays compiled. */
export async function answerOfKernels(device: EngineDevice, q: Question): Promise<Answer> {
  const gpu = device.gpu!;
  const { batch, side, inputs, outputs, taps } = q;
  const rows = batch * side * side;
  const writer = new ProgramWriter();
  const floats = (label: string, count: number): Slice => writer.whole(label, count * 4, true);
  const x = floats("x", q.x.length);
  const w = floats("w", q.w.length);
  const y = floats("y", rows * outputs);
  const sums = floats("sums", outputs);
  const shape = {
    ...{ batch, height: side, width: side, inputs, outHeight: side, outWidth: side, outputs },
    kernel: [taps, taps],
    stride: [1, 1],
    padding: [(taps - 1) / 2, (taps - 1) / 2],
  } as const;
  const conv = convForward(shape, { family: chooseFamily(device), real: "f32" }, false);
  writer.run({ label: "known convolution", buffers: [x, w, y], ...conv });
  writer.run({
    label: "known sums",
    kernel: biasGradient("f32"),
    buffers: [y, sums],
    params: { rows, c4: outputs / 4 },
    grid: [outputs / 4, 1, 1],
  });
  const program = await DeviceProgram.create(gpu, writer.regions, writer.dispatches);
  try {
    const calls = await program.prepare(writer.dispatches);
    const write = (slice: Slice, values: Float32Array): void =>
      gpu.queue.writeBuffer(program.bufferOf(slice.region), 0, values as Float32Array<ArrayBuffer>);
    write(x, q.x);
    write(w, q.w);
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    record(pass, calls);
    pass.end();
    gpu.queue.submit([encoder.finish()]);
    const read = async (slice: Slice, count: number): Promise<Float32Array> =>
      new Float32Array(await readBuffer(gpu, program.bufferOf(slice.region), 0, count * 4));
    const [values, totals] = await Promise.all([read(y, rows * outputs), read(sums, outputs)]);
    return { y: values, sums: totals };
  } finally {
    program.dispose();
  }
}
