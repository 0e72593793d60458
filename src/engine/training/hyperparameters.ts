import type { TrainingSettings } from "../../core/config/types.ts";
import { AppError, type ErrorDetails } from "../../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import { findNetwork, networkNames, ownParameters, type NetworkChoice } from "../networks/index.ts";
import type { AugmentOptions } from "../network-engine.ts";
import { findName, reasonAgainst, rejectValue, type ParameterDomain } from "../parameter-domain.ts";
import { configureOptimizer, optimizerNames, type OptimizerConfig } from "./optimizer-config.ts";
import { augmentNames, parameterKeys, trainingDefaults } from "./parameter-keys.ts";
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
  readonly network: NetworkChoice;
}

/** The settings that decide what parameters mean; any TrainingSettings will do. */
export interface ParameterSettings extends Pick<
  TrainingSettings,
  "defaults" | "overrides" | "inertKeys"
> {
  /** Augmentation of trials that do not say, a property of the data set. */
  readonly augment?: string;
}

export const noParameterSettings: ParameterSettings = {
  defaults: {},
  overrides: {},
  inertKeys: [],
};

/** Resolves a trial's parameters: settings' defaults, then the parameters without inert keys, then settings' overrides. Keys
 *  that the trial's network and optimizer do not own are left out.
 *  @param budgetEpochs epochs given by a multi-fidelity tuner; wins over everything
 *  @throws AppError "parameter-invalid" with `path` and `remedy` in its details */
export function resolveHyperparameters(
  parameters: Parameters,
  settings: ParameterSettings = noParameterSettings,
  budgetEpochs?: number,
): Hyperparameters {
  const defaults = settings.augment === undefined ? {} : { augment: settings.augment };
  const values = { ...trainingDefaults, ...defaults, ...mergeParameters(parameters, settings) };
  const number = (key: keyof typeof trainingDefaults): number => values[key] as number;
  const name = <N extends string>(key: keyof typeof trainingDefaults, names: readonly N[]): N =>
    findName(names, String(values[key]))!;
  const network = findNetwork(name("model", networkNames()));
  return {
    epochs: budgetEpochs ?? number("epochs"),
    batchSize: number("batch_size"),
    learningRate: number("lr"),
    schedule: name("lr_schedule", scheduleNames),
    optimizer: configureOptimizer(name("optimizer", optimizerNames), values),
    labelSmoothing: number("label_smoothing"),
    augment: augmentOf(String(values.augment), settings.augment ?? trainingDefaults.augment),
    network: { name: network.name, parameters: ownParameters(network.parameters, values) },
  };
}

/** A canonical object that two parameter sets share exactly when they train the same network in the same way: without inert keys
 *  and keys that do nothing there, defaults filled in. Compare with JSON.stringify. */
export function effectiveParameters(
  parameters: Parameters,
  settings: ParameterSettings = noParameterSettings,
): JsonObject {
  const { optimizer, network, augment, ...rest } = resolveHyperparameters(parameters, settings);
  const { name, parameters: own } = network;
  return {
    ...rest,
    optimizer: { ...optimizer },
    network: { name, parameters: { ...own } },
    augment: { ...augment },
  };
}

/** Flat, checked values by key; a nested choice `{ _name, … }` counts as its name and its own keys. */
function mergeParameters(
  parameters: Parameters,
  settings: ParameterSettings,
): Readonly<Record<string, JsonValue>> {
  const domains = parameterKeys();
  const chosen = Object.entries(flattenNested(parameters, settings.inertKeys));
  return {
    ...checkValues(domains, Object.entries(flattenNested(settings.defaults)), "defaults."),
    ...checkValues(domains, chosen, ""),
    ...checkValues(domains, Object.entries(flattenNested(settings.overrides)), "overrides."),
  };
}

/** Lifts the keys of nested choices to the top level.
 *  @param without keys to leave out, with what is nested in them */
export function flattenNested(parameters: Parameters, without: readonly string[] = []): Parameters {
  const flat: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(parameters)) {
    if (without.includes(key)) continue;
    if (!isJsonObject(value) || typeof value["_name"] !== "string") {
      flat[key] = value;
      continue;
    }
    const { _name, ...inner } = value;
    Object.assign(flat, { [key]: _name }, flattenNested(inner, without));
  }
  return flat;
}

function checkValues(
  domains: Readonly<Record<string, ParameterDomain>>,
  entries: readonly (readonly [string, JsonValue])[],
  prefix: string,
): Readonly<Record<string, JsonValue>> {
  for (const [key, value] of entries) {
    const domain = Object.hasOwn(domains, key) ? domains[key] : undefined;
    if (!domain) throw unknownKey(prefix + key, key);
    refuseNamed(domain, value, prefix + key);
    const expected = rejectValue(domain, value);
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

/** @throws AppError "parameter-invalid" for a name that people write and that cannot be had, with the reason */
export function refuseNamed(domain: ParameterDomain, value: JsonValue, path: string): void {
  const reason = reasonAgainst(domain, value);
  if (reason !== null)
    throw invalidParameter(
      path,
      `${String(value)} cannot be had: ${reason}`,
      "Remove it, or choose another one.",
    );
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
  const known = Object.keys(parameterKeys()).join(", ");
  return invalidParameter(
    path,
    `no network or optimizer reads the key ${JSON.stringify(key)}`,
    `Remove it, list it under inertKeys, or use one of: ${known}.`,
  );
}

/** @param usual what `true` means */
function augmentOf(value: string, usual: string): AugmentOptions {
  const name = value === "true" ? usual : value === "false" ? "none" : value;
  const parts = findName(augmentNames, name)!.split("-");
  return {
    cropPadding: parts.includes("crop") ? 4 : 0,
    flip: parts.includes("flip"),
    cutout: parts.includes("cutout") ? 8 : 0,
  };
}
