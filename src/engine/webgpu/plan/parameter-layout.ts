import type { AnyGraph } from "../../model/node.ts";
import { weightSpecs } from "../../model/weights.ts";
import { padChannels } from "../conv/conv-shape.ts";
import { geometryOf, isSparse } from "../lowering/geometry.ts";
import type { ParameterLayout, PlacedTensor } from "./placed-tensor.ts";

export type { ParameterLayout, PlacedTensor } from "./placed-tensor.ts";

/** Tensors start at multiples of this many floats, so that half-precision copies start at multiples of 256 bytes too. */
const tensorFloats = 128;

/** @param maxFloats floats that one binding can hold */
export function layoutParameters(graph: AnyGraph, maxFloats: number): ParameterLayout {
  const trainable: PlacedTensor[] = [];
  const running: PlacedTensor[] = [];
  const segments = [0];
  let runningFloats = 0;
  for (const spec of weightSpecs(graph)) {
    const node = graph.nodes[spec.node]!;
    const geometry = geometryOf(node);
    const grouped = geometry !== null && isSparse(geometry);
    const outputs = spec.shape[0]!;
    const inputs = spec.shape[1] ?? 1;
    const paddedInputs = spec.shape.length < 2 || grouped ? inputs : padChannels(inputs);
    const paddedOutputs = padChannels(outputs);
    const taps = (spec.shape[2] ?? 1) * (spec.shape[3] ?? 1);
    const floats = Math.ceil((taps * paddedInputs * paddedOutputs) / tensorFloats) * tensorFloats;
    const place = { spec, floats, inputs, paddedInputs, paddedOutputs };
    if (!spec.trainable) {
      running.push({ ...place, segment: 0, offset: runningFloats });
      runningFloats += floats;
      continue;
    }
    // A norm's scale and shift are bound together.
    const together = spec.role === "gamma" ? 2 * floats : floats;
    if (segments.at(-1)! > 0 && segments.at(-1)! + together > maxFloats && spec.role !== "beta")
      segments.push(0);
    const segment = segments.length - 1;
    trainable.push({ ...place, segment, offset: segments[segment]! });
    segments[segment]! += floats;
  }
  const byName = new Map([...trainable, ...running].map((tensor) => [tensor.spec.name, tensor]));
  return { trainable, running, segments, runningFloats, byName };
}

/** PyTorch's layout -> ours, `tensor.floats` values. */
export function packTensor(tensor: PlacedTensor, data: Float32Array): Float32Array {
  const packed = new Float32Array(tensor.floats);
  visit(tensor, (from, to) => (packed[to] = data[from]!));
  return packed;
}

/** Our layout -> PyTorch's. */
export function unpackTensor(tensor: PlacedTensor, packed: Float32Array): Float32Array {
  const data = new Float32Array(tensor.spec.shape.reduce((a, b) => a * b, 1));
  visit(tensor, (from, to) => (data[from] = packed[to]!));
  return data;
}

function visit(tensor: PlacedTensor, pair: (pytorch: number, ours: number) => void): void {
  const { spec, inputs, paddedInputs, paddedOutputs } = tensor;
  const outputs = spec.shape[0]!;
  const taps = (spec.shape[2] ?? 1) * (spec.shape[3] ?? 1);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < taps; tap++)
        pair((o * inputs + i) * taps + tap, (tap * paddedInputs + i) * paddedOutputs + o);
}
