import type { TrainingSettings } from "../../../core/config/types.ts";
import { AppError, type ErrorDetails } from "../../../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/json.ts";
import type { Parameters } from "../../../core/search-space/types.ts";
import {
  findName,
  reasonAgainst,
  rejectValue,
  type ParameterDomain,
} from "../../parameter-domain.ts";
import { knownParameters, trainingDefaults, type KnownParameter } from "./parameter-keys.ts";
import type { Ownership, ParameterValues, TrainingParameter } from "./parameter.ts";
import { trainingParameters } from "./training-parameters.ts";
import { inEnglish, word, type Word } from "../../../core/words/index.ts";

/** Everything one trial trains with, typed and complete. JSON-safe. */
export type Hyperparameters = {
  readonly [F in keyof typeof trainingParameters]: ReturnType<
    (typeof trainingParameters)[F]["read"]
  >;
};

/** The settings that decide what parameters mean; any TrainingSettings will do. */
export interface ParameterSettings extends Pick<
  TrainingSettings,
  "defaults" | "overrides" | "inertKeys"
> {
  /** Augmentation of trials that do not say, a property of the data set. */
  readonly augment?: string;
}

/** A search space alone decides. */
export const noParameterSettings: ParameterSettings = {
  defaults: {},
  overrides: {},
  inertKeys: [],
};

/** Resolves a trial's parameters: settings' defaults, then the parameters without inert keys, then settings' overrides. Keys
 *  that the trial's network and optimizer do not own are left out.
 *  @param budgetEpochs epochs given by a multi-fidelity tuner; wins over everything
 *  @throws AppError "parameter-invalid" with `path` in its details; its words say the remedy */
export function resolveHyperparameters(
  parameters: Parameters,
  settings: ParameterSettings = noParameterSettings,
  budgetEpochs?: number,
): Hyperparameters {
  const usual = usualValues(settings);
  const given = trialValues(parameters, settings);
  const values = budgetEpochs === undefined ? given : { ...given, epochs: budgetEpochs };
  const fields = Object.entries(trainingParameters).map(
    ([field, parameter]: readonly [string, TrainingParameter]) => {
      const { key, ownership, default: otherwise } = parameter;
      const value = ownership && !isOwned(ownership, values) ? otherwise : values[key];
      return [field, parameter.read(value as typeof otherwise, values, usual)];
    },
  );
  return Object.fromEntries(fields) as Hyperparameters;
}

/** A trial's flat values before they are typed: those that are said, and training's own complete.
 *  @throws AppError "parameter-invalid" with `path` in its details; its words say the remedy */
export function trialValues(parameters: Parameters, settings: ParameterSettings): ParameterValues {
  return { ...usualValues(settings), ...mergeParameters(parameters, settings) };
}

const usualValues = ({ augment }: ParameterSettings): ParameterValues =>
  augment === undefined ? trainingDefaults : { ...trainingDefaults, augment };

/** Whether something has an effect with a trial's values. */
export const isOwned = ({ selector, owners }: Ownership, values: ParameterValues): boolean =>
  owners.includes(String(values[selector]));

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

/** Flat, checked values by key, names as their domains spell them; a nested choice `{ _name, … }` counts as its name and its own keys. */
function mergeParameters(parameters: Parameters, settings: ParameterSettings): ParameterValues {
  const known = knownParameters();
  const chosen = Object.entries(flattenNested(parameters, settings.inertKeys));
  return {
    ...checkValues(known, Object.entries(flattenNested(settings.defaults)), "defaults."),
    ...checkValues(known, chosen, ""),
    ...checkValues(known, Object.entries(flattenNested(settings.overrides)), "overrides."),
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

/** @returns the values by key, names as their domains spell them */
function checkValues(
  known: Readonly<Record<string, KnownParameter>>,
  entries: readonly (readonly [string, JsonValue])[],
  prefix: string,
): ParameterValues {
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const domain = Object.hasOwn(known, key) ? known[key]!.domain : undefined;
      if (!domain) throw unknownKey(prefix + key, key);
      refuseNamed(domain, value, prefix + key);
      const expected = rejectValue(domain, value);
      const text = JSON.stringify(value);
      if (expected)
        throw invalidValue(
          word("problem", {
            ...{ path: prefix + key, value: text, expected },
            remedy: word("give", { expected }),
          }),
          expected,
        );
      return [key, spelled(domain, value)];
    }),
  );
}

const spelled = (domain: ParameterDomain, value: JsonValue): JsonValue =>
  domain.kind === "name" && typeof value === "string" ? findName(domain.names, value)! : value;

/** @throws AppError "parameter-invalid" for a name that people write and that cannot be had, with the reason */
export function refuseNamed(domain: ParameterDomain, value: JsonValue, path: string): void {
  const reason = reasonAgainst(domain, value);
  if (reason !== null)
    throw invalidParameter(word("cannot-be-had", { path, name: String(value), reason }));
}

/** A word that says where it applies. */
type Placed = Extract<Word, { readonly values: { readonly path: string } }>;

/** @returns AppError "parameter-invalid" with the word's path among its details */
export function invalidParameter(said: Placed, details: ErrorDetails = {}): AppError {
  return new AppError("parameter-invalid", said, { path: said.values.path, ...details });
}

/** The same of a value, with what is expected in its stead. */
export function invalidValue(
  said: Extract<Placed, { readonly values: { readonly value: string } }>,
  expected: Word,
): AppError {
  return invalidParameter(said, { expected: inEnglish(expected), value: said.values.value });
}

/** The refusal of a key that nothing reads, with those that are read. */
export const unknownKey = (path: string, key: string): AppError =>
  invalidParameter(word("unknown-key", { path, key, names: Object.keys(knownParameters()) }));
