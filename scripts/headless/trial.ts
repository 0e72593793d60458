import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "../command-line.ts";
import { defaultTrainingSettings } from "../../src/core/config/types.ts";
import { AppError } from "../../src/core/errors.ts";
import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import type { EpochReport } from "../../src/core/journal/events.ts";
import { allDatasets, datasetOf } from "../../src/data/sets/registry.ts";
import type { EngineDevice } from "../../src/engine/device.ts";
import { engineChoices, type EngineChoice } from "../../src/engine/create-engine.ts";
import { encodeWeights } from "../../src/engine/training/checkpoint.ts";
import { forgetfulMemory } from "../../src/engine/kernel-table.ts";
import {
  noParameterSettings,
  resolveHyperparameters,
} from "../../src/engine/training/parameters/hyperparameters.ts";
import { runTrial } from "../../src/engine/training/run-trial.ts";
import { selectImages, stratifiedSplit } from "../../src/engine/training/split.ts";
import { openNodeDevice } from "./lib/node-device.ts";
import { readImages } from "./lib/read-images.ts";
import { asWritten } from "../../src/core/words/index.ts";

const datasetNames = (): string =>
  allDatasets()
    .map(({ name }) => name)
    .join(", ");

const usage = `npm run trial -- --params JSON --train FILE[,FILE] [--test FILE[,FILE]] [options]
  --params JSON      hyperparameters, e.g. '{"lr":0.1,"optimizer":"SGD","width":16}'
  --dataset NAME     one of ${datasetNames()}; default ${defaultTrainingSettings.dataset}
  --train, --test    its official files, which hold both, or files of records (a label byte, then the planes)
  --limit-train N    use N training images (stratified, seeded); default all
  --validation N     of these, hold out N for validation; default a tenth. 0: each epoch is measured on the test images
  --epochs E         wins over the parameter
  --seed S           default 0
  --out DIR          writes weights.safetensors (PyTorch names) there
  --engine NAME      auto, reference, webgpu or webgpu-f16; default auto
  --backend NAME     webgpu, webgl or cpu; default the best there is`;

/** Trains one trial in Node; one JSON object per line on standard output, everything else on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args);
  if (flags === null) {
    console.error(usage);
    return 2;
  }
  const definition = datasetOf(flags.dataset);
  const settings = { ...noParameterSettings, augment: definition.augment };
  const hyperparameters = resolveHyperparameters(flags.params, settings, flags.epochs);
  const { train, test } = await readImages(definition, flags.train, flags.test);
  const held = flags.validation ?? Math.round((flags.limitTrain ?? train.labels.length) / 10);
  const split = stratifiedSplit(train.labels, held, flags.limitTrain, flags.seed);
  const validation = held > 0 ? selectImages(train, split.validation) : test;
  const device = await openNodeDevice(flags.backend);
  console.error(`Training on ${device.adapter} (${device.backend}), ${split.train.length} images.`);
  const print = (record: JsonObject): void => console.log(JSON.stringify(record));
  const began = performance.now();
  const elapsed = (): { elapsedMs: number } => ({
    elapsedMs: Math.round(performance.now() - began),
  });
  const result = await runTrial(
    new AbortController().signal,
    device,
    {
      hyperparameters,
      seed: flags.seed,
      train: selectImages(train, split.train),
      validation,
      engine: flags.engine,
      kernelMemory: forgetfulMemory(),
    },
    {
      epochFinished(report) {
        print({ ...epochLine(report, held > 0), ...elapsed() });
        return "continue";
      },
    },
  );
  const trained = elapsed();
  const tested = await result.engine.evaluate(test);
  const { state } = await result.checkpoint();
  if (flags.out !== null) {
    mkdirSync(flags.out, { recursive: true });
    writeFileSync(join(flags.out, "weights.safetensors"), encodeWeights(state));
  }
  const measured = result.reports.map((report) => report.validationAccuracy);
  print({
    type: "final",
    validationAccuracy: held > 0 ? (measured.at(-1) ?? null) : null,
    testAccuracy: tested.accuracy,
    // The best of all epochs is chosen by the test images themselves: comparable with results chosen in that way only.
    ...(held > 0 ? {} : { bestTestAccuracy: Math.max(...measured) }),
    testLoss: tested.loss,
    testImages: tested.images,
    ...trained,
    parameters: result.engine.parameterCount,
    engine: result.engine.kind,
    precision: result.engine.precision,
    backend: device.backend,
    adapter: device.adapter,
  });
  result.engine.dispose();
  device.dispose();
  return 0;
}

function epochLine(report: EpochReport, hasValidation: boolean): JsonObject {
  const { epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy } = report;
  const { learningRate, imagesPerSecond, durationMs } = report;
  const common = { epoch, trainLoss, trainAccuracy, learningRate, imagesPerSecond, durationMs };
  if (hasValidation) return { type: "epoch", ...common, validationLoss, validationAccuracy };
  const test = { testLoss: validationLoss, testAccuracy: validationAccuracy };
  return { type: "epoch", ...common, validationLoss: null, validationAccuracy: null, ...test };
}

interface Flags {
  readonly params: JsonObject;
  readonly dataset: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly limitTrain: number | null;
  readonly validation: number | null;
  readonly epochs: number | undefined;
  readonly seed: number;
  readonly out: string | null;
  readonly engine: EngineChoice;
  readonly backend: EngineDevice["backend"] | undefined;
}

function readFlags(args: readonly string[]): Flags | null {
  const text = { type: "string" } as const;
  const names = ["params", "train", "test", "limit-train", "validation", "epochs", "seed"] as const;
  const options = Object.fromEntries(
    [...names, "dataset", "out", "engine", "backend"].map((name) => [name, text]),
  );
  const values = readArguments(usage, { args: [...args], options }).values as Readonly<
    Record<string, string>
  >;
  if (!values["train"]) return null;
  const params: unknown = JSON.parse(values["params"] ?? "{}");
  if (!isJsonObject(params))
    throw new AppError("parameter-invalid", asWritten("--params: expected a JSON object."));
  const whole = (name: string, least: number): number | null => {
    if (values[name] === undefined) return null;
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new AppError(
      "parameter-invalid",
      asWritten(`--${name}: expected an integer from ${least}, got ${values[name]}.`),
    );
  };
  const files = (name: string): string[] => (values[name] ?? "").split(",").filter(Boolean);
  return {
    params,
    dataset: values["dataset"] ?? defaultTrainingSettings.dataset,
    train: files("train"),
    test: files("test"),
    limitTrain: whole("limit-train", 1),
    validation: whole("validation", 0),
    epochs: whole("epochs", 1) ?? undefined,
    seed: whole("seed", 0) ?? 0,
    out: values["out"] ?? null,
    engine: oneOf("engine", values["engine"] ?? "auto", engineChoices),
    backend:
      values["backend"] === undefined ? undefined : oneOf("backend", values["backend"], backends),
  };
}

const backends = ["webgpu", "webgl", "cpu"] as const;

function oneOf<N extends string>(flag: string, value: string, names: readonly N[]): N {
  const found = names.find((name) => name === value);
  if (found) return found;
  throw new AppError(
    "parameter-invalid",
    asWritten(`--${flag}: expected one of ${names.join(", ")}, got ${value}.`),
  );
}
