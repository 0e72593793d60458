import { AppError } from "../../core/errors.ts";
import type { Rng } from "../../core/math/rng.ts";
import type { NamedTensor, NetworkState } from "../network-engine.ts";
import { operationOf } from "../ops/index.ts";
import type { AnyGraph } from "./node.ts";
import { inferShapes } from "./shapes.ts";
import { elementCount, type WeightSpec } from "./weight-spec.ts";
import { word } from "../../core/words/index.ts";

export { elementCount, type WeightSpec } from "./weight-spec.ts";

/** All weights and running statistics in graph order. */
export function weightSpecs(graph: AnyGraph): readonly WeightSpec[] {
  const shapes = inferShapes(graph);
  return graph.nodes.flatMap((node) => {
    const inputs = node.inputs.map((id) => shapes[id]!);
    const place = { node, inputs, input: inputs[0]!, output: shapes[node.id]! };
    const own = operationOf(node).weights?.(place) ?? [];
    return own.map(({ suffix, ...spec }) => ({
      ...spec,
      node: node.id,
      name: `${node.name}.${suffix}`,
    }));
  });
}

/** Trainable parameters; 11,173,962 for ResNet-18 of width 64 with ten classes. */
export function parameterCount(graph: AnyGraph): number {
  return weightSpecs(graph)
    .filter((spec) => spec.trainable)
    .reduce((sum, spec) => sum + elementCount(spec.shape), 0);
}

/** PyTorch's default initialisation: weights and biases of convolutions and dense layers uniform in ±1/√fan_in
 *  (`kaiming_uniform_` with a = √5), batch norm 1 and 0, statistics 0 and 1. Each tensor has its own stream, named after it. */
export function initialState(graph: AnyGraph, rng: Rng): NetworkState {
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
export function assertState(graph: AnyGraph, { tensors }: NetworkState): void {
  for (const { name, shape } of weightSpecs(graph)) {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join() || tensor.data.length !== elementCount(shape))
      throw new AppError(
        "checkpoint-corrupt",
        word("weights-of-another", { tensor: name, shape }),
        { tensor: name },
      );
  }
}
