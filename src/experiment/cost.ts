import { createRng } from "../core/math/rng.ts";
import { sampleParameters } from "../core/search-space/index.ts";
import type { SearchSpace } from "../core/search-space/types.ts";
import type { TrainingSettings } from "../core/config/types.ts";
import type { CachedDataset } from "../data/dataset.ts";
import { trainingFlops } from "../engine/model/flops.ts";
import { resnet } from "../engine/model/resnet.ts";
import { inferShapes, sizeOf } from "../engine/model/shapes.ts";
import { parameterCount } from "../engine/model/weights.ts";
import {
  resolveHyperparameters,
  type Hyperparameters,
} from "../engine/training/hyperparameters.ts";
import { optimizerSlots } from "../engine/training/optimizer-config.ts";
import type { CostEstimate, DeviceReport, ExperimentDraft } from "./api.ts";

/** Configurations drawn to know what the space costs on average and at worst. */
const draws = 64;
/** Time a trial takes besides its training: starting, compiling, reading images. */
const perTrialMs = 1_500;
/** Bytes of one image as it lies on the device. */
const deviceImageBytes = 3_072;
/** Activations are kept for the backward pass, besides the gradients that flow. */
const activationCopies = 2;

export interface CostInput {
  readonly draft: ExperimentDraft;
  readonly space: SearchSpace;
  readonly device: DeviceReport;
  readonly cached: CachedDataset | undefined;
  /** Of the source that would be used, and of the whole set in storage. */
  readonly downloadBytes: number;
  readonly datasetBytes: number;
  readonly trainImages: number;
}

interface ConfigurationCost {
  readonly batchSize: number;
  readonly flops: number;
  readonly checkpointBytes: number;
  readonly gpuBytes: number;
  /** Of the largest batch whose buffers can be bound; Infinity where nothing limits it. */
  readonly largestBatchSize: number;
}

/** What an experiment will cost on a device: floating-point operations of drawn configurations over measured speed.
 *  Pure arithmetic; the same input gives the same estimate. */
export function estimateCost(input: CostInput): Omit<CostEstimate, "notes"> {
  const { draft, space, device } = input;
  const { config } = draft;
  const images = trainingImages(config.training, input.trainImages);
  const rng = createRng("cost", draft.seed);
  const costs = Array.from({ length: draws }, () =>
    configurationCost(
      resolveHyperparameters(sampleParameters(space, rng), config.training),
      images,
      config.training.validationImages,
      device.maxBufferBytes,
    ),
  );
  const concurrency = Math.max(1, Math.min(config.trialConcurrency, device.suggestedConcurrency));
  const meanFlops = costs.reduce((sum, cost) => sum + cost.flops, 0) / draws;
  // Trials at once share one GPU: together they are hardly faster than one after the other.
  const trialMs = meanFlops / (device.trainingGflops * 1e6) + perTrialMs;
  const byTrials = trialMs * config.maxTrialNumber;
  const worst = (key: "gpuBytes" | "checkpointBytes"): number =>
    Math.max(...costs.map((cost) => cost[key]));
  return {
    durationMs: Math.min(byTrials, (config.maxDurationMs ?? Infinity) + trialMs),
    downloadBytes: input.cached?.complete ? 0 : input.downloadBytes,
    storageBytes:
      (input.cached?.complete ? 0 : input.datasetBytes) +
      worst("checkpointBytes") * (2 * concurrency + 1),
    gpuBytes: concurrency * (worst("gpuBytes") + images * deviceImageBytes),
    concurrency,
    misfits: misfitsOf(costs),
  };
}

function trainingImages(settings: TrainingSettings, all: number): number {
  return Math.max(0, Math.min(settings.trainImages ?? all, all) - settings.validationImages);
}

function configurationCost(
  hyperparameters: Hyperparameters,
  images: number,
  validationImages: number,
  maxBufferBytes: number,
): ConfigurationCost {
  const { batchSize, epochs, optimizer, network } = hyperparameters;
  const { parameters, flops, sum, largest } = networkCost(network);
  const slots = optimizerSlots[optimizer.name].length;
  const largestBytes = 4 * largest;
  // A forward pass is a third of a training step.
  const perEpoch = flops * (images + validationImages / 3);
  return {
    batchSize,
    flops: epochs * perEpoch,
    checkpointBytes: 4 * parameters * (1 + slots),
    gpuBytes: 4 * (parameters * (2 + slots) + sum * batchSize * activationCopies),
    largestBatchSize: maxBufferBytes > 0 ? Math.floor(maxBufferBytes / largestBytes) : Infinity,
  };
}

interface NetworkCost {
  readonly parameters: number;
  /** Of a training step per image. */
  readonly flops: number;
  /** Values of all activations of one image, and of the largest one. */
  readonly sum: number;
  readonly largest: number;
}

const networkCosts = new Map<string, NetworkCost>();

/** Most configurations of a space share a few networks. */
function networkCost(network: Hyperparameters["network"]): NetworkCost {
  const key = JSON.stringify({ ...network, dropoutRate: 0 });
  const known = networkCosts.get(key);
  if (known) return known;
  const graph = resnet(network);
  const activations = inferShapes(graph).map(sizeOf);
  const cost = {
    parameters: parameterCount(graph),
    flops: trainingFlops(graph),
    sum: activations.reduce((a, b) => a + b, 0),
    largest: Math.max(...activations),
  };
  if (networkCosts.size > 1000) networkCosts.clear();
  networkCosts.set(key, cost);
  return cost;
}

function misfitsOf(costs: readonly ConfigurationCost[]): CostEstimate["misfits"] {
  const misfits = new Map<number, number>();
  for (const { batchSize, largestBatchSize } of costs)
    if (batchSize > largestBatchSize)
      misfits.set(batchSize, Math.min(largestBatchSize, misfits.get(batchSize) ?? Infinity));
  return [...misfits]
    .map(([batchSize, largestBatchSize]) => ({ batchSize, largestBatchSize }))
    .sort((a, b) => a.batchSize - b.batchSize);
}
