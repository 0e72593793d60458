import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import type { EpochReport } from "../../../src/core/journal/events.ts";
import type { Parameters } from "../../../src/core/search-space/types.ts";
import { openDevice } from "../../../src/engine/device.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
} from "../../../src/engine/training/checkpoint.ts";
import { resolveHyperparameters } from "../../../src/engine/training/parameters/hyperparameters.ts";
import { runTrial, testTrial } from "../../../src/engine/training/run-trial.ts";
import {
  TrialControl,
  type TrialHooks,
  type TrialStart,
  type TrialTask,
} from "../../../src/engine/training/trial.ts";
import { pseudoImages } from "../engine-oracle.ts";

const device = await openDevice({ backend: "cpu" });

function task(parameters: Parameters = {}): TrialTask {
  const defaults = { model: "resnet10", width: 1, batch_size: 4, epochs: 2, lr: 0.05 };
  return {
    hyperparameters: resolveHyperparameters({ ...defaults, ...parameters }),
    seed: 7,
    train: pseudoImages(1, 10),
    validation: pseudoImages(2, 4),
    engine: "reference",
  };
}

async function train(trial: TrialTask, hooks: TrialHooks = {}, start: TrialStart = {}) {
  const result = await runTrial(new AbortController().signal, device, trial, {
    ...hooks,
    ...start,
  });
  const checkpoint = await result.checkpoint();
  result.engine.dispose();
  return { ...result, checkpoint };
}

const facts = (reports: readonly EpochReport[]) =>
  reports.map(({ trainLoss, trainAccuracy, validationLoss }) => [
    trainLoss,
    trainAccuracy,
    validationLoss,
  ]);

describe("a trial", () => {
  test("reports every epoch and ends with a checkpoint past the last", async () => {
    const phases = new Set<string>();
    const { kind, reports, checkpoint } = await train(task(), {
      progress: ({ phase }) => phases.add(phase),
    });
    expect(kind).toBe("finished");
    expect(reports.map((report) => report.epoch)).toEqual([1, 2]);
    expect(checkpoint).toMatchObject({ epoch: 2, step: 0 });
    // 10 images in batches of 4: the rest waits for the next shuffle.
    expect(checkpoint.state.steps).toBe(4);
    expect(phases).toContain("validating");
  });

  test("warms its learning rate up before the schedule", async () => {
    const { reports } = await train(task({ lr: 0.06, warmup_epochs: 1.5 }));
    // Three steps of warm-up, two an epoch; reports tell the rate of their epoch's last step.
    expect(reports.map((report) => report.learningRate)).toEqual([0.03, 0.06]);
  });

  test("stopped in the middle of an epoch it continues to exactly the same weights and reports", async () => {
    const parameters = {
      optimizer: "Adam",
      lr: 0.003,
      hidden_size: 8,
      dropout_rate: 0.5,
      lr_schedule: "cosine",
    };
    const whole = await train(task(parameters));
    const control = new TrialControl();
    let saved: Checkpoint | undefined;
    const first = await train(
      task(parameters),
      {
        epochFinished: () => {
          control.stop(true);
          return "continue";
        },
        checkpoint: (checkpoint) => void (saved = checkpoint),
      },
      { control },
    );
    expect(first.kind).toBe("stopped");
    expect(saved).toMatchObject({ epoch: 1, step: 1 });
    const resume = decodeCheckpoint(encodeCheckpoint(saved!));
    const second = await train(task(parameters), {}, { resume });
    expect(facts([...first.reports, ...second.reports])).toEqual(facts(whole.reports));
    expect(second.checkpoint.state).toEqual(whole.checkpoint.state);
  });

  test("the answer to an epoch's report stops it", async () => {
    const { kind, reports } = await train(task(), { epochFinished: () => "stop" });
    expect([kind, reports.length]).toEqual(["stopped", 1]);
  });

  test("a loss that is no number ends it as diverged", async () => {
    const trial = task({ lr: 1000, epochs: 5 });
    await expect(train(trial)).rejects.toMatchObject({ code: "diverged" });
  });

  test("an abort ends it at the next step", async () => {
    const controller = new AbortController();
    const run = runTrial(controller.signal, device, task(), { progress: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
  });

  test("a batch larger than the training set is refused before training", async () => {
    await expect(train(task({ batch_size: 64 }))).rejects.toMatchObject({
      code: "parameter-invalid",
    });
  });

  test("a parent's checkpoint is continued after its whole epochs, another network's refused", async () => {
    const parent = (await train(task({ epochs: 1 }))).checkpoint;
    const child = await train(task({ epochs: 2, lr: 0.01 }), {}, { parent });
    expect(child.reports.map((report) => report.epoch)).toEqual([2]);
    const other = train(task({ width: 3 }), {}, { parent });
    await expect(other).rejects.toMatchObject({ code: "checkpoint-corrupt" });
  });

  test("the test of its weights sees the same accuracy as its engine", async () => {
    const trial = task();
    const { reports, checkpoint } = await train(trial);
    const tested = await testTrial(device, trial, checkpoint, trial.validation);
    expect(tested.accuracy).toBe(reports.at(-1)!.validationAccuracy);
    expect(tested.loss).toBeCloseTo(reports.at(-1)!.validationLoss, 6);
  });
});

test("a damaged checkpoint is refused whatever byte is cut off", async () => {
  const file = encodeCheckpoint((await train(task({ epochs: 1 }))).checkpoint);
  for (const length of [0, 7, 8, 100, file.length - 1])
    expect(() => decodeCheckpoint(file.subarray(0, length))).toThrow(AppError);
});
