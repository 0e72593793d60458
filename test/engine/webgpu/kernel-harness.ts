import { installNodeGpu } from "../../../scripts/node-gpu.ts";
import { openDevice, type EngineDevice } from "../../../src/engine/device.ts";
import { DeviceProgram, readBuffer, record } from "../../../src/engine/webgpu/device-program.ts";
import { ProgramWriter, type Dispatch, type Slice } from "../../../src/engine/webgpu/program.ts";
import type { Real } from "../../../src/engine/webgpu/conv/conv-shape.ts";
import { halfBits, halfValue } from "../../../src/engine/webgpu/half.ts";
import {
  runConv,
  type Call,
  type ConvOptions,
  type ConvVariant,
} from "../../../src/engine/webgpu/conv/conv-calls.ts";

let opened: Promise<EngineDevice> | undefined;

/** The process's Dawn device. */
export async function testDevice(): Promise<EngineDevice & { readonly gpu: GPUDevice }> {
  opened ??= installNodeGpu().then(() => openDevice({ backend: "webgpu" }));
  return (await opened) as EngineDevice & { readonly gpu: GPUDevice };
}

type Numbers = Float32Array | Uint32Array | Uint16Array;

/** Runs one kernel on given arrays and returns all of them as they are afterwards. */
export function runCall(
  device: GPUDevice,
  call: Call | Omit<Dispatch, "label" | "buffers" | "flops">,
  arrays: readonly Numbers[],
): Promise<readonly ArrayBuffer[]> {
  return runProgram(device, arrays, (writer, buffers) =>
    writer.run({ label: call.kernel.name, buffers, ...call }),
  );
}

/** Runs all calls of a convolution's variant. @returns the bytes of the result */
export async function runVariant(
  device: GPUDevice,
  variant: ConvVariant,
  operands: Readonly<Record<"first" | "second" | "result", Numbers>> &
    Readonly<Partial<Record<"bias" | "addend", Numbers>>>,
  options: ConvOptions,
): Promise<ArrayBuffer> {
  const { first, second, result, bias, addend } = operands;
  const arrays = [first, second, result, ...(bias ? [bias] : []), ...(addend ? [addend] : [])];
  const after = await runProgram(device, arrays, (writer, [a, b, c, d, e]) => {
    const operands = { first: a!, second: b!, result: c!, bias: d, addend: bias ? e : d };
    runConv(writer, variant, { label: variant.name, operands, options });
  });
  return after[2]!;
}

async function runProgram(
  device: GPUDevice,
  arrays: readonly Numbers[],
  write: (writer: ProgramWriter, slices: readonly Slice[]) => void,
): Promise<readonly ArrayBuffer[]> {
  const writer = new ProgramWriter();
  const slices = arrays.map((array, i) =>
    writer.whole(`array ${i}`, Math.ceil(array.byteLength / 4) * 4, true),
  );
  write(writer, slices);
  const program = await DeviceProgram.create(device, writer.regions, writer.dispatches);
  const calls = await program.prepare(writer.dispatches);
  arrays.forEach((array, i) =>
    device.queue.writeBuffer(
      program.bufferOf(slices[i]!.region),
      0,
      array.buffer as ArrayBuffer,
      array.byteOffset,
      array.byteLength,
    ),
  );
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass, calls);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const results = await Promise.all(
    arrays.map((array, i) =>
      readBuffer(
        device,
        program.bufferOf(slices[i]!.region),
        0,
        Math.ceil(array.byteLength / 4) * 4,
      ),
    ),
  );
  program.dispose();
  return results;
}

/** Numbers as a kernel of this storage type reads them. */
export const storedAs = (values: Float32Array, real: Real): Float32Array | Uint16Array =>
  real === "f32" ? values : Uint16Array.from(values, halfBits);

/** What a kernel of this storage type wrote. */
export const valuesOf = (bytes: ArrayBuffer, real: Real): ArrayLike<number> =>
  real === "f32" ? new Float32Array(bytes) : Array.from(new Uint16Array(bytes), halfValue);

/** Largest difference relative to the largest reference value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let scale = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
    if (Number.isNaN(actual[i])) return NaN;
  }
  return difference / scale;
}
