import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { canonicalJson } from "./canonical.ts";
import { gridPoint } from "./rounding.ts";
import type { ChoiceSpec, ParameterSpec, Parameters, SearchSpace } from "./types.ts";

/** A parameter that takes part in a configuration. `value` is the number itself, for a choice the option's index. */
export interface ActiveParameter {
  readonly spec: ParameterSpec;
  readonly value: number;
}

/** Builds a configuration: `pick` is asked for every active parameter in order and answers with its number, for a
 *  choice with the option's index. Values are taken as they are: `pick` rounds and clips. */
export function buildParameters(
  space: SearchSpace,
  pick: (spec: ParameterSpec) => number,
): Parameters {
  return build(space.parameters, pick);
}

function build(
  specs: readonly ParameterSpec[],
  pick: (spec: ParameterSpec) => number,
): Record<string, JsonValue> {
  const parameters: Record<string, JsonValue> = {};
  for (const spec of specs) {
    const value = pick(spec);
    if (spec.type !== "choice") {
      parameters[spec.name] = value;
      continue;
    }
    const option = spec.options[value];
    if (option === undefined)
      throw new RangeError(
        `${spec.path}: expected an option index in 0..${spec.options.length - 1}, got ${value}`,
      );
    parameters[spec.name] =
      option.kind === "value"
        ? option.value
        : { _name: option.name, ...build(option.parameters, pick) };
  }
  return parameters;
}

/** Index of the option that a value stands for, -1 if none. */
export function optionIndex(spec: ChoiceSpec, value: JsonValue | undefined): number {
  if (value === undefined) return -1;
  const { plain, nested, objects } = indexOf(spec);
  if (typeof value !== "object" || value === null) return plain.get(value) ?? -1;
  const name = isJsonObject(value) ? value["_name"] : undefined;
  const named = nested.get(name);
  const same = objects.size > 0 ? objects.get(canonicalJson(value)) : undefined;
  return named === undefined ? (same ?? -1) : Math.min(named, same ?? Infinity);
}

/** The first index of every option: plain values as they are, nested ones by name, objects and lists by their text. */
interface OptionIndex {
  readonly plain: ReadonlyMap<JsonValue, number>;
  readonly nested: ReadonlyMap<JsonValue | undefined, number>;
  readonly objects: ReadonlyMap<string, number>;
}

/** A pure function's memory, not state. */
const remembered = new WeakMap<ChoiceSpec, OptionIndex>();

function indexOf(spec: ChoiceSpec): OptionIndex {
  const known = remembered.get(spec);
  if (known !== undefined) return known;
  const [plain, nested, objects] = [
    new Map<JsonValue, number>(),
    new Map<JsonValue | undefined, number>(),
    new Map<string, number>(),
  ];
  spec.options.forEach((option, i) => {
    const note = <Key>(map: Map<Key, number>, key: Key): unknown => map.has(key) || map.set(key, i);
    if (option.kind === "nested") note(nested, option.name);
    else if (typeof option.value === "object" && option.value !== null)
      note(objects, canonicalJson(option.value));
    else note(plain, option.value);
  });
  const index = { plain, nested, objects };
  remembered.set(spec, index);
  return index;
}

/** The active parameters of a configuration in the order of the space, each before those nested in it.
 *  Parameters that are absent or have a foreign value are left out, so any history can be read. */
export function activeParameters(space: SearchSpace, parameters: Parameters): ActiveParameter[] {
  const active: ActiveParameter[] = [];
  collect(space.parameters, parameters, active);
  return active;
}

function collect(
  specs: readonly ParameterSpec[],
  parameters: JsonObject,
  active: ActiveParameter[],
): void {
  for (const spec of specs) {
    const value = Object.hasOwn(parameters, spec.name) ? parameters[spec.name] : undefined;
    if (spec.type !== "choice") {
      if (typeof value === "number" && Number.isFinite(value)) active.push({ spec, value });
      continue;
    }
    const index = optionIndex(spec, value);
    const option = spec.options[index];
    if (option === undefined) continue;
    active.push({ spec, value: index });
    if (option.kind === "nested" && isJsonObject(value)) collect(option.parameters, value, active);
  }
}

/** Every parameter of the space, nested ones after their choice. */
export function allSpecs(space: SearchSpace): ParameterSpec[] {
  const list: ParameterSpec[] = [];
  const visit = (specs: readonly ParameterSpec[]): void => {
    for (const spec of specs) {
      list.push(spec);
      if (spec.type !== "choice") continue;
      for (const option of spec.options) if (option.kind === "nested") visit(option.parameters);
    }
  };
  visit(space.parameters);
  return list;
}

/** True for BatchTuner's form, whose trials receive one of the options as their whole configuration. */
export function isBatchSpace(space: SearchSpace): boolean {
  return listedConfigurations(space) !== null;
}

/** The configurations that a space in BatchTuner's form lists; null for any other space. */
export function listedConfigurations(space: SearchSpace): JsonObject[] | null {
  const only = space.parameters.length === 1 ? space.parameters[0] : undefined;
  if (only?.type !== "choice") return null;
  const listed = only.options.flatMap((option) =>
    option.kind === "value" && isJsonObject(option.value) ? [option.value] : [],
  );
  return listed.length === only.options.length ? listed : null;
}

/** Canonical text of what a configuration really says: active parameters only, independent of key order.
 *  Two configurations with the same key are duplicates. */
export function effectiveKey(space: SearchSpace, parameters: Parameters): string {
  const active = activeParameters(space, parameters);
  // Nothing recognised: a whole batch configuration or a foreign one; all of it counts.
  if (active.length === 0) return canonicalJson(parameters);
  return active
    .map(({ spec, value }) => {
      const option = spec.type === "choice" ? spec.options[value] : undefined;
      const number = "q" in spec ? (gridPoint(spec, value) ?? value) : value;
      const text =
        option === undefined
          ? canonicalJson(number)
          : canonicalJson(option.kind === "nested" ? { _name: option.name } : option.value);
      return `${JSON.stringify(spec.path)}=${text}`;
    })
    .sort()
    .join(";");
}
