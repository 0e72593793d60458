import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { installNodeGpu } from "../../../scripts/node-gpu.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import type { Parameters } from "../../../src/core/search-space/types.ts";
import { createEngine, type EngineChoice } from "../../../src/engine/create-engine.ts";
import { openDevice, type EngineDevice } from "../../../src/engine/device.ts";
import { buildNetwork } from "../../../src/engine/networks/index.ts";
import { initialState } from "../../../src/engine/model/weights.ts";
import type { Checkpoint } from "../../../src/engine/training/checkpoint.ts";
import { resolveHyperparameters } from "../../../src/engine/training/parameters/hyperparameters.ts";
import { engineOptions, runTrial } from "../../../src/engine/training/run-trial.ts";
import type { TrialHooks, TrialOptions, TrialTask } from "../../../src/engine/training/trial.ts";
import { pseudoImages } from "../oracle-run.ts";

beforeAll(async () => {
  await installNodeGpu();
});

const validation = pseudoImages(2, 32);

function task(parameters: Parameters, engine: EngineChoice, learningRate?: number): TrialTask {
  const defaults = { model: "resnet10", width: 4, batch_size: 8, epochs: 3 };
  const hyperparameters = resolveHyperparameters({ ...defaults, ...parameters });
  return {
    hyperparameters:
      learningRate === undefined ? hyperparameters : { ...hyperparameters, learningRate },
    seed: 7,
    train: pseudoImages(1, 128),
    validation,
    engine,
  };
}

/** As the page trains: the weights of every epoch are read back before it is reported. */
async function train(
  device: EngineDevice,
  trial: TrialTask,
  options: TrialOptions = {},
): Promise<{ readonly checkpoint: Checkpoint; readonly epochs: number }> {
  let reported = 0;
  const result = await runTrial(new AbortController().signal, device, trial, {
    epochFinished: async (_report, snapshot) => {
      await snapshot();
      reported += 1;
      return "continue" as const;
    },
    ...options,
  });
  const checkpoint = await result.checkpoint();
  result.engine.dispose();
  return { checkpoint, epochs: reported };
}

describe("divergence", () => {
  const engine = "webgpu";
  test.each([
    // With this one most weights became NaN while the ReLUs hid it: three epochs of finite loss, 6 % accuracy, "finished".
    [{}, 100],
    [{}, 1e30],
    [{ optimizer: "Adam" }, 1e30],
  ] as const)(
    "%j at learning rate %d ends as diverged, not as a result",
    async (parameters, rate) => {
      const device = await openDevice({ backend: "webgpu" });
      await expect(train(device, task(parameters, engine, rate))).rejects.toMatchObject({
        code: "diverged",
      });
      device.check();
      device.dispose();
    },
  );

  test("a single weight that is no number ends the trial before its next report", async () => {
    const device = await openDevice({ backend: "webgpu" });
    const trial = task({ epochs: 1 }, engine);
    const { checkpoint } = await train(device, trial);
    const [name, tensor] = [...checkpoint.state.tensors].find(([key]) => key === "conv1.weight")!;
    const data = tensor.data.slice();
    data[5] = NaN;
    const tensors = new Map(checkpoint.state.tensors).set(name, { ...tensor, data });
    const resume = { ...checkpoint, state: { ...checkpoint.state, tensors } };
    let reports = 0;
    const hooks: TrialHooks = {
      epochFinished: async (_report, snapshot) => {
        await snapshot();
        reports += 1;
        return "continue" as const;
      },
    };
    const again = train(device, task({ epochs: 3 }, engine), { ...hooks, resume });
    await expect(again).rejects.toMatchObject({ code: "diverged" });
    expect(reports).toBe(0);
    device.dispose();
  });
});

/** A browser's device lives in another process: its errors come on their way back, before the answer to a later question,
 *  but after values that were read meanwhile. Dawn in this process tells them at once, so they are held back here. */
async function remoteDevice(): Promise<EngineDevice> {
  const add = GPUDevice.prototype.addEventListener;
  const pop = GPUDevice.prototype.popErrorScope;
  const onTheWay: (() => void)[] = [];
  GPUDevice.prototype.addEventListener = function (
    this: GPUDevice,
    type: string,
    listener: (event: Event) => void,
  ) {
    add.call(this, type, (event: Event) => onTheWay.push(() => listener(event)));
  } as typeof add;
  GPUDevice.prototype.popErrorScope = async function () {
    const answer = await pop.call(this);
    for (const tell of onTheWay.splice(0)) tell();
    return answer;
  };
  try {
    return await openDevice({ backend: "webgpu" });
  } finally {
    GPUDevice.prototype.addEventListener = add;
    restore.push(() => (GPUDevice.prototype.popErrorScope = pop));
  }
}
const restore: (() => void)[] = [];
afterEach(() => {
  for (const undo of restore.splice(0)) undo();
});

test.each(["webgpu", "reference"] as const)(
  "an error told only after the last value was read still counts (%s engine)",
  async (kind) => {
    const device = await remoteDevice();
    const { hyperparameters, train: images } = task({}, kind);
    const graph = buildNetwork(hyperparameters.network, images.shape);
    const options = engineOptions({ hyperparameters, seed: 7 }, images.shape);
    const engine = await createEngine(device, graph, options, { choice: kind });
    await engine.setTrainingSet(images);
    await engine.restore(initialState(graph, createRng("weights")));
    expect((await engine.evaluate(validation)).images).toBe(32);
    device.gpu!.createBuffer({ size: 4, usage: 0xffff });
    for (const result of [
      () => engine.evaluate(validation),
      () => engine.snapshot(),
      () => engine.predict(validation.images),
    ])
      await expect(result()).rejects.toMatchObject({ code: "gpu-validation" });
    device.dispose();
  },
);
