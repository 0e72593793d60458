import { inWords } from "../../../src/core/facts/index.ts";
import { assessorWords } from "../../../src/core/words/en/facts.ts";
import { factExamples } from "../../core/facts/examples.ts";
import { defaultTrainingSettings } from "../../../src/core/config/types.ts";
import { parseExperimentConfig } from "../../../src/core/config/index.ts";
import {
  reduceJournal,
  type EventBody,
  type ExperimentState,
  type JournalEvent,
} from "../../../src/core/journal/index.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace, sampleParameters } from "../../../src/core/search-space/index.ts";

/** The original experiment's space. */
export const space: JsonObject = {
  lr: { _type: "choice", _value: [0.1, 0.0001] },
  optimizer: { _type: "choice", _value: ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax"] },
  epochs: { _type: "choice", _value: [10] },
  model: { _type: "choice", _value: ["resnet18"] },
  dropout_rate: { _type: "uniform", _value: [0.1, 0.5] },
  conv_size: { _type: "choice", _value: [2, 3, 5, 7] },
  hidden_size: { _type: "choice", _value: [124, 512, 1024] },
  batch_size: { _type: "choice", _value: [128, 64] },
};

/** A journal as a real run writes it: noisy curves over 5,000 validation images, all kinds of ends. */
export function journalOf(trials: number, epochs: number, seed = 1): JournalEvent[] {
  const rng = createRng("example", seed);
  const events: JournalEvent[] = [];
  let at = 1_790_000_000_000;
  const add = (body: EventBody): void => {
    events.push({ seq: events.length, at, ...body });
    at += 10 + rng.int(5_000);
  };
  const config = parseExperimentConfig({
    experimentName: "example_pytorch_cifar10",
    trialConcurrency: 4,
    maxTrialNumber: trials,
    maxExperimentDuration: "100h",
    tuner: { name: "TPE", classArgs: { optimize_mode: "maximize" } },
  });
  add({
    type: "experiment-created",
    definition: {
      id: "3f0e5a4c-0000-4000-8000-000000000000",
      config: { ...config, training: { ...defaultTrainingSettings } },
      searchSpace: space,
      seed: 123456789,
      preset: "nni-task-2.2",
    },
  });
  add({ type: "status-changed", status: "running", reason: "user" });
  const parsed = parseSearchSpace(space);
  for (let trial = 0; trial < trials; trial++) {
    const parameters = sampleParameters(parsed, rng);
    add({
      type: "trial-added",
      trial,
      parameters,
      origin: "tuner",
      provenance: { source: "startup", startup: { done: trial, needed: 20 } },
      epochs,
    });
    add({ type: "attempt-started", trial, attempt: 1 });
    let accuracy = 0.3;
    let loss = 2;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      accuracy += (0.9 - accuracy) * 0.25 * rng.next();
      loss *= 0.8 + 0.1 * rng.next();
      const counted = Math.round(accuracy * 5000) / 5000;
      add({
        type: "epoch-finished",
        trial,
        report: {
          epoch,
          trainLoss: loss,
          trainAccuracy: Math.round(accuracy * 44_928) / 44_928,
          validationLoss: loss * (1 + 0.2 * rng.next()),
          validationAccuracy: counted,
          metric: counted,
          learningRate: Number(parameters["lr"]),
          imagesPerSecond: 1800 + 100 * rng.next(),
          durationMs: 25_000 + 1000 * rng.next(),
        },
      });
    }
    const last = Math.round(accuracy * 5000) / 5000;
    const said = factExamples["below-median"];
    const failed = trial % 5 === 3;
    const stopped = trial % 5 === 4;
    add({
      type: "trial-ended",
      trial,
      status: failed ? "FAILED" : stopped ? "EARLY_STOPPED" : "SUCCEEDED",
      final: failed || stopped ? null : last,
      durationMs: 25_000 * epochs,
      reason: failed
        ? "The training loss of epoch 3 is not a number."
        : stopped
          ? inWords(assessorWords, said)
          : null,
      ...(stopped ? { facts: [said] } : {}),
      ...(failed ? { error: { code: "diverged", message: "NaN", details: { epoch: 3 } } } : {}),
    });
  }
  add({
    type: "test-finished",
    trial: 0,
    testAccuracy: 0.8123,
    testLoss: 0.61234567,
    testImages: 10_000,
  });
  add({ type: "status-changed", status: "done", reason: "limits-reached" });
  return events;
}

export const stateOf = (trials: number, epochs: number, seed = 1): ExperimentState =>
  reduceJournal(journalOf(trials, epochs, seed));
