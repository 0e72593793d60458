import { AppError } from "../../core/errors.ts";
import type { EpochReport } from "../../core/journal/events.ts";
import { createRng } from "../../core/math/rng.ts";
import { createEngine } from "../create-engine.ts";
import type { DatasetShape } from "../dataset-shape.ts";
import type { EngineDevice } from "../device.ts";
import { assertState, initialState } from "../model/weights.ts";
import { buildNetwork } from "../networks/index.ts";
import type {
  EngineOptions,
  EvaluationResult,
  ImageSet,
  NetworkEngine,
} from "../network-engine.ts";
import { kernelsFor } from "./kernels-for.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { TrialRun } from "./trial-run.ts";
import type { TrialOptions, TrialProgress, TrialTask } from "./trial.ts";
import { word } from "../../core/words/index.ts";

/** `finished`: all epochs done. `stopped`: by the control or by the answer to epochFinished. */
export interface TrialResult {
  readonly kind: "finished" | "stopped";
  readonly reports: readonly EpochReport[];
  /** Still loaded, for the test and for sample predictions; the caller disposes it. */
  readonly engine: NetworkEngine;
  readonly checkpoint: () => Promise<Checkpoint>;
}

/** Trains one trial from its beginning or a checkpoint to its last epoch.
 *  @throws AppError "aborted", "diverged", "parameter-invalid", "checkpoint-corrupt" and the engine's */
export async function runTrial(
  signal: AbortSignal,
  device: EngineDevice,
  task: TrialTask,
  options: TrialOptions = {},
): Promise<TrialResult> {
  const { hyperparameters, seed, train } = task;
  if (train.labels.length < hyperparameters.batchSize)
    throw new AppError(
      "parameter-invalid",
      word("batch-over-images", {
        batch: hyperparameters.batchSize,
        images: train.labels.length,
      }),
      { path: "batch_size" },
    );
  const graph = buildNetwork(hyperparameters.network, train.shape);
  const { resume } = options;
  const from = resume ?? options.parent;
  options.progress?.(compiling(task, from?.epoch ?? 0));
  const kernels = await kernelsFor(device, graph, task, {
    before: resume?.kernels,
    // What began with the defaults goes on with them.
    memory: resume ? undefined : task.kernelMemory,
    signal,
  });
  const engine = await createEngine(device, graph, engineOptions(task, train.shape), {
    choice: task.engine,
    kernels,
  });
  try {
    await engine.setTrainingSet(train);
    const state = from?.state ?? initialState(graph, createRng(seed, "initialisation"));
    assertState(graph, state);
    await engine.restore(state);
    const run = new TrialRun(signal, engine, task, options);
    const kind = await run.train();
    return { kind, reports: run.reports, engine, checkpoint: () => run.snapshot() };
  } catch (error) {
    engine.dispose();
    throw device.failure ?? error;
  }
}

function compiling({ hyperparameters, train }: TrialTask, epochsDone: number): TrialProgress {
  const { epochs, batchSize } = hyperparameters;
  return {
    phase: "compiling",
    epoch: Math.min(epochsDone + 1, epochs),
    epochs,
    step: 0,
    steps: Math.floor(train.labels.length / batchSize),
    imagesPerSecond: 0,
    trainLoss: null,
    trainAccuracy: null,
  };
}

/** What an engine needs to know of a trial on a data set. */
export function engineOptions(
  { hyperparameters, seed }: Pick<TrialTask, "hyperparameters" | "seed">,
  { mean, std }: Pick<DatasetShape, "mean" | "std">,
): EngineOptions {
  const { batchSize, optimizer, labelSmoothing, augment } = hyperparameters;
  return { batchSize, optimizer, labelSmoothing, augment, mean, std, seed };
}

/** Tests a trained network on a set it has never seen, e.g. the winner on the test images.
 *  @throws AppError "checkpoint-corrupt" when the weights are not this network's, and the engine's */
export async function testTrial(
  device: EngineDevice,
  task: Pick<TrialTask, "hyperparameters" | "seed" | "engine">,
  { state, kernels: before }: Pick<Checkpoint, "state" | "kernels">,
  set: ImageSet,
): Promise<EvaluationResult> {
  const graph = buildNetwork(task.hyperparameters.network, set.shape);
  assertState(graph, state);
  const kernels = await kernelsFor(device, graph, task, { before });
  const engine = await createEngine(device, graph, engineOptions(task, set.shape), {
    choice: task.engine,
    kernels,
  });
  try {
    await engine.restore(state);
    return await engine.evaluate(set);
  } catch (error) {
    throw device.failure ?? error;
  } finally {
    engine.dispose();
  }
}
