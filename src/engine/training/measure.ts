import { AppError } from "../../core/errors.ts";
import { createRng } from "../../core/math/rng.ts";
import { createEngine, type EngineChoice } from "../create-engine.ts";
import { imageBytes, type DatasetShape } from "../dataset-shape.ts";
import type { EngineDevice } from "../device.ts";
import { assertKnownAnswer } from "../known-answer.ts";
import { trainingFlops } from "../model/flops.ts";
import { initialState } from "../model/weights.ts";
import { buildNetwork, yardstick } from "../networks/index.ts";
import type { ImageSet } from "../network-engine.ts";
import { resolveHyperparameters } from "./parameters/hyperparameters.ts";
import { engineOptions } from "./run-trial.ts";

/** Sizes of a network and its batch. */
interface Size {
  readonly width: number;
  readonly batch: number;
}

/** From a network the slowest device steps through in time to one that fills a large GPU. */
const usualSizes: readonly Size[] = [
  { width: 4, batch: 8 },
  { width: 16, batch: 32 },
  { width: 32, batch: 128 },
  { width: 64, batch: 128 },
];

/** A step faster than this says little: the next size is measured. */
const tellingStepMs = 40;

/** How fast a device trains. */
export interface TrainingSpeed {
  /** Useful GFLOP/s of a training step in f32. */
  readonly gflops: number;
  /** How many times as fast a step is in half precision; null where that was not measured or its kernels
   *  calculate wrongly. */
  readonly halfSpeedup: number | null;
}

/** Processors compute 16-bit floats in 32 bits, with conversions on top: on software adapters nothing is to be gained, and
 *  the time goes to the user's trials. */
export const measuresHalf = ({ gpu, halfPrecision, software }: EngineDevice): boolean =>
  gpu !== null && halfPrecision && !software;

/** Trains known networks for a second or two, after warm-up.
 *  @param half half precision too, on the largest network measured
 *  @param sizes ascending; ends where a step takes long enough to tell */
export async function measureTraining(
  signal: AbortSignal,
  device: EngineDevice,
  half = measuresHalf(device),
  sizes = usualSizes,
): Promise<TrainingSpeed> {
  let gflops = 0;
  let halfSpeedup: number | null = null;
  for (const size of sizes) {
    signal.throwIfAborted();
    const single = await measureOne(device, "auto", size.width, size.batch);
    gflops = Math.max(gflops, single.gflops);
    if (single.stepMs <= tellingStepMs && size !== sizes.at(-1)) continue;
    if (!half) break;
    signal.throwIfAborted();
    if (!(await calculatesHalf(device))) break;
    const { stepMs } = await measureOne(device, "webgpu-f16", size.width, size.batch);
    halfSpeedup = single.stepMs / stepMs;
    break;
  }
  return { gflops, halfSpeedup };
}

/** A driver may be right in single precision alone. */
async function calculatesHalf(device: EngineDevice): Promise<boolean> {
  try {
    await assertKnownAnswer(device, "f16");
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "gpu-wrong-result") return false;
    throw error;
  }
}

async function measureOne(
  device: EngineDevice,
  choice: EngineChoice,
  width: number,
  batch: number,
): Promise<{ readonly gflops: number; readonly stepMs: number }> {
  const hyperparameters = resolveHyperparameters({ batch_size: batch });
  const graph = buildNetwork(yardstick(width), noiseShape);
  const options = engineOptions({ hyperparameters, seed: 1 }, noiseShape);
  const engine = await createEngine(device, graph, options, { choice });
  try {
    await engine.setTrainingSet(noiseImages(batch));
    await engine.restore(initialState(graph, createRng(1)));
    engine.beginEpoch(
      0,
      Uint32Array.from({ length: batch }, (_, i) => i),
    );
    // Pipelines are compiled in the first step.
    await engine.step(0, 0.01);
    await engine.readTotals();
    const start = performance.now();
    let steps = 0;
    while (steps === 0 || performance.now() - start < 400) {
      for (let i = 0; i < 2; i++) await engine.step(0, 0.01);
      await engine.readTotals();
      steps += 2;
    }
    const stepMs = (performance.now() - start) / steps;
    return { gflops: (trainingFlops(graph) * batch) / stepMs / 1e6, stepMs };
  } finally {
    engine.dispose();
  }
}

/** What the usual small pictures look like, whose training is measured. */
export const noiseShape: DatasetShape = {
  height: 32,
  width: 32,
  channels: 3,
  classes: Array.from({ length: 10 }, (_, label) => String(label)),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
};

/** Nothing to be learned, always the same. */
export function noiseImages(count: number): ImageSet {
  const rng = createRng("measure");
  const length = count * imageBytes(noiseShape);
  const images = Uint8Array.from({ length }, () => rng.uint32() >>> 24);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % noiseShape.classes.length);
  return { images, labels, shape: noiseShape };
}
