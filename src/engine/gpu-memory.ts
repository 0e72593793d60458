import type { Precision } from "../core/config/types.ts";
import type { Graph, GraphNode } from "./model/graph.ts";
import { inferShapes, sizeOf } from "./model/shapes.ts";
import { elementCount, parameterCount, weightSpecs } from "./model/weights.ts";
import type { NetworkEngine } from "./network-engine.ts";
import { operationOf } from "./ops/index.ts";
import type { OptimizerConfig } from "./training/optimizer-config.ts";
import { usedSlots } from "./training/optimizer-slots.ts";
import { mostTransformedBytes } from "./webgpu/conv/conv-shape.ts";

/** What decides whether a trial fits; arithmetic only, for the page. */
export interface MemoryQuestion {
  readonly graph: Graph;
  readonly optimizer: OptimizerConfig;
  readonly kind: NetworkEngine["kind"];
  /** Of activations; weights and what the optimizer keeps are f32 always. */
  readonly precision: Precision;
}

/** What a network has to fit into. */
export interface MemoryLimits {
  /** Largest single buffer the device binds; 0 = unknown. */
  readonly maxBufferBytes: number;
  /** Memory one trial may use. WebGPU does not tell what a GPU has, so this is the caller's guess. */
  readonly budgetBytes: number;
}

/** Tensors as large as a batch that the reference engine holds per output: values, what the tape saves, gradients. */
const referenceCopies = 3.5;
/** Workspaces of split reductions and unlucky placement, in a plan of our kernels. */
const planWorkspaceBytes = 40e6;

/** GPU memory of one trial in bytes: parameters, gradients, optimizer slots, activations, workspace; without the data set.
 *  An upper estimate in microseconds; the WebGPU engine's plan (`planMemory`) is exact and takes a second. */
export function estimateGpuBytes(
  { graph, optimizer, kind, precision }: MemoryQuestion,
  batch: number,
): number {
  const { all, kept, largest, weights, largestWeight } = sizesOf(graph);
  const perImage =
    kind === "reference"
      ? referenceCopies * all
      : // Gradients take turns in three buffers.
        kept + 3 * largest;
  // Weights, gradients, a copy for the input gradient or in half precision, slots.
  const parameters = weights * (3 + usedSlots(optimizer).length);
  // Should Winograd's algorithm be chosen: tiles of 2x2 make four f32 values of each, of a layer's input and of its output; tiles
  // of 4x4 make as many of a layer's weights.
  const transformed =
    2 * Math.min(mostTransformedBytes, 16 * batch * largest) +
    Math.min(mostTransformedBytes, 16 * largestWeight);
  const workspace = kind === "reference" ? 0 : planWorkspaceBytes + transformed;
  return Math.round(4 * parameters + bytesOf[precision] * batch * perImage + workspace);
}

/** Numbers of values of a network, for one image. */
interface Sizes {
  /** Of all outputs. */
  readonly all: number;
  /** Of the outputs of layers and activations, which are kept for the backward pass. */
  readonly kept: number;
  readonly largest: number;
  readonly weights: number;
  /** Of the largest tensor of weights. */
  readonly largestWeight: number;
}

const known = new WeakMap<Graph, Sizes>();

function sizesOf(graph: Graph): Sizes {
  const before = known.get(graph);
  if (before) return before;
  const outputs = inferShapes(graph).map(sizeOf);
  const sum = (nodes: readonly GraphNode[]): number =>
    nodes.reduce((total, { id }) => total + outputs[id]!, 0);
  const sizes = {
    all: sum(graph.nodes),
    kept: sum(graph.nodes.filter((node) => !operationOf(node).recomputed)),
    largest: Math.max(...outputs),
    weights: parameterCount(graph),
    largestWeight: Math.max(...weightSpecs(graph).map(({ shape }) => elementCount(shape))),
  };
  known.set(graph, sizes);
  return sizes;
}

const bytesOf: { readonly [P in Precision]: number } = { f32: 4, f16: 2 };

/** The largest batch size up to 4096 that a device takes; 0 when not even one image fits. */
export function largestBatchThatFits(question: MemoryQuestion, limits: MemoryLimits): number {
  const largest = bytesOf[question.precision] * sizesOf(question.graph).largest;
  const fits = (batch: number): boolean =>
    (limits.maxBufferBytes === 0 || batch * largest <= limits.maxBufferBytes) &&
    estimateGpuBytes(question, batch) <= limits.budgetBytes;
  let [low, high] = [0, 4096];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
