import type { JsonValue } from "../../core/json.ts";
import { defaultOptimizers, type OptimizerName } from "./optimizer-config.ts";
import { scheduleNames } from "./schedule.ts";

/** What values a search-space key takes. */
export type KeyDomain =
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | {
      readonly kind: "number";
      readonly min: number;
      readonly max: number;
      readonly minExcluded?: boolean;
      readonly maxExcluded?: boolean;
    }
  | { readonly kind: "name"; readonly names: readonly string[]; readonly flags?: boolean };

export const optimizerNames = Object.keys(defaultOptimizers) as readonly OptimizerName[];
export const modelNames = ["resnet10", "resnet18", "resnet34"] as const;
export const augmentNames = ["none", "crop", "flip", "crop-flip", "crop-flip-cutout"] as const;

/** Every key a trial understands; order as documented. */
export const parameterKeys = {
  lr: { kind: "number", min: 0, minExcluded: true, max: 1000 },
  optimizer: { kind: "name", names: optimizerNames },
  epochs: { kind: "integer", min: 1, max: 10_000 },
  batch_size: { kind: "integer", min: 1, max: 4096 },
  model: { kind: "name", names: modelNames },
  conv_size: { kind: "integer", min: 1, max: 7 },
  hidden_size: { kind: "integer", min: 0, max: 8192 },
  dropout_rate: { kind: "number", min: 0, max: 1, maxExcluded: true },
  width: { kind: "integer", min: 1, max: 256 },
  momentum: { kind: "number", min: 0, max: 1, maxExcluded: true },
  weight_decay: { kind: "number", min: 0, max: 10 },
  lr_schedule: { kind: "name", names: scheduleNames },
  label_smoothing: { kind: "number", min: 0, max: 1, maxExcluded: true },
  augment: { kind: "name", names: augmentNames, flags: true },
} as const satisfies Readonly<Record<string, KeyDomain>>;

export type ParameterKey = keyof typeof parameterKeys;

export const isParameterKey = (key: string): key is ParameterKey =>
  Object.prototype.hasOwnProperty.call(parameterKeys, key);

/** Optimizers that use the key `momentum`. */
export const momentumOptimizers: readonly OptimizerName[] = ["SGD", "RMSprop"];

/** What is wrong with a value, in words that follow "got …"; null when the key takes it. */
export function rejectValue(domain: KeyDomain, value: JsonValue): string | null {
  switch (domain.kind) {
    case "integer":
      return Number.isInteger(value) && inRange(domain, value as number)
        ? null
        : expectation(domain);
    case "number":
      return typeof value === "number" && inRange(domain, value) ? null : expectation(domain);
    case "name":
      if (domain.flags && typeof value === "boolean") return null;
      return typeof value === "string" && findName(domain.names, value)
        ? null
        : expectation(domain);
    default:
      return domain satisfies never;
  }
}

/** What a key takes, in words. */
export function expectation(domain: KeyDomain): string {
  if (domain.kind === "name")
    return `one of ${domain.names.join(", ")}${domain.flags ? ", true, false" : ""}`;
  if (domain.kind === "integer") return `an integer in ${domain.min}..${domain.max}`;
  const low = domain.minExcluded ? `above ${domain.min}` : `from ${domain.min}`;
  return `a number ${low} ${domain.maxExcluded ? "and below" : "to"} ${domain.max}`;
}

/** Names are matched without regard to case, as people write them. */
export function findName<N extends string>(names: readonly N[], value: string): N | undefined {
  return names.find((name) => name.toLowerCase() === value.toLowerCase());
}

function inRange(domain: Exclude<KeyDomain, { kind: "name" }>, value: number): boolean {
  if (domain.kind === "number" && domain.minExcluded && value === domain.min) return false;
  if (domain.kind === "number" && domain.maxExcluded && value === domain.max) return false;
  return value >= domain.min && value <= domain.max;
}
