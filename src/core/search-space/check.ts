import { AppError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { inEnglish, word, type Word } from "../words/index.ts";
import { isBatchSpace, optionIndex } from "./configuration.ts";
import { constraintText, satisfies } from "./constraints.ts";
import { show } from "./problems.ts";
import { gridPoint } from "./rounding.ts";
import type { NumericSpec, ParameterSpec, Parameters, SearchSpace } from "./types.ts";

/** Everything that makes `parameters` no configuration of `space`, one English sentence each; empty if it is one. */
export const parameterProblems = (space: SearchSpace, parameters: Parameters): string[] =>
  mismatches(space, parameters).map(inEnglish);

/** The same in words of every language. */
export function mismatches(space: SearchSpace, parameters: Parameters): readonly Word[] {
  const found: Word[] = [];
  const only = space.parameters[0];
  if (isBatchSpace(space) && only?.type === "choice" && !Object.hasOwn(parameters, only.name)) {
    if (optionIndex(only, parameters) < 0)
      found.push(word("mismatch-listed", { value: show(parameters), listed: only.options.length }));
    return found;
  }
  checkSpecs(space.parameters, parameters, "", found);
  if (found.length > 0) return found;
  for (const constraint of space.constraints)
    if (!satisfies(constraint, parameters))
      found.push(word("mismatch-constraint", { constraint: constraintText(constraint) }));
  return found;
}

/** @throws AppError "parameter-invalid" that lists every problem */
export function checkParameters(space: SearchSpace, parameters: Parameters): void {
  const found = mismatches(space, parameters);
  if (found.length > 0)
    throw new AppError("parameter-invalid", word("wrong-parameters", { mismatches: found }), {
      problems: found.length,
      first: inEnglish(found[0]!),
    });
}

function checkSpecs(
  specs: readonly ParameterSpec[],
  object: JsonObject,
  prefix: string,
  found: Word[],
): void {
  for (const key of Object.keys(object)) {
    if (prefix !== "" && key === "_name") continue;
    if (!specs.some((spec) => spec.name === key))
      found.push(word("mismatch-unknown", { path: prefix + key }));
  }
  for (const spec of specs) {
    const { path } = spec;
    const value = Object.hasOwn(object, spec.name) ? object[spec.name] : undefined;
    if (value === undefined) {
      found.push(word("mismatch-missing", { path }));
      continue;
    }
    if (spec.type === "choice") {
      const option = spec.options[optionIndex(spec, value)];
      if (option === undefined) found.push(word("mismatch-option", { path, value: show(value) }));
      else if (option.kind === "nested" && isJsonObject(value))
        checkSpecs(option.parameters, value, `${path}.`, found);
      continue;
    }
    if (typeof value !== "number" || !Number.isFinite(value))
      found.push(word("mismatch-number", { path, value: show(value) }));
    else if (!inRange(spec, value)) found.push(outside(spec, value));
  }
}

/** True if `value` can come out of the parameter's prior (bounds inclusive, randint's `high` exclusive, on its grid). */
export function inRange(spec: NumericSpec, value: number): boolean {
  switch (spec.type) {
    case "randint":
      return Number.isInteger(value) && value >= spec.low && value < spec.high;
    case "uniform":
    case "loguniform":
      return value >= spec.low && value <= spec.high;
    case "quniform":
    case "qloguniform":
      return value >= spec.low && value <= spec.high && gridPoint(spec, value) !== null;
    case "normal":
      return true;
    case "lognormal":
      return value >= 0;
    case "qnormal":
    case "qlognormal":
      return (spec.type === "qnormal" || value >= 0) && gridPoint(spec, value) !== null;
    default:
      return spec satisfies never;
  }
}

/** What a number is not. */
function outside(spec: NumericSpec, value: number): Word {
  const { path } = spec;
  switch (spec.type) {
    case "randint":
      return word("mismatch-integer", { path, value, low: spec.low, high: spec.high - 1 });
    case "uniform":
    case "loguniform":
      return word("mismatch-range", { path, value, low: spec.low, high: spec.high });
    case "quniform":
    case "qloguniform":
      return word("mismatch-grid", { path, value, low: spec.low, high: spec.high, step: spec.q });
    case "normal":
    case "lognormal":
      return word("mismatch-impossible", { path, value });
    case "qnormal":
    case "qlognormal":
      return word("mismatch-multiple", { path, value, step: spec.q });
    default:
      return spec satisfies never;
  }
}
