import type { TrainingSettings } from "../../core/config/types.ts";
import { AppError, type ErrorDetails } from "../../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import { defaultResnetOptions, type ResnetOptions } from "../model/resnet.ts";
import type { AugmentOptions } from "../network-engine.ts";
import { defaultOptimizers, type OptimizerConfig, type OptimizerName } from "./optimizer-config.ts";
import {
  augmentNames,
  findName,
  isParameterKey,
  modelNames,
  momentumOptimizers,
  optimizerNames,
  parameterKeys,
  rejectValue,
  type ParameterKey,
} from "./parameter-keys.ts";
import { scheduleNames, type ScheduleName } from "./schedule.ts";

/** Everything one trial trains with, typed and complete. JSON-safe. */
export interface Hyperparameters {
  readonly epochs: number;
  readonly batchSize: number;
  /** Base rate of the schedule. */
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  readonly optimizer: OptimizerConfig;
  readonly labelSmoothing: number;
  readonly augment: AugmentOptions;
  readonly network: ResnetOptions;
}

/** The settings that decide what parameters mean; any TrainingSettings will do. */
export type ParameterSettings = Pick<TrainingSettings, "defaults" | "overrides" | "inertKeys">;

export const noParameterSettings: ParameterSettings = {
  defaults: {},
  overrides: {},
  inertKeys: [],
};

const fallback = {
  lr: 0.1,
  optimizer: "SGD",
  epochs: 10,
  batch_size: 128,
  model: "resnet18",
  conv_size: defaultResnetOptions.convSize,
  hidden_size: defaultResnetOptions.hiddenSize,
  dropout_rate: defaultResnetOptions.dropoutRate,
  width: defaultResnetOptions.width,
  lr_schedule: "constant",
  label_smoothing: 0,
  augment: "crop-flip",
} as const;

/** Resolves a trial's parameters: settings' defaults, then the parameters without inert keys, then settings' overrides.
 *  @param budgetEpochs epochs given by a multi-fidelity tuner; wins over everything
 *  @throws AppError "parameter-invalid" with `path` and `remedy` in its details */
export function resolveHyperparameters(
  parameters: Parameters,
  settings: ParameterSettings = noParameterSettings,
  budgetEpochs?: number,
): Hyperparameters {
  const values = mergeParameters(parameters, settings);
  const number = (key: keyof typeof fallback): number => (values[key] ?? fallback[key]) as number;
  const name = (key: keyof typeof fallback): string => String(values[key] ?? fallback[key]);
  const model = findName(modelNames, name("model"))!;
  return {
    epochs: budgetEpochs ?? number("epochs"),
    batchSize: number("batch_size"),
    learningRate: number("lr"),
    schedule: findName(scheduleNames, name("lr_schedule"))!,
    optimizer: optimizerOf(findName(optimizerNames, name("optimizer"))!, values),
    labelSmoothing: number("label_smoothing"),
    augment: augmentOf(name("augment")),
    network: {
      ...defaultResnetOptions,
      depth: Number(model.slice("resnet".length)) as ResnetOptions["depth"],
      width: number("width"),
      convSize: number("conv_size"),
      hiddenSize: number("hidden_size"),
      dropoutRate: number("dropout_rate"),
    },
  };
}

/** A canonical object that two parameter sets share exactly when they train the same network in the same way: without inert keys
 *  and keys that do nothing there, defaults filled in. Compare with JSON.stringify. */
export function effectiveParameters(
  parameters: Parameters,
  settings: ParameterSettings = noParameterSettings,
): JsonObject {
  const { optimizer, network, augment, ...rest } = resolveHyperparameters(parameters, settings);
  return { ...rest, optimizer: { ...optimizer }, network: { ...network }, augment: { ...augment } };
}

/** Flat, checked values by key; a nested choice `{ _name, … }` counts as its name and its own keys. */
function mergeParameters(
  parameters: Parameters,
  settings: ParameterSettings,
): Partial<Record<ParameterKey, JsonValue>> {
  const chosen = Object.entries(flattenNested(parameters)).filter(
    ([key]) => !settings.inertKeys.includes(key),
  );
  return {
    ...checkValues(Object.entries(flattenNested(settings.defaults)), "defaults."),
    ...checkValues(chosen, ""),
    ...checkValues(Object.entries(flattenNested(settings.overrides)), "overrides."),
  };
}

/** Lifts the keys of nested choices to the top level. */
export function flattenNested(parameters: Parameters): Parameters {
  const flat: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(parameters)) {
    if (!isJsonObject(value) || typeof value["_name"] !== "string") {
      flat[key] = value;
      continue;
    }
    const { _name, ...inner } = value;
    Object.assign(flat, { [key]: _name }, flattenNested(inner));
  }
  return flat;
}

function checkValues(
  entries: readonly (readonly [string, JsonValue])[],
  prefix: string,
): Partial<Record<ParameterKey, JsonValue>> {
  for (const [key, value] of entries) {
    if (!isParameterKey(key)) throw unknownKey(prefix + key, key);
    const expected = rejectValue(parameterKeys[key], value);
    const text = JSON.stringify(value);
    if (expected)
      throw invalidParameter(
        prefix + key,
        `expected ${expected}, got ${text}`,
        `Give ${expected}.`,
        { expected, value: text },
      );
  }
  return Object.fromEntries(entries);
}

/** @returns AppError "parameter-invalid" whose message is the path, the finding and the remedy */
export function invalidParameter(
  path: string,
  finding: string,
  remedy: string,
  details: ErrorDetails = {},
): AppError {
  return new AppError("parameter-invalid", `${path}: ${finding}. ${remedy}`, {
    path,
    remedy,
    ...details,
  });
}

export function unknownKey(path: string, key: string): AppError {
  const known = Object.keys(parameterKeys).join(", ");
  return invalidParameter(
    path,
    `no network or optimizer reads the key ${JSON.stringify(key)}`,
    `Remove it, list it under inertKeys, or use one of: ${known}.`,
  );
}

function optimizerOf(
  name: OptimizerName,
  values: Partial<Record<ParameterKey, JsonValue>>,
): OptimizerConfig {
  const base = defaultOptimizers[name];
  const weightDecay = (values.weight_decay as number | undefined) ?? base.weightDecay;
  if (!momentumOptimizers.includes(name) || values.momentum === undefined)
    return { ...base, weightDecay };
  return { ...base, weightDecay, momentum: values.momentum as number } as OptimizerConfig;
}

function augmentOf(value: string): AugmentOptions {
  const name =
    value === "true" ? "crop-flip" : value === "false" ? "none" : findName(augmentNames, value)!;
  return {
    cropPadding: name.includes("crop") ? 4 : 0,
    flip: name.includes("flip"),
    cutout: name.includes("cutout") ? 8 : 0,
  };
}
