import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { AppError } from "../errors.ts";
import { createRng } from "../math/rng.ts";
import { copyJson } from "./canonical.ts";
import { constraintText, parseConstraints } from "./constraints.ts";
import { parseInitial } from "./initial.ts";
import { searchSpaceLimits as limits } from "./limits.ts";
import { parseNumeric, type ParameterPlace, type Reader } from "./parse-numeric.ts";
import { Problems } from "./problems.ts";
import { sampleParameters } from "./sample.ts";
import type { ChoiceOption, NniReading, ParameterSpec, SearchSpace } from "./types.ts";
import { word } from "../words/index.ts";

/** Top-level keys that are ours and no parameters. */
export const reservedKeys: readonly string[] = ["_constraints", "_initial"];

interface Context extends Reader {
  /** Of the parameters read so far. */
  readonly paths: Set<string>;
  count: number;
}

/** Parses an NNI search space (the object, not its text) with our optional keys
 *  `_constraints` (e.g. `["lr_min < lr"]`) and `_initial` (configurations to try first).
 *  @param options.reading NNI release to follow where releases differ; 2.1 unless said otherwise
 *  @throws AppError "search-space-invalid" that names every problem with path, value, expectation and remedy */
export function parseSearchSpace(
  object: unknown,
  options: { readonly reading?: NniReading } = {},
): SearchSpace {
  const problems = new Problems("search-space-invalid", word("search-space"));
  const reading = options.reading ?? "2.1";
  if (!isJsonObject(object)) {
    problems.add(
      "(top level)",
      object,
      word("json-object-of-parameters"),
      word("write-this", { text: '{ "lr": { "_type": "choice", "_value": [0.1, 0.01] } }' }),
    );
    problems.throwIfAny();
    throw new TypeError("unreachable");
  }
  const context: Context = { reading, problems, paths: new Set(), count: 0 };
  const batch = isBatchForm(object);
  const parameters = parseParameters(
    object,
    { prefix: "", depth: 1, skip: reservedKeys, opaque: batch },
    context,
  );
  if (Object.keys(object).every((key) => reservedKeys.includes(key)))
    problems.add(
      "(top level)",
      object,
      word("at-least-one-parameter"),
      word("add-parameter", {
        text: '"lr": { "_type": "loguniform", "_value": [0.0001, 0.1] }',
      }),
    );
  if (context.count > limits.parameters)
    problems.add(
      "(top level)",
      context.count,
      word("at-most-parameters", { parameters: limits.parameters }),
      word("drop-parameters"),
    );
  const constraints = parseConstraints(object["_constraints"], parameters, problems);
  problems.throwIfAny();
  const space: SearchSpace = { parameters, constraints, initial: [], reading };
  checkFeasible(space, problems);
  const initial = parseInitial(object["_initial"], space, problems);
  problems.throwIfAny();
  return { ...space, initial };
}

/** Contradicting constraints are told before trial 1. */
function checkFeasible(space: SearchSpace, problems: Problems): void {
  if (space.constraints.length === 0) return;
  try {
    sampleParameters(space, createRng("constraints"));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.add(
      "_constraints",
      space.constraints.map(constraintText),
      word("obeyable-constraints"),
      word("loosen-constraint"),
    );
  }
}

/** BatchTuner's form: a single choice whose options are whole configurations without `_name`. */
function isBatchForm(object: JsonObject): boolean {
  const keys = Object.keys(object).filter((key) => !reservedKeys.includes(key));
  const only = keys.length === 1 ? object[keys[0]!] : undefined;
  if (!isJsonObject(only) || only["_type"] !== "choice" || !Array.isArray(only["_value"]))
    return false;
  const options: readonly unknown[] = only["_value"];
  return options.length > 0 && options.every((o) => isJsonObject(o) && !("_name" in o));
}

/** Where a choice is nested. */
interface Level {
  /** From 1. */
  readonly depth: number;
  /** Options are whole configurations. */
  readonly opaque: boolean;
}

function parseParameters(
  object: JsonObject,
  level: Level & { readonly prefix: string; readonly skip: readonly string[] },
  context: Context,
): ParameterSpec[] {
  const { prefix, skip } = level;
  const specs: ParameterSpec[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (skip.includes(name)) continue;
    const path = prefix === "" ? name : `${prefix}.${name}`;
    context.count++;
    // Past the limit nothing is parsed any more: a hostile file must not cost time.
    if (context.count > limits.parameters) continue;
    if (!checkName(name, path, context)) continue;
    const spec = parseParameter({ name, path }, value, level, context);
    if (spec !== null) specs.push(spec);
  }
  return specs;
}

function checkName(name: string, path: string, { problems, paths }: Context): boolean {
  if (!isName(name)) {
    problems.add(
      path.slice(0, 120),
      name,
      word("parameter-name", { characters: limits.nameLength }),
      word("rename-parameter"),
    );
    return false;
  }
  if (name === "__proto__") {
    problems.add(path, name, word("ordinary-parameter-name"), word("rename-parameter"));
    return false;
  }
  // "a[0:x].b" may be a name, and a nested parameter's path.
  if (paths.has(path)) {
    problems.add(path, name, word("unique-path"), word("rename-parameter"));
    return false;
  }
  paths.add(path);
  return true;
}

function isName(name: JsonValue | undefined): name is string {
  return typeof name === "string" && name.length > 0 && name.length <= limits.nameLength;
}

function parseParameter(
  { name, path }: ParameterPlace,
  value: JsonValue,
  level: Level,
  context: Context,
): ParameterSpec | null {
  const { problems } = context;
  if (!isJsonObject(value) || !("_type" in value)) {
    problems.add(
      path,
      value,
      word("type-and-value"),
      word("write-constant", {
        text: `{ "_type": "choice", "_value": [${typeof value === "object" ? "…" : JSON.stringify(value)}] }`,
      }),
    );
    return null;
  }
  for (const key of Object.keys(value)) {
    if (key !== "_type" && key !== "_value")
      problems.add(`${path}.${key}`, value[key], word("only-type-and-value"), word("remove-key"));
  }
  const type = value["_type"];
  const args = value["_value"];
  if (!Array.isArray(args)) {
    problems.add(
      `${path}._value`,
      args,
      word("a-list"),
      word("write-this", { text: '"_value": [ … ]' }),
    );
    return null;
  }
  if (type === "choice") {
    const options = parseOptions(path, args, level, context);
    return options === null ? null : { type, name, path, options };
  }
  return parseNumeric({ name, path }, type, args, context);
}

function parseOptions(
  path: string,
  args: readonly JsonValue[],
  { depth, opaque }: Level,
  context: Context,
): ChoiceOption[] | null {
  const { problems, reading } = context;
  if (args.length === 0 || args.length > limits.options) {
    problems.add(
      `${path}._value`,
      `${args.length} options`,
      word("options", { options: limits.options }),
      word("list-values"),
    );
    return null;
  }
  if (depth > limits.depth) {
    problems.add(
      path,
      `depth ${depth}`,
      word("nested-choices", { depth: limits.depth }),
      word("flatten-choices"),
    );
    return null;
  }
  const named = (o: JsonValue): o is JsonObject => isJsonObject(o) && "_name" in o;
  // NNI 3.0 nests only if every option has `_name`; NNI 2.1 decides option by option and demands `_name` of objects.
  const nesting = reading === "2.1" ? !opaque : args.every(named);
  const names = new Set<string>();
  const options: ChoiceOption[] = [];
  args.forEach((option, index) => {
    const at = `${path}._value[${index}]`;
    if (!nesting || !isJsonObject(option)) {
      const copy = copyJson(option, limits.optionLength);
      if (copy === undefined)
        problems.add(
          at,
          option,
          word("json-of-at-most", { characters: limits.optionLength }),
          word("shorten-option"),
        );
      else options.push({ kind: "value", value: copy });
      return;
    }
    const name = option["_name"];
    if (!isName(name)) {
      problems.add(
        `${at}._name`,
        name,
        word("name-on-every-object", { characters: limits.nameLength }),
        word("add-option-name"),
      );
      return;
    }
    if (names.has(name)) {
      problems.add(`${at}._name`, name, word("unique-option-name"), word("rename-option"));
      return;
    }
    names.add(name);
    const inner = `${path}[${index}:${name}]`;
    const nested = { prefix: inner, depth: depth + 1, skip: ["_name"], opaque: false };
    const parameters = parseParameters(option, nested, context);
    options.push({ kind: "nested", name, parameters });
  });
  return options;
}
