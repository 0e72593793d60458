import { AppError } from "../../core/errors.ts";
import type { Rng } from "../../core/math/rng.ts";
import type { NamedTensor, NetworkState } from "../network-engine.ts";
import type { Graph } from "./graph.ts";
import { channelsOf, inferShapes, sizeOf } from "./shapes.ts";

/** One entry of the state_dict. */
export interface WeightSpec {
  /** PyTorch's name, e.g. `layer1.0.conv1.weight`. */
  readonly name: string;
  readonly node: number;
  readonly role: "weight" | "bias" | "gamma" | "beta" | "running-mean" | "running-var";
  /** PyTorch's layout: conv [out, in/groups, kh, kw], dense [out, in], others [channels]. */
  readonly shape: readonly number[];
  /** Statistics are updated by the forward pass, everything else by the optimizer. */
  readonly trainable: boolean;
  /** Inputs per output of the layer; decides the range of initial weights. */
  readonly fanIn: number;
}

/** All weights and running statistics in graph order. */
export function weightSpecs(graph: Graph): readonly WeightSpec[] {
  const shapes = inferShapes(graph);
  const specs: WeightSpec[] = [];
  for (const node of graph.nodes) {
    const base = { node: node.id, trainable: true };
    if (node.op === "conv") {
      const inputs = channelsOf(shapes[node.inputs[0]!]!) / node.groups;
      const fanIn = inputs * node.kernel[0] * node.kernel[1];
      const shape = [node.outChannels, inputs, ...node.kernel];
      specs.push({ ...base, name: `${node.name}.weight`, role: "weight", shape, fanIn });
      if (node.bias)
        specs.push({
          ...base,
          name: `${node.name}.bias`,
          role: "bias",
          shape: [node.outChannels],
          fanIn,
        });
    } else if (node.op === "dense") {
      const fanIn = sizeOf(shapes[node.inputs[0]!]!);
      const shape = [node.outFeatures, fanIn];
      specs.push({ ...base, name: `${node.name}.weight`, role: "weight", shape, fanIn });
      if (node.bias)
        specs.push({
          ...base,
          name: `${node.name}.bias`,
          role: "bias",
          shape: [node.outFeatures],
          fanIn,
        });
    } else if (node.op === "batch-norm") {
      const shape = [channelsOf(shapes[node.id]!)];
      const statistic = { ...base, trainable: false, shape, fanIn: 1 };
      specs.push({ ...base, name: `${node.name}.weight`, role: "gamma", shape, fanIn: 1 });
      specs.push({ ...base, name: `${node.name}.bias`, role: "beta", shape, fanIn: 1 });
      specs.push({ ...statistic, name: `${node.name}.running_mean`, role: "running-mean" });
      specs.push({ ...statistic, name: `${node.name}.running_var`, role: "running-var" });
    }
  }
  return specs;
}

/** Number of values in a tensor of this shape. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

/** Trainable parameters; 11,173,962 for ResNet-18 of width 64 with ten classes. */
export function parameterCount(graph: Graph): number {
  return weightSpecs(graph)
    .filter((spec) => spec.trainable)
    .reduce((sum, spec) => sum + elementCount(spec.shape), 0);
}

/** PyTorch's default initialisation: weights and biases of convolutions and dense layers uniform in ±1/√fan_in
 *  (`kaiming_uniform_` with a = √5), batch norm 1 and 0, statistics 0 and 1. Each tensor has its own stream, named after it. */
export function initialState(graph: Graph, rng: Rng): NetworkState {
  const tensors = new Map<string, NamedTensor>();
  for (const spec of weightSpecs(graph)) {
    const data = new Float32Array(elementCount(spec.shape));
    if (spec.role === "weight" || spec.role === "bias") {
      const bound = 1 / Math.sqrt(spec.fanIn);
      const stream = rng.fork(spec.name);
      for (let i = 0; i < data.length; i++) data[i] = (2 * stream.next() - 1) * bound;
    } else if (spec.role === "gamma" || spec.role === "running-var") {
      data.fill(1);
    }
    tensors.set(spec.name, { shape: spec.shape, data });
  }
  return { tensors, slots: new Map(), steps: 0 };
}

/** Checks that a state has this network's tensors in their shapes.
 *  @throws AppError "checkpoint-corrupt" naming the tensor */
export function assertState(graph: Graph, { tensors }: NetworkState): void {
  for (const { name, shape } of weightSpecs(graph)) {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join() || tensor.data.length !== elementCount(shape))
      throw new AppError(
        "checkpoint-corrupt",
        `The weights are of another network: ${name} should be [${shape.join(", ")}].`,
        { tensor: name },
      );
  }
}
