import { describe, expect, test } from "vitest";
import { countCommands } from "../../../scripts/headless/lib/training/count-commands.ts";
import { installNodeGpu } from "../../../scripts/node-gpu.ts";
import type { Parameters } from "../../../src/core/search-space/types.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { openDevice } from "../../../src/engine/device.ts";
import { buildNetwork } from "../../../src/engine/networks/index.ts";
import { initialState } from "../../../src/engine/model/weights.ts";
import { noiseImages, noiseShape } from "../../../src/engine/training/measure.ts";
import { resolveHyperparameters } from "../../../src/engine/training/parameters/hyperparameters.ts";
import { engineOptions } from "../../../src/engine/training/run-trial.ts";
import { createWebGpuEngine } from "../../../src/engine/webgpu/index.ts";
import { listenerWith, tinyJob, trainerOn } from "../training/trainer-harness.ts";

await installNodeGpu();
/** Of every device of this process; it counts from here on. */
const counts = countCommands();
const device = await openDevice({ backend: "webgpu" });

describe("nothing leaks", () => {
  test("a thousand steps make no buffer and leave as many bytes as there were", async () => {
    const hyperparameters = resolveHyperparameters({
      ...tinyJob(0).parameters,
      dropout_rate: 0.2,
    });
    const graph = buildNetwork(hyperparameters.network, noiseShape);
    const before = counts.bytes;
    const engine = await createWebGpuEngine(
      device,
      graph,
      engineOptions({ hyperparameters, seed: 1 }, noiseShape),
    );
    await engine.setTrainingSet(noiseImages(20));
    await engine.restore(initialState(graph, createRng(1)));
    const order = Uint32Array.from({ length: 20 }, (_, i) => i);
    const train = async (steps: number): Promise<void> => {
      for (let step = 0; step < steps; step++) {
        if (step % 10 === 0) engine.beginEpoch(step / 10, order);
        await engine.step(step % 10, 0.01);
      }
    };
    await train(2);
    const { buffers, bytes, submits } = { ...counts };
    expect(bytes).toBeGreaterThan(before);
    await train(1000);
    expect(counts).toMatchObject({ buffers, bytes, submits: submits + 1000 });
    // What is read back passes through one buffer that does not stay.
    await engine.readTotals();
    expect(counts).toMatchObject({ buffers: buffers + 1, bytes });
    engine.dispose();
    expect(counts.bytes).toBe(before);
  });

  test("fifty trials in one worker, each of its own size, leave as many bytes as one", async () => {
    const trainer = await trainerOn(device);
    await trainer.probe();
    const before = counts.bytes;
    const during: number[] = [];
    const after: number[] = [];
    const listener = listenerWith(() => during.push(counts.bytes - before));
    for (let trial = 0; trial < 50; trial++) {
      const outcome = await trainer.train(tinyJob(trial, sizeOf(trial)), listener);
      expect(outcome.kind).toBe("finished");
      after.push(counts.bytes - before);
    }
    expect(Math.min(...during)).toBeGreaterThan(0);
    expect(new Set(after)).toEqual(new Set([0]));
  }, 300_000);
});

/** Batches, layers and slots of other sizes each time. */
const sizeOf = (trial: number): Parameters => ({
  batch_size: 1 + (trial % 5),
  hidden_size: trial % 7,
  optimizer: ["SGD", "Adam"][trial % 2]!,
});
