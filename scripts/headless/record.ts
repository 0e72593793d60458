import { writeFileSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readArguments } from "../command-line.ts";
import { parseExperimentConfig } from "../../src/core/config/index.ts";
import type { JournalEvent } from "../../src/core/journal/index.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { createTuner } from "../../src/core/tuners/index.ts";
import { checkExperiment } from "../../src/experiment/draft/checked-experiment.ts";
import { algorithmsHere } from "../../src/experiment/run/algorithms.ts";
import { Orchestrator } from "../../src/experiment/run/orchestrator.ts";
import { systemClock } from "../../src/experiment/run/clock.ts";
import { encodeFile } from "../../src/experiment/formats/file.ts";
import { createMemoryFileStore } from "../../src/storage/files/file-store.ts";
import { Trainer } from "../../workers/trial/trainer.ts";
import { drawShapes } from "./lib/drawn-shapes.ts";
import { createMemoryShardStore } from "./lib/memory-shards.ts";
import { openNodeDevice } from "./lib/node-device.ts";

const defaultOut = resolve(import.meta.dirname, "../../public/recorded/experiment.json");

/** The quick look with smaller networks, so that a software GPU finishes it. */
const config: JsonObject = {
  experimentName: "Quick look, recorded",
  trialConcurrency: 1,
  maxTrialNumber: 12,
  tuner: { name: "TPE", classArgs: { optimize_mode: "maximize", n_startup_jobs: 4 } },
  tabtune: {
    dataset: "shapes10",
    trainImages: 2560,
    validationImages: 512,
    testImages: 1024,
    defaults: { model: "resnet10", width: 8, epochs: 5 },
  },
};
const searchSpace: JsonObject = {
  lr: { _type: "loguniform", _value: [0.0005, 0.2] },
  optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
  batch_size: { _type: "choice", _value: [32, 64, 128] },
  dropout_rate: { _type: "uniform", _value: [0, 0.5] },
};

/** Runs a whole experiment with the page's own orchestrator, tuner and trainer in Node and writes its file: what the page
 *  shows to visitors without a GPU. */
export async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { out: text, seed: text } as const;
  const { values } = readArguments("npm run record --", { args: [...args], options });
  const device = await openNodeDevice();
  const ranOn = `Node ${process.version}, Dawn on ${device.adapter}`;
  const shards = createMemoryShardStore();
  await drawShapes(shards);
  const files = createMemoryFileStore(Date.now);
  const experiment = checkExperiment({
    id: "recorded",
    config: parseExperimentConfig(config),
    searchSpace,
    seed: Number(values.seed ?? 1),
    preset: null,
  });
  const events: JournalEvent[] = [
    {
      seq: 0,
      at: Date.now(),
      type: "experiment-created",
      definition: experiment.definition,
    },
  ];
  let done: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (done = resolve));
  const trainer = new Trainer({
    openDevice: async () => device,
    openStorage: async () => ({ files, shards }),
  });
  const orchestrator = new Orchestrator({
    events: [...events],
    algorithms: algorithmsHere(
      experiment.space,
      createTuner(experiment.tuner.name, experiment.tuner.classArgs),
      null,
    ),
    training: experiment,
    journal: {
      append: async (added, _durability, after) => {
        events.push(...added);
        for (const event of added) print(event);
        if (after.status === "done" || after.status === "failed") done();
      },
    },
    pool: {
      by: { device: device.adapter, engine: "webgpu" },
      maxSlots: 1,
      precision: () => "f32",
      create: async () => Object.assign(trainer, { dispose: () => undefined }),
    },
    clock: systemClock,
    discard: async (gone) => {
      for (const { path } of gone) await files.remove(path);
    },
    checkpointBudgetBytes: 2 ** 28,
    onChange: () => undefined,
  });
  await orchestrator.note("ran-on", { ranOn });
  await orchestrator.run("user");
  await finished;
  const out = values.out ?? defaultOut;
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, await encodeFile(events, ranOn).text());
  console.log(`${out}: ${events.length} events, ${ranOn}`);
  return orchestrator.state.status === "done" ? 0 : 1;
}

function print(event: JournalEvent): void {
  if (event.type === "trial-added")
    console.log(`trial ${event.trial}: ${JSON.stringify(event.parameters)}`);
  else if (event.type === "epoch-finished") {
    const { epoch, trainLoss, metric, imagesPerSecond } = event.report;
    const percent = (100 * metric).toFixed(1);
    console.log(
      `  epoch ${epoch}: loss ${trainLoss.toFixed(3)}, ${percent} %, ${imagesPerSecond.toFixed(0)} images/s`,
    );
  } else if (event.type === "trial-ended" || event.type === "test-finished")
    console.log(JSON.stringify({ ...event, samples: undefined }));
  else if (event.type === "attempt-failed") console.log(event.error);
}
