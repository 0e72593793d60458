import { installNodeGpu } from "../../../scripts/node-gpu.ts";
import { openDevice, type EngineDevice } from "../../../src/engine/device.ts";
import { DeviceProgram, readBuffer, record } from "../../../src/engine/webgpu/device-program.ts";
import { ProgramWriter, type Dispatch, type Slice } from "../../../src/engine/webgpu/program.ts";
import type { Call } from "../../../src/engine/webgpu/conv-calls.ts";

let opened: Promise<EngineDevice> | undefined;

/** The process's Dawn device. */
export async function testDevice(): Promise<EngineDevice & { readonly gpu: GPUDevice }> {
  opened ??= installNodeGpu().then(() => openDevice({ backend: "webgpu" }));
  return (await opened) as EngineDevice & { readonly gpu: GPUDevice };
}

/** Runs one kernel on given arrays and returns all of them as they are afterwards. `dy: Float16` arrays are not supported. */
export async function runCall(
  device: GPUDevice,
  call: Call | Omit<Dispatch, "label" | "buffers" | "flops">,
  arrays: readonly (Float32Array | Uint32Array | Uint16Array)[],
): Promise<readonly ArrayBuffer[]> {
  const writer = new ProgramWriter();
  const slices: Slice[] = arrays.map((array, i) =>
    writer.whole(`array ${i}`, Math.ceil(array.byteLength / 4) * 4, true),
  );
  writer.run({ label: call.kernel.name, buffers: slices, ...call });
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
