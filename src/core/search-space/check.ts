import { AppError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { isBatchSpace, optionIndex } from "./configuration.ts";
import { constraintText, satisfies } from "./constraints.ts";
import { show } from "./problems.ts";
import { gridPoint } from "./rounding.ts";
import type { NumericSpec, ParameterSpec, Parameters, SearchSpace } from "./types.ts";

/** Everything that makes `parameters` no configuration of `space`, one sentence each; empty if it is one. */
export function parameterProblems(space: SearchSpace, parameters: Parameters): string[] {
  const problems: string[] = [];
  const only = space.parameters[0];
  if (isBatchSpace(space) && only?.type === "choice" && !Object.hasOwn(parameters, only.name)) {
    if (optionIndex(only, parameters) < 0)
      problems.push(`${show(parameters)} is none of the ${only.options.length} listed`);
    return problems;
  }
  checkSpecs(space.parameters, parameters, "", problems);
  if (problems.length > 0) return problems;
  for (const constraint of space.constraints)
    if (!satisfies(constraint, parameters))
      problems.push(`the constraint ${constraintText(constraint)} does not hold`);
  return problems;
}

/** @throws AppError "parameter-invalid" that lists every problem */
export function checkParameters(space: SearchSpace, parameters: Parameters): void {
  const problems = parameterProblems(space, parameters);
  if (problems.length > 0)
    throw new AppError("parameter-invalid", `Parameters: ${problems.join("; ")}.`, {
      problems: problems.length,
      first: problems[0]!,
    });
}

function checkSpecs(
  specs: readonly ParameterSpec[],
  object: JsonObject,
  prefix: string,
  problems: string[],
): void {
  for (const key of Object.keys(object)) {
    if (prefix !== "" && key === "_name") continue;
    if (!specs.some((spec) => spec.name === key))
      problems.push(`${prefix}${key}: is no parameter of the search space here`);
  }
  for (const spec of specs) {
    const value = Object.hasOwn(object, spec.name) ? object[spec.name] : undefined;
    if (value === undefined) {
      problems.push(`${spec.path}: is missing`);
      continue;
    }
    if (spec.type === "choice") {
      const option = spec.options[optionIndex(spec, value)];
      if (option === undefined)
        problems.push(`${spec.path}: ${show(value)} is none of the options`);
      else if (option.kind === "nested" && isJsonObject(value))
        checkSpecs(option.parameters, value, `${spec.path}.`, problems);
      continue;
    }
    if (typeof value !== "number" || !Number.isFinite(value))
      problems.push(`${spec.path}: expected a number, got ${show(value)}`);
    else if (!inRange(spec, value))
      problems.push(`${spec.path}: ${value} is not ${describeRange(spec)}`);
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

function describeRange(spec: NumericSpec): string {
  switch (spec.type) {
    case "randint":
      return `an integer in ${spec.low}..${spec.high - 1}`;
    case "uniform":
    case "loguniform":
      return `within [${spec.low}, ${spec.high}]`;
    case "quniform":
    case "qloguniform":
      return `within [${spec.low}, ${spec.high}] in steps of ${spec.q}`;
    case "normal":
    case "lognormal":
      return "possible";
    case "qnormal":
    case "qlognormal":
      return `a multiple of ${spec.q}`;
    default:
      return spec satisfies never;
  }
}
