import { createRng } from "../../../../src/core/math/rng.ts";
import type { EngineDevice } from "../../../../src/engine/device.ts";
import type { Graph } from "../../../../src/engine/model/graph.ts";
import { buildNetwork } from "../../../../src/engine/networks/index.ts";
import { initialState } from "../../../../src/engine/model/weights.ts";
import type { NetworkEngine, EngineOptions } from "../../../../src/engine/network-engine.ts";
import {
  resolveHyperparameters,
  type Hyperparameters,
} from "../../../../src/engine/training/parameters/hyperparameters.ts";
import { engineOptions } from "../../../../src/engine/training/run-trial.ts";
import { WebGpuEngine } from "../../../../src/engine/webgpu/index.ts";
import type { ContenderFactory } from "./contender.ts";
import { benchImages } from "./images.ts";

type Create = (
  device: EngineDevice,
  graph: Graph,
  options: EngineOptions,
  hyperparameters: Hyperparameters,
) => Promise<NetworkEngine>;

/** One of our engines, crop and flip included. */
export const ours =
  (create: Create): ContenderFactory =>
  async (device, { width, batch }) => {
    const hyperparameters = resolveHyperparameters({ width, batch_size: batch });
    const images = benchImages(batch);
    const graph = buildNetwork(hyperparameters.network, images.shape);
    const options = engineOptions({ hyperparameters, seed: 1 }, images.shape);
    const engine = await create(device, graph, options, hyperparameters);
    await engine.setTrainingSet(images);
    await engine.restore(initialState(graph, createRng("bench")));
    engine.beginEpoch(
      0,
      Uint32Array.from({ length: batch }, (_, i) => i),
    );
    return {
      step: () => engine.step(0, 0.01),
      async finish() {
        const { lossSum, images } = await engine.readTotals();
        return lossSum / images;
      },
      ...(engine instanceof WebGpuEngine ? { profile: () => engine.profileStep(0, 0.01) } : {}),
      dispose: () => engine.dispose(),
    };
  };
