import { expect, test } from "vitest";
import { installNodeGpu } from "../../scripts/node-gpu.ts";
import type { KernelVariants } from "../../src/engine/kernel-table.ts";
import { openDevice } from "../../src/engine/device.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
} from "../../src/engine/training/checkpoint.ts";
import { resolveHyperparameters } from "../../src/engine/training/parameters/hyperparameters.ts";
import { runTrial } from "../../src/engine/training/run-trial.ts";
import {
  TrialControl,
  type TrialHooks,
  type TrialStart,
  type TrialTask,
} from "../../src/engine/training/trial.ts";
import { buildNetwork } from "../../src/engine/networks/index.ts";
import { chooseFamily } from "../../src/engine/webgpu/choose-family.ts";
import { convVariants } from "../../src/engine/webgpu/conv/conv-calls.ts";
import { problemsOf } from "../../src/engine/webgpu/choice/problems.ts";
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

async function train(
  hooks: TrialHooks = {},
  start: TrialStart = {},
  trial: TrialTask = task,
): Promise<Checkpoint> {
  const result = await runTrial(new AbortController().signal, device, trial, {
    ...hooks,
    ...start,
  });
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

test("a trial that is taken up again computes with the kernels it began with, whatever is remembered by then", async () => {
  const { network, batchSize, optimizer } = task.hyperparameters;
  const family = chooseFamily(device);
  const problems = problemsOf(buildNetwork(network, task.train.shape), {
    ...{ batch: batchSize, optimizer, labelSmoothing: 0, family, real: "f32" },
    ...{ maxBindingBytes: 2 ** 27, maxBuffers: 8 },
  });
  const lastOf = problems.map(({ key, direction, shape }) => {
    const variants = convVariants(direction, shape, { family, real: "f32" });
    return [key, variants.at(-1)!.name, variants.length] as const;
  });
  expect(lastOf.some(([, , count]) => count > 1)).toBe(true);
  const variants = Object.fromEntries(lastOf);
  const remembering = (known: KernelVariants): TrialTask => ({
    ...task,
    kernelMemory: { software: true, update: (_, complete) => complete(known) },
  });
  const whole = await train({}, {}, remembering(variants));
  expect(whole.kernels?.variants).toEqual(variants);
  const control = new TrialControl();
  let saved: Checkpoint | undefined;
  const hooks: TrialHooks = {
    checkpoint: (reached) => void (saved = reached),
    epochFinished: () => (control.stop(true), "continue"),
  };
  await train(hooks, { control }, remembering(variants));
  const resume = decodeCheckpoint(encodeCheckpoint(saved!));
  const never = { update: () => Promise.reject(new Error("nothing is to be chosen")) };
  const continued = await train(
    {},
    { resume },
    { ...task, kernelMemory: { software: true, ...never } },
  );
  expect(continued.kernels).toEqual(whole.kernels);
  expect(continued.state).toEqual(whole.state);
});
