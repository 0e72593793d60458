import type { ExperimentConfig } from "../../../src/core/config/types.ts";
import { defaultTrainingSettings } from "../../../src/core/config/types.ts";
import type {
  EventBody,
  ExperimentDefinition,
  JournalEvent,
} from "../../../src/core/journal/events.ts";
import type { ExperimentStatus } from "../../../src/core/journal/records.ts";
import { createRng } from "../../../src/core/index.ts";
import { inWords, type Fact, type FactOf } from "../../../src/core/facts/index.ts";
import { assessorWords } from "../../../src/core/words/en/facts.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Parameters } from "../../../src/core/search-space/types.ts";

/** Invented experiments for looking at the page: shaped like real ones, never shipped. */
export interface Story {
  readonly definition: ExperimentDefinition;
  /** Everything up to the moment the page is opened. */
  readonly events: readonly JournalEvent[];
}

const space: JsonObject = {
  lr: { _type: "loguniform", _value: [0.0001, 0.3] },
  optimizer: { _type: "choice", _value: ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax"] },
  batch_size: { _type: "choice", _value: [64, 128] },
  dropout_rate: { _type: "uniform", _value: [0.1, 0.5] },
  conv_size: { _type: "choice", _value: [2, 3, 5, 7] },
  hidden_size: { _type: "choice", _value: [124, 512, 1024] },
};

const config: ExperimentConfig = {
  name: "cifar10 · NNI Task 2.2",
  trialConcurrency: 2,
  maxTrialNumber: 8,
  maxDurationMs: 360_000_000,
  tuner: { name: "TPE", classArgs: { optimize_mode: "maximize", n_startup_jobs: 4 } },
  assessor: { name: "Medianstop", classArgs: { start_step: 2 } },
  reading: "2.1",
  searchSpace: null,
  training: { ...defaultTrainingSettings, defaults: { model: "resnet18", epochs: 10 } },
  notUsedHere: [
    { path: "trainingServicePlatform", value: "local", reason: "no-servers" },
    { path: "trial.command", value: "python3 main.py", reason: "no-processes" },
    { path: "trial.gpuNum", value: "1", reason: "no-gpu-choice" },
  ],
};

const began = Date.now() - 41 * 60_000;

/** Fully determined by its arguments.
 *  @param open trials still running at the end, with the epochs they have finished
 *  @param status where it stands; running or done by itself, as trials are open or not
 *  @param named what a parameter is called instead */
export function story(options: {
  readonly id: string;
  readonly name: string;
  readonly trials: number;
  readonly epochs: number;
  readonly open: readonly number[];
  readonly status?: ExperimentStatus;
  readonly named?: (parameter: string) => string;
  readonly patch?: Partial<ExperimentConfig>;
}): Story {
  const rng = createRng(options.id);
  const definition: ExperimentDefinition = {
    id: options.id,
    config: { ...config, name: options.name, maxTrialNumber: options.trials, ...options.patch },
    searchSpace: renamed(space, options.named),
    seed: 2020,
    preset: null,
  };
  const events: JournalEvent[] = [];
  let at = began;
  const add = (body: EventBody, ms = 500): void => {
    at += ms;
    events.push({ ...body, seq: events.length, at } as JournalEvent);
  };
  add({ type: "experiment-created", definition });
  if (options.status === "idle") return { definition, events };
  add({ type: "status-changed", status: "running", reason: "user" });
  for (let trial = 0; trial < options.trials; trial++) {
    const fromEnd = options.trials - 1 - trial;
    const openEpochs = options.open[fromEnd];
    const drawn = draw(rng.next.bind(rng), trial, options.trials);
    addTrial(add, {
      trial,
      parameters: renamed(drawn, options.named),
      lr: Number(drawn["lr"]),
      epochs: options.epochs,
      openEpochs,
      random: () => rng.next(),
    });
  }
  if (options.status === "failed") {
    const error = { code: "gpu-lost" as const, message: "The GPU was lost.", details: {} };
    add({ type: "status-changed", status: "failed", reason: "error", error });
  } else if (options.status !== undefined) {
    add({ type: "status-changed", status: options.status, reason: "user" });
  } else if (options.open.length === 0) {
    add({ type: "status-changed", status: "done", reason: "limits-reached" });
    add({
      type: "test-finished",
      trial: 4 % options.trials,
      testAccuracy: 0.836,
      testLoss: 0.52,
      testImages: 10_000,
    });
  }
  return { definition, events };
}

function renamed<T>(
  record: Readonly<Record<string, T>>,
  named: (name: string) => string = (name) => name,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [named(name), value]));
}

function draw(random: () => number, trial: number, trials: number): Parameters {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const focus = trial / trials;
  return {
    lr: Math.exp(Math.log(1e-4) + (0.5 + (random() - 0.5) * (1 - 0.6 * focus)) * Math.log(3000)),
    optimizer:
      focus > 0.5 ? pick(["SGD", "Adam"]) : pick(["SGD", "Adadelta", "Adagrad", "Adam", "Adamax"]),
    batch_size: pick([64, 128]),
    dropout_rate: 0.1 + 0.4 * random(),
    conv_size: pick([2, 3, 5, 7]),
    hidden_size: pick([124, 512, 1024]),
  };
}

function addTrial(
  add: (body: EventBody, ms?: number) => void,
  plan: {
    readonly trial: number;
    readonly parameters: Parameters;
    readonly lr: number;
    readonly epochs: number;
    readonly openEpochs: number | undefined;
    readonly random: () => number;
  },
): void {
  const { trial, parameters, lr, epochs, openEpochs, random } = plan;
  const startup = trial < 4;
  add({
    type: "trial-added",
    trial,
    parameters,
    origin: "tuner",
    provenance: startup
      ? { source: "startup", startup: { done: trial, needed: 4 } }
      : {
          source: "model",
          facts: modelFacts(trial, lr),
        },
    epochs,
  });
  add({ type: "attempt-started", trial, attempt: 1 });
  const goal = 0.88 - 0.05 * Math.abs(Math.log10(lr) + 2) ** 1.6 + 0.03 * (random() - 0.5);
  const fails = trial === 5;
  const stopped = !fails && goal < 0.78 && trial % 3 === 2;
  const count = openEpochs ?? (fails ? 3 : stopped ? Math.ceil(epochs * 0.4) : epochs);
  let accuracy = 0.1;
  for (let epoch = 1; epoch <= count; epoch++) {
    accuracy = goal - (goal - 0.3) * Math.exp(-epoch / 2.6) + 0.012 * (random() - 0.5);
    add(
      {
        type: "epoch-finished",
        trial,
        report: {
          epoch,
          trainLoss: 2.2 * (1 - accuracy) + 0.1,
          trainAccuracy: Math.min(0.99, accuracy + 0.02),
          validationLoss: 2.3 * (1 - accuracy) + 0.2,
          validationAccuracy: accuracy,
          metric: accuracy,
          learningRate: lr,
          imagesPerSecond: 1800 + 100 * random(),
          durationMs: 26_000,
        },
      },
      (41 * 60_000) / (8 * epochs * 1.3),
    );
  }
  if (openEpochs !== undefined) return;
  const samples = {
    indices: Array.from({ length: 12 }, (_, i) => i),
    labels: Array.from({ length: 12 }, (_, i) => i % 10),
    probabilities: Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 10 }, (_, c) =>
        c === (i === 3 || i === 7 ? (i + 2) % 10 : i % 10) ? 0.82 : 0.02,
      ),
    ),
  };
  const below: FactOf<"below-median"> = {
    ...{ kind: "below-median", steps: count, best: accuracy, median: 0.704, trials: 4 },
  };
  add({
    type: "trial-ended",
    trial,
    status: fails ? "FAILED" : stopped ? "EARLY_STOPPED" : "SUCCEEDED",
    final: fails ? null : accuracy,
    durationMs: count * 26_000,
    reason: stopped ? inWords(assessorWords, below) : null,
    ...(stopped ? { facts: [below] } : {}),
    ...(fails
      ? {
          error: {
            code: "diverged" as const,
            message: "Trial 5, epoch 3: the loss is NaN.",
            details: {},
          },
        }
      : { samples }),
  });
}

/** As TPE reports them. */
function modelFacts(trial: number, lr: number): Fact[] {
  const candidates = [1, 1.3, 0.7, 2].map((factor) => ({
    ...{ value: lr * factor, l: 1.4 / factor, g: 0.6, ratio: 2.3 / factor },
  }));
  const others = Array.from({ length: trial }, (_, i) => i).filter((i) => i !== 1 && i !== 3);
  return [
    {
      kind: "split",
      good: { count: 2, trials: [1, 3] },
      bad: { count: others.length, trials: others },
    },
    {
      kind: "density",
      parameters: [{ path: "lr", chosen: lr, candidates }],
      together: { considered: 24, best: [{ l: 1.4, g: 0.6, ratio: 2.3 }] },
    },
    // Of another tuner, as a gallery may.
    {
      kind: "predictions",
      candidates: [1, 1.3].map((factor) => ({
        parameters: { lr: lr * factor },
        mean: 0.82 / factor,
        deviation: 0.02,
        improvement: 0.004 / factor,
      })),
    },
  ];
}
