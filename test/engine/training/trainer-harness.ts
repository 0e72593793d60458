import { drawShapes } from "../../../scripts/headless/lib/drawn-shapes.ts";
import { createMemoryShardStore } from "../../../scripts/headless/lib/memory-shards.ts";
import { defaultTrainingSettings } from "../../../src/core/config/types.ts";
import type { Parameters } from "../../../src/core/search-space/types.ts";
import type { EngineDevice } from "../../../src/engine/device.ts";
import { createMemoryFileStore } from "../../../src/storage/files/file-store.ts";
import type { TrialJob, TrialListener } from "../../../workers/trial/api.ts";
import { Trainer } from "../../../workers/trial/trainer.ts";

/** A trial worker without the wire on a device of this process, with Shapes-10 drawn. */
export async function trainerOn(device: EngineDevice): Promise<Trainer> {
  const shards = createMemoryShardStore();
  await drawShapes(shards);
  const files = createMemoryFileStore(() => 0);
  return new Trainer({
    openDevice: async () => device,
    openStorage: async () => ({ files, shards }),
  });
}

const settings = {
  ...defaultTrainingSettings,
  dataset: "shapes10",
  trainImages: 24,
  validationImages: 8,
} as const;

/** As small as a trial gets: 16 images, one epoch. */
export const tinyJob = (trial: number, parameters: Parameters = {}, epochs = 1): TrialJob => ({
  ...{
    experimentId: "tiny",
    trial,
    attempt: 1,
    seed: 1,
    settings,
    precision: "f32",
    epochs,
    from: null,
  },
  parameters: { model: "resnet10", width: 1, batch_size: 2, ...parameters },
});

/** @param epochFinished called with every report */
export const listenerWith = (epochFinished: () => void): TrialListener => ({
  progress() {},
  async epochFinished() {
    epochFinished();
    return "continue";
  },
  async checkpointSaved() {},
  makeRoom: async () => false,
  note() {},
});
