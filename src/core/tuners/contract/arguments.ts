import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import type { ArgumentSpec } from "./argument-spec.ts";
import { inEnglish, word, type Word } from "../../words/index.ts";

/** Validated classArgs with defaults filled in. Asking for a name the tuner never declared is a programmer's mistake. */
export interface Arguments {
  number(name: string): number;
  /** A nullable number. */
  numberOrNull(name: string): number | null;
  boolean(name: string): boolean;
  booleanOrNull(name: string): boolean | null;
  text(name: string): string;
  textOrNull(name: string): string | null;
  group(name: string): Arguments;
  /** True when the configuration says it, false when the default stands. */
  given(name: string): boolean;
}

/** Checks classArgs against their description.
 *  @param owner the tuner's name, for messages
 *  @throws AppError "tuner-argument-invalid" naming the argument, what was expected and what came */
export function resolveArguments(
  owner: string,
  specs: readonly ArgumentSpec[],
  classArgs: JsonObject,
  path = "classArgs",
): Arguments {
  for (const name of Object.keys(classArgs)) {
    if (specs.some((spec) => spec.name === name)) continue;
    const argument = `${path}.${name}`;
    const names = specs.map((known) => known.name);
    throw invalid(owner, argument, word("argument-unknown", { owner, argument, names }));
  }
  const values = new Map<string, JsonValue>();
  const groups = new Map<string, Arguments>();
  const given = new Set<string>();
  for (const spec of specs) {
    const value = classArgs[spec.name];
    if (value !== undefined) given.add(spec.name);
    if (spec.type === "group") {
      const where = `${path}.${spec.name}`;
      if (value !== undefined && value !== null && !isJsonObject(value))
        throw wrong(owner, where, word("an-object"), value);
      const inner = isJsonObject(value) ? value : {};
      groups.set(spec.name, resolveArguments(owner, spec.arguments, inner, where));
    } else {
      if (value !== undefined) checkValue(owner, `${path}.${spec.name}`, spec, value);
      values.set(spec.name, value === undefined ? spec.default : value);
    }
  }
  return accessors(owner, values, groups, given);
}

type PlainSpec = Exclude<ArgumentSpec, { type: "group" }>;

function checkValue(owner: string, where: string, spec: PlainSpec, value: JsonValue): void {
  if (value === null && spec.nullable) return;
  const fail = (): never => {
    throw wrong(owner, where, expectationWord(spec), value);
  };
  switch (spec.type) {
    case "integer":
    case "number": {
      if (typeof value !== "number" || !Number.isFinite(value)) return fail();
      if (spec.type === "integer" && !Number.isInteger(value)) return fail();
      const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = false } = spec;
      if (value < minimum || value > maximum || (exclusiveMinimum && value === minimum)) fail();
      return;
    }
    case "boolean":
      if (typeof value !== "boolean") fail();
      return;
    case "choice":
      if (typeof value !== "string" || !spec.choices.includes(value)) fail();
      return;
    case "text":
      if (typeof value !== "string") fail();
      return;
    default:
      spec satisfies never;
  }
}

/** What an argument may be, in English: "an integer of at least 1", "one of: ei, ucb, poi". */
export const expectation = (spec: ArgumentSpec): string => inEnglish(expectationWord(spec));

/** The same in words of every language. */
export function expectationWord(spec: ArgumentSpec): Word {
  const said = plainExpectation(spec);
  return spec.nullable ? word("or-null", { said }) : said;
}

function plainExpectation(spec: ArgumentSpec): Word {
  switch (spec.type) {
    case "integer":
    case "number": {
      const { minimum = null, maximum = Infinity, exclusiveMinimum = false } = spec;
      return word("number-bounded", {
        integer: spec.type === "integer",
        least: exclusiveMinimum ? null : minimum,
        above: exclusiveMinimum ? minimum : null,
        most: maximum >= Number.MAX_SAFE_INTEGER ? null : maximum,
      });
    }
    case "boolean":
      return word("true-or-false");
    case "choice":
      return word("one-of-these", { names: spec.choices });
    case "text":
      return word("a-string");
    case "group":
      return word("an-object");
    default:
      return spec satisfies never;
  }
}

function accessors(
  owner: string,
  values: ReadonlyMap<string, JsonValue>,
  groups: ReadonlyMap<string, Arguments>,
  given: ReadonlySet<string>,
): Arguments {
  const read = (name: string): JsonValue => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${owner} declares no argument ${name}`);
    return value;
  };
  const as = <T extends JsonValue>(name: string, test: (v: JsonValue) => v is T): T => {
    const value = read(name);
    if (!test(value)) throw new Error(`${owner}: argument ${name} holds ${show(value)}`);
    return value;
  };
  const isNumber = (v: JsonValue): v is number => typeof v === "number";
  const isBoolean = (v: JsonValue): v is boolean => typeof v === "boolean";
  const isText = (v: JsonValue): v is string => typeof v === "string";
  return {
    number: (name) => as(name, isNumber),
    numberOrNull: (name) => (read(name) === null ? null : as(name, isNumber)),
    boolean: (name) => as(name, isBoolean),
    booleanOrNull: (name) => (read(name) === null ? null : as(name, isBoolean)),
    text: (name) => as(name, isText),
    textOrNull: (name) => (read(name) === null ? null : as(name, isText)),
    group: (name) => {
      const group = groups.get(name);
      if (group === undefined) throw new Error(`${owner} declares no group ${name}`);
      return group;
    },
    given: (name) => given.has(name),
  };
}

const wrong = (owner: string, argument: string, expected: Word, value: JsonValue): AppError =>
  invalid(
    owner,
    argument,
    word("argument-wrong", { owner, argument, expected, value: show(value) }),
  );

const invalid = (owner: string, argument: string, said: Word): AppError =>
  new AppError("tuner-argument-invalid", said, { tuner: owner, argument });

function show(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
