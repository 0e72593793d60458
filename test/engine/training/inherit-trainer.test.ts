import { afterAll, beforeAll, expect, test } from "vitest";
import type { CheckpointRef, EpochReport } from "../../../src/core/journal/events.ts";
import type { Parameters } from "../../../src/core/search-space/types.ts";
import { openDevice, type EngineDevice } from "../../../src/engine/device.ts";
import type { Trainer } from "../../../workers/trial/trainer.ts";
import { listenerWith, tinyJob, trainerOn } from "./trainer-harness.ts";

let device: EngineDevice;
let trainer: Trainer;
beforeAll(async () => {
  device = await openDevice({ backend: "cpu" });
  trainer = await trainerOn(device);
});
afterAll(() => device.dispose());

/** Trains, from another trial's weights if need be. */
async function train(trial: number, parameters: Parameters, parent: CheckpointRef | null) {
  const epochs: number[] = [];
  const notes: string[] = [];
  let last: CheckpointRef | null = null;
  await trainer.train(
    {
      ...tinyJob(trial, parameters, parent ? 2 : 1),
      from: parent && { checkpoint: parent, own: false },
    },
    {
      ...listenerWith(() => undefined),
      async epochFinished({ epoch }: EpochReport, checkpoint: CheckpointRef | null) {
        epochs.push(epoch);
        last = checkpoint;
        return "continue";
      },
      note: (code, details) => void notes.push(`${code} ${details["taken"] ?? ""}`.trim()),
    },
  );
  return { epochs, notes, checkpoint: last as CheckpointRef | null };
}

test("the same network goes on after its parent's epochs; with most of the weights, too, and says so", async () => {
  const parent = await train(0, {}, null);
  expect(parent.epochs).toEqual([1]);
  expect(await train(1, { lr: 0.01 }, parent.checkpoint)).toMatchObject({ epochs: [2], notes: [] });
  // All but the head.
  const head = await train(2, { hidden_size: 2 }, parent.checkpoint);
  expect(head.epochs).toEqual([2]);
  expect(head.notes).toEqual(["parent-partly-taken 60"]);
});

test("a network of mostly other weights trains all of its epochs; one that shares nothing begins anew", async () => {
  const parent = await train(3, {}, null);
  const other = await train(4, { model: "resnet34" }, parent.checkpoint);
  expect(other.epochs).toEqual([1, 2]);
  expect(other.notes).toEqual(["parent-partly-taken 62"]);
  const stranger = await train(5, { model: "mobilenet", width: 8 }, parent.checkpoint);
  expect(stranger).toMatchObject({ epochs: [1, 2], notes: ["parent-does-not-fit"] });
});
