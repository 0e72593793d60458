import type { JsonObject, JsonValue } from "../json.ts";
import { constraintText } from "./constraints.ts";
import type { ParameterSpec, SearchSpace } from "./types.ts";

/** NNI search-space JSON that `parseSearchSpace` reads as the same space. */
export function serializeSearchSpace(space: SearchSpace): JsonObject {
  const json: Record<string, JsonValue> = { ...serializeSpecs(space.parameters) };
  if (space.constraints.length > 0) json["_constraints"] = space.constraints.map(constraintText);
  if (space.initial.length > 0) json["_initial"] = space.initial;
  return json;
}

function serializeSpecs(specs: readonly ParameterSpec[]): JsonObject {
  return Object.fromEntries(
    specs.map((spec) => [spec.name, { _type: spec.type, _value: serializeArguments(spec) }]),
  );
}

function serializeArguments(spec: ParameterSpec): readonly JsonValue[] {
  switch (spec.type) {
    case "choice":
      return spec.options.map((option) =>
        option.kind === "value"
          ? option.value
          : { _name: option.name, ...serializeSpecs(option.parameters) },
      );
    case "randint":
    case "uniform":
    case "loguniform":
      return [spec.low, spec.high];
    case "quniform":
    case "qloguniform":
      return [spec.low, spec.high, spec.q];
    case "normal":
    case "lognormal":
      return [spec.mu, spec.sigma];
    case "qnormal":
    case "qlognormal":
      return [spec.mu, spec.sigma, spec.q];
    default:
      return spec satisfies never;
  }
}
