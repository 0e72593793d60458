import type { EngineDevice } from "../engine-device.ts";
import type { Answer, Question } from "../known-question.ts";
import { chooseFamily } from "./choose-family.ts";
import type { Real } from "./conv/conv-shape.ts";
import { runConv } from "./conv/conv-calls.ts";
import { directVariants } from "./conv/conv-direct.ts";
import type { ConvDirection, ConvVariant } from "./conv/conv-variant.ts";
import { DeviceProgram, readBuffer, record } from "./device-program.ts";
import { halfBits, halfValue } from "./half.ts";
import { addersOf } from "./kernels/add-up.ts";
import { biasGradient } from "./kernels/bias-gradient.ts";
import { ProgramWriter, type Slice } from "./program.ts";

/** The known question on the kernels that training uses on this device; what is compiled for it stays compiled.
 *  @param real what images, filters and their gradients are stored in; every number of the answer is exact in half precision too */
export async function answerOfKernels(
  device: EngineDevice,
  q: Question,
  real: Real,
): Promise<Answer> {
  const gpu = device.gpu!;
  const { batch, side, inputs, outputs, taps } = q;
  const rows = batch * side * side;
  const writer = new ProgramWriter();
  const floats = (label: string, count: number): Slice => writer.whole(label, count * 4, true);
  const half = real === "f16";
  const reals = (label: string, count: number): Slice =>
    writer.whole(label, count * (half ? 2 : 4), true);
  const x = reals("x", q.x.length);
  const w = reals("w", q.w.length);
  const dy = reals("dy", q.dy.length);
  const y = reals("y", q.dy.length);
  const sums = floats("sums", outputs);
  const dx = reals("dx", q.x.length);
  const shape = {
    ...{ batch, height: side, width: side, inputs, outHeight: side, outWidth: side, outputs },
    kernel: [taps, taps],
    stride: [1, 1],
    padding: [(taps - 1) / 2, (taps - 1) / 2],
  } as const;
  const context = { family: chooseFamily(device), real };
  const direct = (direction: ConvDirection): ConvVariant =>
    directVariants(direction, shape, context)[0]!;
  const filterGradient = direct("filter-gradient");
  const dw = floats("dw", filterGradient.parts * q.w.length);
  const run = (variant: ConvVariant, first: Slice, second: Slice, result: Slice): void =>
    runConv(writer, variant, {
      label: "known convolution",
      operands: { first, second, result },
      options: {},
    });
  run(direct("forward"), x, w, y);
  run(direct("input-gradient"), dy, w, dx);
  run(filterGradient, x, dy, dw);
  writer.run({
    label: "known sums",
    kernel: biasGradient(real, addersOf(context.family)),
    buffers: [y, sums],
    params: { rows, c4: outputs / 4 },
    grid: [outputs / 4, 1, 1],
  });
  const program = await DeviceProgram.create(gpu, writer.regions, writer.dispatches);
  try {
    const calls = await program.prepare(writer.dispatches);
    const write = (slice: Slice, values: Float32Array): void =>
      gpu.queue.writeBuffer(
        program.bufferOf(slice.region),
        0,
        half ? Uint16Array.from(values, halfBits) : (values as Float32Array<ArrayBuffer>),
      );
    write(x, q.x);
    write(w, q.w);
    write(dy, q.dy);
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    record(pass, calls);
    pass.end();
    gpu.queue.submit([encoder.finish()]);
    const bytesOf = ({ region, bytes }: Slice): Promise<ArrayBuffer> =>
      readBuffer(gpu, program.bufferOf(region), 0, bytes);
    const readFloats = async (slice: Slice): Promise<Float32Array> =>
      new Float32Array(await bytesOf(slice));
    const readReals = async (slice: Slice): Promise<Float32Array> =>
      half
        ? Float32Array.from(new Uint16Array(await bytesOf(slice)), halfValue)
        : readFloats(slice);
    const [values, ofInput] = await Promise.all([y, dx].map(readReals));
    const [totals, parts] = await Promise.all([sums, dw].map(readFloats));
    const ofFilter = q.w.map((_, i) => {
      let sum = 0;
      for (let at = i; at < parts!.length; at += q.w.length) sum += parts![at]!;
      return sum;
    });
    return { y: values!, sums: totals!, dx: ofInput!, dw: ofFilter };
  } finally {
    program.dispose();
  }
}
