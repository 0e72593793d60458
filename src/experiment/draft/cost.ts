import { createRng } from "../../core/math/rng.ts";
import { sampleParameters } from "../../core/search-space/index.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import type { CachedDataset } from "../../data/dataset.ts";
import { datasetBytes } from "../../data/manifests.ts";
import { imageBytes, type DatasetShape } from "../../engine/dataset-shape.ts";
import { trainingFlops } from "../../engine/model/flops.ts";
import type { Graph } from "../../engine/model/graph.ts";
import {
  estimateGpuBytes,
  largestBatchThatFits,
  type MemoryQuestion,
} from "../../engine/gpu-memory.ts";
import { parameterCount } from "../../engine/model/weights.ts";
import { buildNetwork, costKey } from "../../engine/networks/index.ts";
import type { Hyperparameters } from "../../engine/training/parameters/hyperparameters.ts";
import { usedSlots } from "../../engine/training/optimizer-slots.ts";
import type { CostEstimate, DeviceReport } from "../api.ts";
import type { CheckedExperiment } from "./checked-experiment.ts";
import { precisionOn } from "./precision.ts";

/** Configurations drawn to know what the space costs on average and at worst. */
const draws = 64;
/** Time a trial takes besides its training: starting, compiling, reading images. */
const perTrialMs = 1_500;
/** No browser says how much memory a GPU has. A device that binds buffers of n bytes is taken to have a few times as much
 *  for a trial, and never less than four gigabytes: a guess too low would forbid what works, one too high is put right by the
 *  worker, which allocates everything before the first step and names a batch that has room. */
const memoryPerBufferByte = 4;
const leastMemoryBytes = 2 ** 32;

/** What the estimate depends on. */
export interface CostInput {
  readonly experiment: CheckedExperiment;
  readonly device: DeviceReport;
  readonly cached: CachedDataset | undefined;
  /** Of the source that would be used. */
  readonly downloadBytes: number;
}

interface ConfigurationCost {
  readonly batchSize: number;
  readonly flops: number;
  readonly checkpointBytes: number;
  readonly gpuBytes: number;
  /** The largest batch that fits; 0 when none does. */
  readonly largestBatchSize: number;
}

/** What an experiment will cost on a device: floating-point operations of drawn configurations over measured speed.
 *  Pure arithmetic; the same input gives the same estimate. */
export function estimateCost(input: CostInput): Omit<CostEstimate, "notes"> {
  const { experiment, device } = input;
  const { definition, dataset, space } = experiment;
  const { config } = definition;
  const images = experiment.trainingImages(input.cached?.trainImages);
  const rng = createRng("cost", definition.seed);
  const listed = experiment.listed();
  const drawn = listed ?? Array.from({ length: draws }, () => sampleParameters(space, rng));
  const costs = drawn.map((parameters) =>
    configurationCost(experiment, experiment.resolve(parameters), images, device),
  );
  const concurrency = Math.max(1, Math.min(config.trialConcurrency, device.suggestedConcurrency));
  const meanFlops = costs.reduce((sum, cost) => sum + cost.flops, 0) / costs.length;
  // Trials at once share one GPU: together they are hardly faster than one after the other.
  const half = precisionOn(device, config.training.precision) === "f16";
  const gflops = device.trainingGflops * (half ? (device.halfSpeedup ?? 1) : 1);
  const trialMs = meanFlops / (gflops * 1e6) + perTrialMs;
  const byTrials = trialMs * Math.min(config.maxTrialNumber, listed?.length ?? Infinity);
  const worst = (key: "gpuBytes" | "checkpointBytes"): number =>
    Math.max(...costs.map((cost) => cost[key]));
  return {
    durationMs: Math.min(byTrials, (config.maxDurationMs ?? Infinity) + trialMs),
    downloadBytes: input.cached?.complete ? 0 : input.downloadBytes,
    storageBytes:
      (input.cached?.complete ? 0 : datasetBytes(dataset)) +
      worst("checkpointBytes") * (2 * concurrency + 1),
    gpuBytes: concurrency * (worst("gpuBytes") + images * imageBytes(dataset.shape)),
    concurrency,
    misfits: misfitsOf(costs),
  };
}

/** Why a trial with these parameters cannot run on a device: a batch larger than what fits; null when it can. */
export function misfitOf(
  experiment: CheckedExperiment,
  parameters: Parameters,
  device: DeviceReport,
): CostEstimate["misfits"][number] | null {
  const { batchSize, optimizer, network } = experiment.resolve(parameters);
  const { key, graph } = networkCost(network, experiment.dataset.shape);
  const question = { graph, optimizer, ...computesWith(device, experiment) };
  const largestBatchSize = largestBatch(key, question, device);
  return batchSize > largestBatchSize ? { batchSize, largestBatchSize } : null;
}

const computesWith = (
  device: DeviceReport,
  { definition }: CheckedExperiment,
): Pick<MemoryQuestion, "kind" | "precision"> => ({
  kind: device.backend === "webgpu" ? "webgpu" : "reference",
  precision: precisionOn(device, definition.config.training.precision),
});

function configurationCost(
  experiment: CheckedExperiment,
  hyperparameters: Hyperparameters,
  images: number,
  device: DeviceReport,
): ConfigurationCost {
  const { batchSize, epochs, optimizer, network } = hyperparameters;
  const { validationImages } = experiment.definition.config.training;
  const { key, graph, parameters, flops } = networkCost(network, experiment.dataset.shape);
  const question: MemoryQuestion = { graph, optimizer, ...computesWith(device, experiment) };
  // A forward pass is a third of a training step.
  const perEpoch = flops * (images + validationImages / 3);
  return {
    batchSize,
    flops: epochs * perEpoch,
    checkpointBytes: 4 * parameters * (1 + usedSlots(optimizer).length),
    gpuBytes: estimateGpuBytes(question, batchSize),
    largestBatchSize: largestBatch(key, question, device),
  };
}

const largestBatches = new Map<string, number>();

/** @param network names the question's graph */
function largestBatch(
  network: string,
  question: MemoryQuestion,
  { maxBufferBytes }: DeviceReport,
): number {
  const { graph: _, ...others } = question;
  const key = JSON.stringify([network, others, maxBufferBytes]);
  const known = largestBatches.get(key);
  if (known !== undefined) return known;
  const budgetBytes =
    maxBufferBytes > 0
      ? Math.max(leastMemoryBytes, memoryPerBufferByte * maxBufferBytes)
      : Infinity;
  const largest = largestBatchThatFits(question, { maxBufferBytes, budgetBytes });
  if (largestBatches.size > 1000) largestBatches.clear();
  largestBatches.set(key, largest);
  return largest;
}

interface NetworkCost {
  /** Names the network. */
  readonly key: string;
  readonly graph: Graph;
  readonly parameters: number;
  /** Of a training step per image. */
  readonly flops: number;
}

const networkCosts = new Map<string, NetworkCost>();

/** Most configurations of a space share a few networks. */
function networkCost(network: Hyperparameters["network"], shape: DatasetShape): NetworkCost {
  const { height, width, channels, classes } = shape;
  const key = JSON.stringify([costKey(network), height, width, channels, classes.length]);
  const known = networkCosts.get(key);
  if (known) return known;
  const graph = buildNetwork(network, shape);
  const cost = {
    key,
    graph,
    parameters: parameterCount(graph),
    flops: trainingFlops(graph),
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
