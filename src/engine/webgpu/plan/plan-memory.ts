import { AppError } from "../../../core/errors.ts";
import type { Graph } from "../../model/graph.ts";
import type { OptimizerConfig } from "../../training/optimizer-config.ts";
import type { KernelFamily, Real } from "../conv/conv-shape.ts";
import { placeRegions } from "./memory-plan.ts";
import { planNetwork } from "./network-plan.ts";
import type { PlanOptions } from "./plan-context.ts";
import { word } from "../../../core/words/index.ts";

/** Of a plan, exactly. */
export interface MemoryEstimate {
  /** Parameters, slots, gradients, activations and workspace; without the data set. */
  readonly totalBytes: number;
  /** What the device must allow as one binding. */
  readonly largestBufferBytes: number;
}

/** What the memory of a network's plan depends on. */
export interface MemoryOptions {
  readonly batch: number;
  readonly optimizer: OptimizerConfig;
  readonly precision: Real;
  readonly family?: KernelFamily;
  /** The device's limit for one binding; parameters are split at it. */
  readonly maxBindingBytes?: number;
  /** Variants of kernels bring workspaces; the defaults where absent. */
  readonly choice?: PlanOptions["choice"];
}

/** The kernels of most GPUs, and what every device binds. */
export const defaultMemoryOptions = {
  family: { kind: "workgroup" },
  maxBindingBytes: 128 * 2 ** 20,
} as const satisfies Partial<MemoryOptions>;

/** GPU memory of a network, known before anything is allocated. Pure. */
export function planMemory(graph: Graph, options: MemoryOptions): MemoryEstimate {
  const { precision, ...more } = { ...defaultMemoryOptions, ...options };
  const plan = planNetwork(graph, {
    ...more,
    labelSmoothing: 0,
    real: precision,
    maxBuffers: 8,
  });
  const { totalBytes, buffers } = placeRegions(plan.regions, plan.sequence);
  return { totalBytes, largestBufferBytes: Math.max(...buffers) };
}

/** Refuses a batch that a device cannot hold.
 *  @throws AppError "network-too-large" with the largest batch size that fits, 0 for none */
export function requireFit(
  graph: Graph,
  options: MemoryOptions & { readonly maxBindingBytes: number },
): void {
  const { batch, maxBindingBytes } = options;
  const fits = (size: number): boolean =>
    planMemory(graph, { ...options, batch: size }).largestBufferBytes <= maxBindingBytes;
  if (fits(batch)) return;
  let [low, high] = [0, batch];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  throw new AppError("network-too-large", word("buffer-too-large", { batch, largest: low }), {
    batchSize: batch,
    largestBatchSize: low,
    maxBindingBytes,
  });
}
