import { createRng } from "../../core/math/rng.ts";
import { createEngine, type EngineChoice } from "../create-engine.ts";
import type { EngineDevice } from "../device.ts";
import { trainingFlops } from "../model/flops.ts";
import { resnet } from "../model/resnet.ts";
import { initialState } from "../model/weights.ts";
import type { ImageSet } from "../network-engine.ts";
import { resolveHyperparameters } from "./hyperparameters.ts";
import { networkOptions } from "./run-trial.ts";

/** From a network the slowest device steps through in time to one that fills a large GPU. */
const sizes = [
  { width: 4, batch: 8 },
  { width: 16, batch: 32 },
  { width: 32, batch: 128 },
  { width: 64, batch: 128 },
] as const;

/** A step faster than this says little: the next size is measured. */
const tellingStepMs = 40;

/** Trains known networks for about a second, after warm-up. @returns useful GFLOP/s of a training step */
export async function measureTraining(
  signal: AbortSignal,
  device: EngineDevice,
  choice: EngineChoice = "auto",
): Promise<number> {
  let best = 0;
  for (const { width, batch } of sizes) {
    signal.throwIfAborted();
    const { gflops, stepMs } = await measureOne(device, choice, width, batch);
    best = Math.max(best, gflops);
    if (stepMs > tellingStepMs) break;
  }
  return best;
}

async function measureOne(
  device: EngineDevice,
  choice: EngineChoice,
  width: number,
  batch: number,
): Promise<{ readonly gflops: number; readonly stepMs: number }> {
  const hyperparameters = resolveHyperparameters({ width, batch_size: batch, model: "resnet10" });
  const graph = resnet(hyperparameters.network);
  const engine = await createEngine(
    device,
    graph,
    networkOptions({ hyperparameters, seed: 1 }),
    choice,
  );
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

/** Nothing to be learned, always the same. */
export function noiseImages(count: number): ImageSet {
  const rng = createRng("measure");
  const images = Uint8Array.from({ length: count * 3072 }, () => rng.uint32() >>> 24);
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 10) };
}
