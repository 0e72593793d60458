import { readFileSync } from "node:fs";
import type { Graph } from "../../../src/engine/model/graph.ts";
import { elementCount, weightSpecs } from "../../../src/engine/model/weights.ts";
import type { NamedTensor, NetworkState } from "../../../src/engine/network-engine.ts";
import { drawUint32 } from "../../../src/engine/training/augment.ts";

/** The step that PyTorch did: weights and images come from the counter-based generator. */
export interface NetworkCase {
  readonly width: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Layers whose weights are not the first ones drawn, because those led too near to a kink. */
  readonly salts: Readonly<Record<string, number>>;
}

/** What PyTorch makes of one network; written by test/fixtures/pytorch/make_networks.py. */
export interface NetworkEntry {
  /** Of the published network, width 64. */
  readonly parameters: number;
  readonly macs: number;
  readonly convolutions: number;
  /** state_dict in order, separated by spaces; `publishedShapes` and `shapes` (`64x3x3x3`) likewise. */
  readonly names: string;
  readonly publishedShapes: string;
  readonly case: NetworkCase;
  readonly shapes: string;
  readonly loss: number;
  readonly correct: number;
  /** Of the same images after the step, which updated the statistics but no weight. */
  readonly evaluationLoss: number;
  /** [batch, classes], in evaluation. */
  readonly probabilities: readonly number[];
  /** Float32 [names, 2 + products], base64: see Sketch. */
  readonly sketches: string;
}

const file = new URL("../../fixtures/pytorch/networks.json", import.meta.url);

/** All entries by the network's name in search spaces. */
export function readNetworks(): Readonly<Record<string, NetworkEntry>> {
  const { networks } = JSON.parse(readFileSync(file, "utf8")) as {
    networks: Record<string, NetworkEntry>;
  };
  return networks;
}

/** `name shape` of every tensor, sorted: the order of a state_dict means nothing. */
export function shapeList({ names }: NetworkEntry, shapes: string): readonly string[] {
  const each = shapes.split(" ");
  return names
    .split(" ")
    .map((name, i) => `${name} ${each[i]!}`)
    .sort();
}

/** Likewise, of a graph. */
export const graphShapeList = (graph: Graph): readonly string[] =>
  weightSpecs(graph)
    .map(({ name, shape }) => `${name} ${shape.join("x")}`)
    .sort();

/** The fixed weights; the same numbers as fixed_weights in network_case.py. */
export function fixedState(
  graph: Graph,
  { names, case: { seed, salts } }: NetworkEntry,
): NetworkState {
  const places = new Map(names.split(" ").map((name, index) => [name, index]));
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape, role, fanIn } of weightSpecs(graph)) {
    const salt = salts[name.slice(0, name.lastIndexOf("."))] ?? 0;
    const place = places.get(name)! + 10_000 * salt;
    const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => {
      const u = drawUint32(seed, place, i, 100) / 4294967296;
      if (role === "weight") return (2 * u - 1) * Math.sqrt(6 / fanIn);
      if (role === "bias") return (2 * u - 1) * (1 / Math.sqrt(fanIn));
      if (role !== "gamma" && role !== "running-var") return u - 0.5;
      return name.endsWith(".bn3.weight") ? (u + 0.5) / 4 : u + 0.5;
    });
    tensors.set(name, { shape, data });
  }
  return { tensors, slots: new Map(), steps: 0 };
}

/** What is kept of a tensor. The mean of squared differences between the products of two tensors estimates the squared norm of
 *  their difference without bias (Johnson and Lindenstrauss), with a relative deviation of √(2 / products). */
export interface Sketch {
  readonly norm: number;
  /** Norm of the error of PyTorch's own float32. */
  readonly singleError: number;
  /** Dot products with vectors of ±1 from the counter. */
  readonly products: Float32Array;
}

const productCount = 16;

/** By the tensor's name: gradients of what is trained, running statistics after the step. */
export function readSketches({ names, sketches }: NetworkEntry): ReadonlyMap<string, Sketch> {
  const bytes = Uint8Array.from(Buffer.from(sketches, "base64"));
  const values = new Float32Array(bytes.buffer);
  return new Map(
    names.split(" ").map((name, index) => {
      const row = values.subarray(index * (productCount + 2), (index + 1) * (productCount + 2));
      return [name, { norm: row[0]!, singleError: row[1]!, products: row.subarray(2) }] as const;
    }),
  );
}

/** ‖tensor − PyTorch's‖, estimated.
 *  @param index the tensor's place in the fixture's names */
export function sketchedError(
  tensor: Float32Array,
  { products }: Sketch,
  seed: number,
  index: number,
): number {
  const own = new Float64Array(productCount);
  tensor.forEach((value, i) => {
    const bits = drawUint32(seed, index, i, 103);
    for (let k = 0; k < productCount; k++) own[k]! += (bits >>> k) & 1 ? -value : value;
  });
  const squares = own.reduce((sum, product, k) => sum + (product - products[k]!) ** 2, 0);
  return Math.sqrt(squares / productCount);
}
