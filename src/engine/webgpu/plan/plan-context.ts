import { channelsOf, pixelsOf, type AnyGraph, type NodeShape } from "../../model/node.ts";
import type { OptimizerConfig } from "../../training/optimizer-config.ts";
import { padChannels, type KernelFamily, type Real } from "../conv/conv-shape.ts";
import type { ConvContext } from "../conv/conv-variant.ts";
import type { FusedGraph } from "./fused-graph.ts";
import type { ParameterLayout } from "./placed-tensor.ts";
import type { Dispatch, ProgramWriter, Region, Slice } from "../program.ts";

/** What a plan depends on besides the network. */
export interface PlanOptions {
  readonly batch: number;
  readonly optimizer: OptimizerConfig;
  readonly labelSmoothing: number;
  readonly family: KernelFamily;
  readonly real: Real;
  /** Which variant computes which convolution; defaults where absent. */
  readonly choice?: ConvContext["choice"];
  /** Convolutions that are more work are cut into pieces of the batch; default: none. */
  readonly maxDispatchFlops?: number;
  /** Bytes that one binding can hold. */
  readonly maxBindingBytes: number;
  /** Storage buffers that one kernel can bind. */
  readonly maxBuffers: number;
}

/** An activation in memory: [batch, height, width, pitch], `pitch` channels of which the first `channels` mean something. */
export interface Value extends ValueShape {
  readonly slice: Slice;
}

/** How an activation lies in memory. */
export interface ValueShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pitch: number;
}

/** What all lowering steps share. */
export interface PlanContext extends PlanOptions {
  readonly graph: AnyGraph;
  readonly fused: FusedGraph;
  readonly shapes: readonly NodeShape[];
  readonly layout: ParameterLayout;
  readonly writer: ProgramWriter;
  /** Weights by segment; with f16 the kernels read `halves`. */
  readonly parameters: readonly Slice[];
  readonly halves: readonly Slice[] | null;
  /** With f16 only. */
  readonly lossScale: Slice | null;
  readonly running: Slice;
  readonly label: Slice;
  readonly bytesPerValue: number;
}

/** A network as memory and dispatches, before anything exists on a GPU. */
export interface NetworkPlan {
  readonly layout: ParameterLayout;
  readonly regions: readonly Region[];
  /** Everything in one time line, for placing: training, then evaluation. */
  readonly sequence: readonly Dispatch[];
  readonly training: readonly Dispatch[];
  /** Once before batches are evaluated or predicted: batch norms become part of convolutions. */
  readonly folding: readonly Dispatch[];
  readonly evaluation: readonly Dispatch[];
  readonly prediction: readonly Dispatch[];
  readonly parameters: readonly Slice[];
  readonly halves: readonly Slice[] | null;
  readonly lossScale: Slice | null;
  /** By slot, then by segment. */
  readonly slots: readonly (readonly Slice[])[];
  readonly running: Slice;
  /** Where each block of parameters finds its gradient, by segment, with the contents to upload. */
  readonly tables: readonly { readonly slice: Slice; readonly data: Uint32Array }[];
  readonly trainingInput: Value;
  readonly evaluationInput: Value;
  readonly label: Slice;
  readonly trainingTotals: Slice;
  readonly evaluationTotals: Slice;
  readonly probabilities: Slice;
}

/** New memory for a node's activation, or for its gradient. */
export function valueOf(context: PlanContext, node: number, what = ""): Value {
  const shape = shapeOf(context, node);
  const { height, width, pitch } = shape;
  const bytes = context.batch * height * width * pitch * context.bytesPerValue;
  const label = `${what} ${context.graph.nodes[node]!.name}`.trim();
  return { slice: context.writer.whole(label, bytes), ...shape };
}

/** How a node's activation lies in memory. */
export function shapeOf({ shapes }: Pick<PlanContext, "shapes">, node: number): ValueShape {
  const shape = shapes[node]!;
  const channels = channelsOf(shape);
  const [height, width] = pixelsOf(shape);
  return { height, width, channels, pitch: padChannels(channels) };
}
