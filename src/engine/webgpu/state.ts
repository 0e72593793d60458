import type { NamedTensor, NetworkState } from "../network-engine.ts";
import { usedSlots } from "../training/optimizer-slots.ts";
import { readBuffer } from "./device-program.ts";
import type { EngineParts } from "./engine-parts.ts";
import { halfBits } from "./half.ts";
import { initialLossScale } from "./kernels/loss-scale.ts";
import { packTensor, unpackTensor, type PlacedTensor } from "./plan/parameter-layout.ts";
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
  if (plan.lossScale) {
    const scale = Float32Array.from(initialLossScale);
    scale.set(state.slots.get(lossScaleSlot)?.get(lossScaleName)?.data ?? []);
    upload(plan.lossScale, scale);
  }
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
  const lossScale = plan.lossScale ? [await readLossScale(plan.lossScale, download)] : [];
  return { tensors, slots: new Map([...slotMaps, ...lossScale]), steps };
}

/** The loss scale of half precision travels as a slot of its own: scale and steps since it changed. */
const lossScaleSlot = "loss_scale";
const lossScaleName = "state";

async function readLossScale(
  slice: Slice,
  download: (slice: Slice, floats: number) => Promise<Float32Array>,
): Promise<readonly [string, ReadonlyMap<string, NamedTensor>]> {
  const data = await download(slice, 2);
  return [lossScaleSlot, new Map([[lossScaleName, { shape: [2], data }]])];
}

const roles = ["weight", "gamma", "bias", "beta", "running-mean", "running-var"];

const byGraph =
  (nodes: number) =>
  (a: PlacedTensor, b: PlacedTensor): number =>
    (a.spec.node - b.spec.node) * nodes * roles.length +
    roles.indexOf(a.spec.role) -
    roles.indexOf(b.spec.role);
