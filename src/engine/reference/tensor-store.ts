import * as tf from "@tensorflow/tfjs-core";
import { hwioToOihw, oihwToHwio, transpose } from "../layout.ts";
import type { Graph } from "../model/graph.ts";
import { elementCount, weightSpecs, type WeightSpec } from "../model/weights.ts";
import type { NamedTensor, NetworkState } from "../network-engine.ts";
import type { OptimizerConfig } from "../training/optimizer-config.ts";
import { usedSlots } from "../training/optimizer-slots.ts";
import type { BatchStatistics } from "./batch-norm.ts";
import type { Slots } from "./optimizers.ts";

/** Weights, running statistics and optimizer slots as kept tensors in TensorFlow's layout; PyTorch's layout at the border. */
export class TensorStore {
  /** Trainable, in graph order. */
  readonly parameterNames: readonly string[];
  readonly #specs: readonly WeightSpec[];
  readonly #slotNames: readonly string[];
  readonly #tensors = new Map<string, tf.Tensor>();
  readonly #slots = new Map<string, Record<string, tf.Tensor>>();

  constructor(
    readonly graph: Graph,
    optimizer: OptimizerConfig,
  ) {
    this.#specs = weightSpecs(graph);
    this.parameterNames = this.#specs.filter((spec) => spec.trainable).map((spec) => spec.name);
    this.#slotNames = usedSlots(optimizer);
  }

  get(name: string): tf.Tensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`No weights: restore() was not called (${name})`);
    return tensor;
  }

  /** Takes the tensor over and disposes the one it replaces. */
  set(name: string, tensor: tf.Tensor): void {
    const old = this.#tensors.get(name);
    this.#tensors.set(name, tf.keep(tensor));
    if (old !== tensor) old?.dispose();
  }

  slotsOf(name: string): Slots {
    return this.#slots.get(name) ?? {};
  }

  setSlots(name: string, slots: Slots): void {
    const old = this.slotsOf(name);
    for (const [slot, tensor] of Object.entries(slots)) {
      if (old[slot] === tensor) continue;
      old[slot]?.dispose();
      tf.keep(tensor);
    }
    this.#slots.set(name, { ...slots });
  }

  weights(): ReadonlyMap<string, tf.Tensor> {
    return this.#tensors;
  }

  parameters(): readonly tf.Tensor[] {
    return this.parameterNames.map((name) => this.get(name));
  }

  /** The weights with other tensors in place of the parameters, for differentiation. */
  withParameters(parameters: readonly tf.Tensor[]): ReadonlyMap<string, tf.Tensor> {
    const weights = new Map(this.#tensors);
    this.parameterNames.forEach((name, i) => weights.set(name, parameters[i]!));
    return weights;
  }

  /** Moves running mean and (unbiased) variance by their momentum; disposes what it was given. */
  updateStatistics(observed: ReadonlyMap<number, BatchStatistics>): void {
    for (const [id, { mean, variance, count, momentum }] of observed) {
      const { name: node } = this.graph.nodes[id]!;
      const move = (name: string, value: tf.Tensor, factor: number): void => {
        const kept = tf.mul(this.get(name), 1 - momentum);
        this.set(name, tf.add(kept, tf.mul(value, momentum * factor)));
        value.dispose();
      };
      move(`${node}.running_mean`, mean, 1);
      move(`${node}.running_var`, variance, count / Math.max(1, count - 1));
    }
  }

  restore(state: NetworkState): void {
    for (const spec of this.#specs) {
      const given = state.tensors.get(spec.name);
      if (!given || given.data.length !== elementCount(spec.shape))
        throw new Error(
          `restore: ${spec.name} is missing or not of shape [${spec.shape.join(", ")}]`,
        );
      this.set(spec.name, toTensor(spec, given.data));
      if (!spec.trainable) continue;
      const slots = this.#slotNames.map((slot) => {
        const stored = state.slots.get(slot)?.get(spec.name);
        const data = stored?.data ?? new Float32Array(given.data.length);
        return [slot, toTensor(spec, data)] as const;
      });
      this.setSlots(spec.name, Object.fromEntries(slots));
    }
  }

  async snapshot(steps: number): Promise<NetworkState> {
    const tensors = new Map<string, NamedTensor>();
    const slots = new Map(this.#slotNames.map((slot) => [slot, new Map<string, NamedTensor>()]));
    for (const spec of this.#specs) {
      tensors.set(spec.name, await fromTensor(spec, this.get(spec.name)));
      if (!spec.trainable) continue;
      for (const [slot, tensor] of Object.entries(this.slotsOf(spec.name)))
        slots.get(slot)?.set(spec.name, await fromTensor(spec, tensor));
    }
    return { tensors, slots, steps };
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    for (const slots of this.#slots.values())
      for (const tensor of Object.values(slots)) tensor.dispose();
    this.#tensors.clear();
    this.#slots.clear();
  }
}

function toTensor(spec: WeightSpec, data: Float32Array): tf.Tensor {
  const shape = spec.shape;
  if (shape.length === 4)
    return tf.tensor(oihwToHwio(data, shape), [shape[2]!, shape[3]!, shape[1]!, shape[0]!]);
  if (shape.length === 2) return tf.tensor(transpose(data, shape), [shape[1]!, shape[0]!]);
  return tf.tensor(data.slice(), [...shape]);
}

async function fromTensor(spec: WeightSpec, tensor: tf.Tensor): Promise<NamedTensor> {
  const shape = spec.shape;
  const data = (await tensor.data()) as Float32Array;
  if (shape.length === 4) return { shape, data: hwioToOihw(data, shape) };
  if (shape.length === 2) return { shape, data: transpose(data, [shape[1]!, shape[0]!]) };
  return { shape, data: data.slice() };
}
