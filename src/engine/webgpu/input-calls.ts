import type { EngineOptions } from "../network-engine.ts";
import type { EngineParts } from "./engine-parts.ts";
import { itemGrid } from "./kernel.ts";
import { gatherBatch, plainBatch } from "./kernels/gather.ts";
import { wholeOf, type Dispatch, type Region } from "./program.ts";
import type { ResidentSet } from "./plan/resident-set.ts";

type InputParts = Pick<EngineParts, "graph" | "options" | "plan" | "precision">;

/** A dispatch that reads a data set, with the set's buffers as regions of their own. */
export interface InputCall {
  readonly dispatch: Dispatch;
  readonly foreign: ReadonlyMap<Region, GPUBuffer>;
}

/** Makes training batches from a resident set. @param order indices of the epoch, one u32 per image */
export function trainingInput(
  { graph, options, plan, precision }: InputParts,
  set: ResidentSet,
  order: GPUBuffer,
): InputCall {
  const { foreign, regions } = foreignRegions([order, set.labels, ...set.pieces]);
  const pixels = options.batchSize * graph.input.height * graph.input.width;
  const dispatch: Dispatch = {
    label: "gather",
    kernel: gatherBatch(set.pieces.length, precision),
    buffers: [...regions.map(wholeOf), plan.trainingInput.slice, plan.label, "step"],
    params: {
      pixels,
      ...graph.input,
      imagesPerPiece: set.imagesPerPiece,
      padding: options.augment.cropPadding,
      flip: options.augment.flip ? 1 : 0,
      cutout: options.augment.cutout,
      ...normalisation(options),
    },
    grid: itemGrid(pixels),
    flops: 0,
  };
  return { dispatch, foreign };
}

/** Makes evaluation batches from one buffer of images. */
export function evaluationInput(
  { graph, options, plan, precision }: InputParts,
  set: { readonly labels: GPUBuffer; readonly images: GPUBuffer; readonly count: number },
): InputCall {
  const { foreign, regions } = foreignRegions([set.labels, set.images]);
  const pixels = options.batchSize * graph.input.height * graph.input.width;
  const dispatch: Dispatch = {
    label: "evaluation batch",
    kernel: plainBatch(precision),
    buffers: [...regions.map(wholeOf), plan.evaluationInput.slice, plan.label, "step"],
    params: { pixels, ...graph.input, imagesPerPiece: set.count, ...normalisation(options) },
    grid: itemGrid(pixels),
    flops: 0,
  };
  return { dispatch, foreign };
}

/** Negative ids: these regions are never placed. */
function foreignRegions(buffers: readonly GPUBuffer[]): {
  readonly foreign: ReadonlyMap<Region, GPUBuffer>;
  readonly regions: readonly Region[];
} {
  const regions = buffers.map((buffer, i): Region => ({
    id: -1 - i,
    label: "data set",
    bytes: buffer.size,
    pinned: true,
  }));
  return { regions, foreign: new Map(regions.map((region, i) => [region, buffers[i]!])) };
}

/** Channels that the images do not have are zero whatever is written here. */
const normalisation = ({ mean, std }: EngineOptions): Readonly<Record<string, number>> => ({
  mean0: mean[0] ?? 0,
  mean1: mean[1] ?? 0,
  mean2: mean[2] ?? 0,
  std0: std[0] ?? 1,
  std1: std[1] ?? 1,
  std2: std[2] ?? 1,
});
