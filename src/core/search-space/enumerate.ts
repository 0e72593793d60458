import { effectiveKey } from "./configuration.ts";
import { constraintsByIndex, satisfiesConstraints } from "./constraints.ts";
import { canonicalJson } from "./canonical.ts";
import { clip } from "./rounding.ts";
import type { JsonValue } from "../json.ts";
import type {
  ChoiceOption,
  Constraint,
  NumericSpec,
  ParameterSpec,
  Parameters,
  SearchSpace,
} from "./types.ts";

/** Above this many configurations, constraints are not counted out. */
const countingLimit = 100_000;

/** The values a numeric parameter can take, ascending; null when there is no end to them.
 *  A quantised range lists what its rounding and clipping can give, e.g. [2, 10, 5] gives 2, 5, 10. */
export function gridValues(spec: NumericSpec): { length: number; at(i: number): number } | null {
  switch (spec.type) {
    case "randint":
      return { length: spec.high - spec.low, at: (i) => spec.low + i };
    case "quniform":
    case "qloguniform": {
      // An end that rounds to a tie has probability 0 and is left out.
      const first = Math.floor(spec.low / spec.q + 0.5);
      const last = Math.max(first, Math.ceil(spec.high / spec.q - 0.5));
      return {
        length: last - first + 1,
        at: (i) => clip((first + i) * spec.q, spec.low, spec.high),
      };
    }
    case "uniform":
    case "loguniform":
    case "normal":
    case "lognormal":
    case "qnormal":
    case "qlognormal":
      return null;
    default:
      return spec satisfies never;
  }
}

/** How many different configurations there are; Infinity for a space with any continuous or unbounded parameter.
 *  Constraints are counted out up to 100,000 configurations; above, the count is an upper bound. */
export function countConfigurations(space: SearchSpace): number {
  const total = countSpecs(space.parameters);
  if (space.constraints.length === 0 || total > countingLimit) return total;
  const all = enumerateConfigurations(space);
  let count = 0;
  while (all.next().done !== true) count++;
  return count;
}

function countSpecs(specs: readonly ParameterSpec[]): number {
  return specs.reduce((product, spec) => product * countSpec(spec), 1);
}

function countSpec(spec: ParameterSpec): number {
  if (spec.type !== "choice") return gridValues(spec)?.length ?? Infinity;
  return distinct(spec.options).reduce(
    (sum, option) => sum + (option.kind === "nested" ? countSpecs(option.parameters) : 1),
    0,
  );
}

function distinct(options: readonly ChoiceOption[]): ChoiceOption[] {
  const seen = new Set<string>();
  return options.filter((option) => {
    if (option.kind === "nested") return true;
    const key = canonicalJson(option.value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Every configuration of a finite space that obeys the constraints, each once; the last parameter varies fastest.
 *  Lazy: large spaces may be read in part.
 *  @throws RangeError for an infinite space */
export function* enumerateConfigurations(space: SearchSpace): Generator<Parameters> {
  for (const parameters of enumerationSteps(space)) if (parameters !== null) yield parameters;
}

/** The same with a null for every beginning that a constraint rules out, so that whoever reads can count the work.
 *  @throws RangeError for an infinite space */
export function* enumerationSteps(space: SearchSpace): Generator<Parameters | null> {
  if (countSpecs(space.parameters) === Infinity)
    throw new RangeError("enumerateConfigurations: expected a finite space, got an infinite one");
  yield* product(space.parameters, {}, constraintsByIndex(space.constraints, space.parameters));
}

/** Every way to complete the parameters `before`, which are the first of `specs`. */
function* product(
  specs: readonly ParameterSpec[],
  before: Readonly<Record<string, JsonValue>>,
  constraints: readonly (readonly Constraint[])[],
  at = 0,
): Generator<Readonly<Record<string, JsonValue>> | null> {
  const spec = specs[at];
  if (spec === undefined) {
    yield before;
    return;
  }
  for (const value of valuesOf(spec)) {
    const parameters = { ...before, [spec.name]: value };
    if (satisfiesConstraints(constraints[at] ?? [], parameters))
      yield* product(specs, parameters, constraints, at + 1);
    else yield null;
  }
}

function* valuesOf(spec: ParameterSpec): Generator<JsonValue> {
  if (spec.type === "choice") {
    for (const option of distinct(spec.options)) {
      if (option.kind === "value") yield option.value;
      else
        for (const inner of product(option.parameters, { _name: option.name }, []))
          if (inner !== null) yield inner;
    }
    return;
  }
  const grid = gridValues(spec);
  if (grid !== null) for (let i = 0; i < grid.length; i++) yield grid.at(i);
}

/** Number of different configurations of the space that a list holds. */
export function countDistinct(space: SearchSpace, list: readonly Parameters[]): number {
  return new Set(list.map((parameters) => effectiveKey(space, parameters))).size;
}
