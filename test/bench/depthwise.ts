/** `npm run bench:depthwise`: a depthwise convolution – 3x3, 128 channels, 16x16, batch 32, or `-- <channels> <size> <batch> [f16]` –
 *  against copying its tensor in the same run: bytes of input and output per second, by turns, medians. */
import { readArguments } from "../../scripts/command-line.ts";
import { installNodeGpu } from "../../scripts/node-gpu.ts";
import { openDevice } from "../../src/engine/device.ts";
import { timePass } from "../../src/engine/webgpu/choice/time-pass.ts";
import { chooseFamily } from "../../src/engine/webgpu/choose-family.ts";
import { padChannels } from "../../src/engine/webgpu/conv/conv-shape.ts";
import { DeviceProgram } from "../../src/engine/webgpu/device-program.ts";
import { itemGrid } from "../../src/engine/webgpu/kernel.ts";
import { copyQuads } from "../../src/engine/webgpu/kernels/channel-copy.ts";
import {
  groupedForward,
  groupedGradient,
  groupedParts,
} from "../../src/engine/webgpu/lowering/grouped-conv.ts";
import type { Value } from "../../src/engine/webgpu/plan/plan-context.ts";
import { ProgramWriter, type Dispatch } from "../../src/engine/webgpu/program.ts";
import { quads } from "../../src/engine/webgpu/values.ts";

const rounds = 15;
/** Of one measurement, about. */
const measuredMs = 30;

const usage = "npm run bench:depthwise -- [CHANNELS SIZE BATCH [f16]]";
const { positionals } = readArguments(usage, { allowPositionals: true });
const [channels = 128, size = 16, batch = 32] = positionals.slice(0, 3).map(Number);
const real = positionals[3] === "f16" ? "f16" : "f32";

await installNodeGpu();
const device = await openDevice({ backend: "webgpu" });
const gpu = device.gpu!;
const writer = new ProgramWriter();
const context = { batch, real, writer, family: chooseFamily(device) } as const;
const pitch = padChannels(channels);
const bytes = batch * size * size * pitch * (real === "f16" ? 2 : 4);
const image = { height: size, width: size, channels, pitch };
const value = (label: string): Value => ({ slice: writer.whole(label, bytes, true), ...image });
const [x, y, dx] = [value("x"), value("y"), value("dx")];
const geometry = {
  kernel: [3, 3],
  stride: [1, 1],
  padding: { top: 1, bottom: 1, left: 1, right: 1 },
  dilation: [1, 1],
  groups: channels,
} as const;
const conv = { label: "depthwise", geometry, x, y };
const floats = Math.ceil((9 * pitch) / 128) * 128;
const filter = writer.whole("filter", floats * (real === "f16" ? 2 : 4), true);
const parts = groupedParts(context, conv);
const gradient = writer.whole("filter gradient", floats * 4 * parts, true);
const unused = { name: "", node: 0, role: "weight", shape: [], trainable: true, fanIn: 9 } as const;
const weight = {
  ...{ spec: unused, segment: 0, offset: 0, floats, inputs: 1, paddedInputs: 1 },
  paddedOutputs: pitch,
};

/** The dispatches that something writes. */
function written(write: () => void): readonly Dispatch[] {
  const before = writer.dispatches.length;
  write();
  return writer.dispatches.slice(before);
}

const copying = written(() => {
  const items = quads(context, x);
  writer.run({
    label: "copy",
    kernel: copyQuads(false, real),
    buffers: [x.slice, y.slice],
    params: {
      ...{ items, channels: pitch / 4, fromPitch: pitch / 4, toPitch: pitch / 4 },
      ...{ fromChannel: 0, toChannel: 0 },
    },
    grid: itemGrid(items),
  });
});
const forward = written(() =>
  groupedForward(context, conv, {
    ...{ first: x.slice, second: filter, bias: undefined, result: y.slice },
  }),
);
const [filterGradient, inputGradient] = written(() =>
  groupedGradient(context, conv, {
    ...{ weight, filter, gradient, parts, between: () => {} },
    into: () => ({ value: dx, add: false }),
  }),
);
const measured = {
  copy: copying,
  forward,
  "input gradient": [inputGradient!],
  "filter gradient": [filterGradient!],
};

const program = await DeviceProgram.create(gpu, writer.regions, writer.dispatches);
const contestants = await Promise.all(
  Object.entries(measured).map(async ([name, dispatches]) => {
    const calls = await program.prepare(dispatches);
    await timePass(gpu, calls, 1);
    const ms = await timePass(gpu, calls, 3);
    return { name, calls, repetitions: Math.max(3, Math.ceil(measuredMs / ms)), times: [0] };
  }),
);
for (const one of contestants) one.times = [];
for (let round = 0; round < rounds; round++)
  for (const { calls, repetitions, times } of contestants)
    times.push(await timePass(gpu, calls, repetitions));

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[rounds >> 1]!;
const rate = (ms: number): number => (2 * bytes) / ms / 1e6;
const copyRate = rate(median(contestants[0]!.times));
console.log(
  `${device.adapter}, ${real}: depthwise 3x3, ${channels} channels, ${size}x${size}, batch ${batch}`,
);
for (const { name, times } of contestants) {
  const ms = median(times);
  const share = ((100 * rate(ms)) / copyRate).toFixed(0);
  console.log(
    `${name.padEnd(16)} ${ms.toFixed(3).padStart(8)} ms  ${rate(ms).toFixed(2).padStart(7)} GB/s  ${share.padStart(4)} % of the copy`,
  );
}
program.dispose();
process.exit(0);
