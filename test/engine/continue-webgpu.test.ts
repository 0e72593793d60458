import { expect, test } from "vitest";
import { installNodeGpu } from "../../scripts/node-gpu.ts";
import { openDevice } from "../../src/engine/device.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
} from "../../src/engine/training/checkpoint.ts";
import { resolveHyperparameters } from "../../src/engine/training/hyperparameters.ts";
import { runTrial } from "../../src/engine/training/run-trial.ts";
import { TrialControl, type TrialHooks, type TrialStart } from "../../src/engine/training/trial.ts";
import { pseudoImages } from "./oracle-run.ts";

await installNodeGpu();
const device = await openDevice({ backend: "webgpu" });

const task = {
  hyperparameters: resolveHyperparameters({
    model: "resnet10",
    width: 4,
    batch_size: 4,
    epochs: 2,
    optimizer: "AdamW",
    lr: 0.003,
    hidden_size: 8,
    dropout_rate: 0.5,
    lr_schedule: "one-cycle",
  }),
  seed: 11,
  train: pseudoImages(1, 14),
  validation: pseudoImages(2, 6),
} as const;

async function train(hooks: TrialHooks = {}, start: TrialStart = {}): Promise<Checkpoint> {
  const result = await runTrial(new AbortController().signal, device, task, hooks, start);
  expect(result.engine.kind).toBe("webgpu");
  const checkpoint = await result.checkpoint();
  result.engine.dispose();
  return checkpoint;
}

test("on WebGPU a trial stopped in the middle of an epoch continues to exactly the same weights", async () => {
  const whole = await train();
  const control = new TrialControl();
  let saved: Checkpoint | undefined;
  const checkpoint = (reached: Checkpoint): void => void (saved = reached);
  const epochFinished = (): "continue" => {
    control.stop(true);
    return "continue";
  };
  await train({ checkpoint, epochFinished }, { control });
  expect(saved).toMatchObject({ epoch: 1, step: 1 });
  const continued = await train({}, { resume: decodeCheckpoint(encodeCheckpoint(saved!)) });
  expect(continued.state).toEqual(whole.state);
});
