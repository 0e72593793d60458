import type { NamedTensor, NetworkState } from "../network-engine.ts";
import { usedSlots } from "../training/optimizer-slots.ts";
import { readBuffer } from "./device-program.ts";
import type { EngineParts } from "./engine.ts";
import { packTensor, unpackTensor, type PlacedTensor } from "./parameter-layout.ts";
import type { Slice } from "./program.ts";

/** Uploads weights, statistics and slots; missing slots become zero. */
export function writeState(
  { gpu, plan, program, options }: EngineParts,
  state: NetworkState,
): void {
  const { layout } = plan;
  const find = (tensor: PlacedTensor): Float32Array => {
    const { name, shape } = tensor.spec;
    const given = state.tensors.get(name);
    const size = shape.reduce((a, b) => a * b, 1);
    if (given?.data.length !== size)
      throw new Error(`restore: ${name} is missing or not of shape [${shape.join(", ")}]`);
    return packTensor(tensor, given.data);
  };
  const upload = (slice: Slice, values: Float32Array): void =>
    gpu.queue.writeBuffer(
      program.bufferOf(slice.region),
      slice.offset,
      values as Float32Array<ArrayBuffer>,
    );
  const fill = (
    floats: number,
    tensors: readonly PlacedTensor[],
    packed: (tensor: PlacedTensor) => Float32Array | null,
  ): Float32Array => {
    const values = new Float32Array(floats);
    for (const tensor of tensors) {
      const part = packed(tensor);
      if (part) values.set(part, tensor.offset);
    }
    return values;
  };
  layout.segments.forEach((floats, segment) => {
    const tensors = layout.trainable.filter((tensor) => tensor.segment === segment);
    const weights = fill(floats, tensors, find);
    upload(plan.parameters[segment]!, weights);
    if (plan.halves) {
      const halves = Uint16Array.from(weights, halfBits);
      gpu.queue.writeBuffer(program.bufferOf(plan.halves[segment]!.region), 0, halves);
    }
    usedSlots(options.optimizer).forEach((slot, i) =>
      upload(
        plan.slots[i]![segment]!,
        fill(floats, tensors, (tensor) => {
          const stored = state.slots.get(slot)?.get(tensor.spec.name);
          return stored ? packTensor(tensor, stored.data) : null;
        }),
      ),
    );
  });
  upload(plan.running, fill(layout.runningFloats, layout.running, find));
  upload(plan.trainingTotals, new Float32Array(2));
}

/** Reads everything back, in PyTorch's names and layouts and in graph order. */
export async function readState(
  { gpu, graph, plan, program, options }: EngineParts,
  steps: number,
): Promise<NetworkState> {
  const { layout } = plan;
  const download = async (slice: Slice, floats: number): Promise<Float32Array> =>
    new Float32Array(
      floats === 0
        ? new ArrayBuffer(0)
        : await readBuffer(gpu, program.bufferOf(slice.region), slice.offset, floats * 4),
    );
  const segments = (slices: readonly Slice[]): Promise<Float32Array[]> =>
    Promise.all(slices.map((slice, i) => download(slice, layout.segments[i]!)));
  const named = (tensor: PlacedTensor, flat: Float32Array): NamedTensor => ({
    shape: tensor.spec.shape,
    data: unpackTensor(tensor, flat.subarray(tensor.offset, tensor.offset + tensor.floats)),
  });

  const [weights, running, slots] = await Promise.all([
    segments(plan.parameters),
    download(plan.running, layout.runningFloats),
    Promise.all(plan.slots.map(segments)),
  ]);
  const tensors = new Map<string, NamedTensor>();
  for (const tensor of [...layout.trainable, ...layout.running].sort(byGraph(graph.nodes.length)))
    tensors.set(
      tensor.spec.name,
      named(tensor, tensor.spec.trainable ? weights[tensor.segment]! : running),
    );
  const slotNames = usedSlots(options.optimizer);
  const slotMaps = slotNames.map((slot, i) => {
    const entries = layout.trainable.map(
      (tensor) => [tensor.spec.name, named(tensor, slots[i]![tensor.segment]!)] as const,
    );
    return [slot, new Map(entries)] as const;
  });
  return { tensors, slots: new Map(slotMaps), steps };
}

const roles = ["weight", "gamma", "bias", "beta", "running-mean", "running-var"];

const byGraph =
  (nodes: number) =>
  (a: PlacedTensor, b: PlacedTensor): number =>
    (a.spec.node - b.spec.node) * nodes * roles.length +
    roles.indexOf(a.spec.role) -
    roles.indexOf(b.spec.role);

const floatView = new Float32Array(1);
const bitView = new Uint32Array(floatView.buffer);

/** Nearest half-precision number, ties to even; too large becomes infinite. */
export function halfBits(value: number): number {
  floatView[0] = value;
  const bits = bitView[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00 | ((bits & 0x7fffffff) > 0x7f800000 ? 0x200 : 0);
  if (exponent > 0) {
    const half = (exponent << 10) | (mantissa >>> 13);
    const rest = mantissa & 0x1fff;
    return sign | (half + (rest > 0x1000 || (rest === 0x1000 && half & 1) ? 1 : 0));
  }
  if (exponent < -10) return sign;
  const full = mantissa | 0x800000;
  const shift = 14 - exponent;
  const half = full >>> shift;
  const rest = full & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && half & 1) ? 1 : 0));
}
