import { createRng } from "../../core/math/rng.ts";
import { openSecondDevice, type EngineDevice } from "../device.ts";
import { trainingFlops } from "../model/flops.ts";
import { buildNetwork, yardstick } from "../networks/index.ts";
import type { ImageSet } from "../network-engine.ts";
import { resolveHyperparameters } from "./parameters/hyperparameters.ts";
import { noiseImages, noiseShape } from "./measure.ts";
import { runTrial } from "./run-trial.ts";

/** What so many trials at once train together. */
export interface ConcurrentRate {
  readonly trials: number;
  readonly imagesPerSecond: number;
}

/** What is tried, and what one trial is expected to take. */
export interface ConcurrencyOptions {
  /** How many at once, ascending. */
  readonly trials: readonly number[];
  /** Time one trial alone takes, roughly. */
  readonly trialMs: number;
  /** Speed of the device, to size the trials by. */
  readonly trainingGflops: number;
  /** Go on when more at once bring nothing, for the table; default false. */
  readonly all?: boolean;
}

/** More trials at once must bring this much, or they only make each of them slower. */
const worthwhileGain = 1.05;
/** The network of the quick look. */
const hyperparameters = {
  ...resolveHyperparameters({ batch_size: 64, epochs: 1 }),
  network: yardstick(16),
};
const network = buildNetwork(hyperparameters.network, noiseShape);

/** Runs whole trials – compiling, training, validation, saving – at once, each on a WebGPU device of its own, as the page's
 *  workers do, but from one thread. */
export async function measureConcurrency({
  trials,
  trialMs,
  trainingGflops,
  all = false,
}: ConcurrencyOptions): Promise<readonly ConcurrentRate[]> {
  const { batchSize } = hyperparameters;
  const images = (trialMs * trainingGflops * 1e6) / trainingFlops(network);
  const train = noiseImages(batchSize * Math.max(1, Math.round(images / batchSize)));
  const validation = noiseImages(Math.ceil(train.labels.length / 8));
  const devices: EngineDevice[] = [];
  const rates: ConcurrentRate[] = [];
  try {
    for (const count of trials) {
      while (devices.length < count) {
        const device = await openSecondDevice();
        devices.push(device);
        // Pipelines are compiled for the first trial of a worker only.
        await trainOnce(device, noiseImages(batchSize), validation);
      }
      const began = performance.now();
      await Promise.all(devices.map((device) => trainOnce(device, train, validation)));
      const seconds = (performance.now() - began) / 1000;
      rates.push({ trials: count, imagesPerSecond: (count * train.labels.length) / seconds });
      if (!all && concurrencyFor(rates) < count) break;
    }
  } finally {
    for (const device of devices) device.dispose();
  }
  return rates;
}

/** How many trials at once make sense: the most whose step up from the count before brought something. */
export function concurrencyFor(rates: readonly ConcurrentRate[]): number {
  let best = rates[0];
  for (const rate of rates.slice(1)) {
    if (rate.imagesPerSecond < worthwhileGain * best!.imagesPerSecond) break;
    best = rate;
  }
  return best?.trials ?? 1;
}

async function trainOnce(
  device: EngineDevice,
  train: ImageSet,
  validation: ImageSet,
): Promise<void> {
  const seed = createRng("concurrency").uint32();
  const task = { hyperparameters, seed, train, validation, engine: "webgpu" } as const;
  const result = await runTrial(new AbortController().signal, device, task, {
    epochFinished: async (_, snapshot): Promise<"continue"> => {
      await snapshot();
      return "continue";
    },
  });
  result.engine.dispose();
}
