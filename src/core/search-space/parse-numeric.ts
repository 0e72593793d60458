import type { JsonValue } from "../json.ts";
import { searchSpaceLimits as limits } from "./limits.ts";
import type { Problems } from "./problems.ts";
import type { NniReading, NumericSpec } from "./types.ts";
import { word } from "../words/index.ts";

const arities: Readonly<Record<NumericSpec["type"], readonly string[]>> = {
  randint: ["low", "high"],
  uniform: ["low", "high"],
  loguniform: ["low", "high"],
  quniform: ["low", "high", "q"],
  qloguniform: ["low", "high", "q"],
  normal: ["mu", "sigma"],
  lognormal: ["mu", "sigma"],
  qnormal: ["mu", "sigma", "q"],
  qlognormal: ["mu", "sigma", "q"],
};

/** Every `_type` that is understood. */
export const parameterTypes: readonly string[] = ["choice", ...Object.keys(arities)];

const nasTypes: readonly unknown[] = ["layer_choice", "input_choice", "mutable_layer"];

function isNumericType(type: unknown): type is NumericSpec["type"] {
  return typeof type === "string" && Object.hasOwn(arities, type);
}

/** Where a parameter stands. */
export interface ParameterPlace {
  readonly name: string;
  readonly path: string;
}

/** How a space is read, and where its problems go. */
export interface Reader {
  readonly reading: NniReading;
  readonly problems: Problems;
}

/** Parses one parameter that is no choice; null after adding to `problems`. */
export function parseNumeric(
  { name, path }: ParameterPlace,
  type: JsonValue | undefined,
  args: readonly JsonValue[],
  { reading, problems }: Reader,
): NumericSpec | null {
  if (!isNumericType(type)) {
    problems.add(
      `${path}._type`,
      type,
      word("one-of", { names: parameterTypes }),
      nasTypes.includes(type) ? word("list-architectures") : word("correct-type"),
    );
    return null;
  }
  const names = arities[type];
  const numbers = args.filter((x): x is number => typeof x === "number" && Number.isFinite(x));
  if (args.length !== names.length || numbers.length !== names.length) {
    problems.add(
      `${path}._value`,
      args,
      word("numbers-named", { names }),
      args.some((x) => typeof x === "string")
        ? word("no-quotes")
        : word("give-exactly", { names, type }),
    );
    return null;
  }
  const [first = 0, second = 0, q = 0] = numbers;
  const before = problems.count;
  if (names.includes("q") && !(q > 0))
    problems.add(`${path}._value[2]`, q, word("positive-step"), word("give-step"));
  switch (type) {
    case "randint":
      return parseRandint({ name, path }, [first, second], { reading, problems });
    case "uniform":
    case "loguniform":
    case "quniform":
    case "qloguniform": {
      checkBounds(path, type, [first, second], problems);
      if (problems.count > before) return null;
      return type === "uniform" || type === "loguniform"
        ? { type, name, path, low: first, high: second }
        : { type, name, path, low: first, high: second, q };
    }
    case "normal":
    case "lognormal":
    case "qnormal":
    case "qlognormal": {
      if (!(second > 0))
        problems.add(`${path}._value[1]`, second, word("positive-sigma"), word("constant-choice"));
      if (problems.count > before) return null;
      return type === "normal" || type === "lognormal"
        ? { type, name, path, mu: first, sigma: second }
        : { type, name, path, mu: first, sigma: second, q };
    }
    default:
      return type satisfies never;
  }
}

function parseRandint(
  { name, path }: ParameterPlace,
  [first, second]: readonly [number, number],
  { reading, problems }: Reader,
): NumericSpec | null {
  // NNI 3.0 rounds fractional bounds up; NNI 2.1 leaves them to NumPy, which cuts them off without a word.
  const low = reading === "3.0" ? Math.ceil(first) : first;
  const high = reading === "3.0" ? Math.ceil(second) : second;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    problems.add(`${path}._value`, [first, second], word("two-integers"), word("whole-numbers"));
    return null;
  }
  if (!(low < high)) {
    problems.add(
      `${path}._value`,
      [first, second],
      word("low-below-exclusive-high"),
      low === high
        ? word("include-high", { low, to: low + 1 })
        : word("swap-bounds", { low: second, high: first }),
    );
    return null;
  }
  if (high - low > limits.integers) {
    problems.add(
      `${path}._value`,
      [first, second],
      word("at-most-integers", { integers: limits.integers }),
      word("use-quniform"),
    );
    return null;
  }
  return { type: "randint", name, path, low, high };
}

function checkBounds(
  path: string,
  type: string,
  [low, high]: readonly [number, number],
  problems: Problems,
): void {
  if (!(low < high))
    problems.add(
      `${path}._value`,
      [low, high],
      word("low-below-high"),
      low === high ? word("constant-choice") : word("inverted-bounds", { low: high, high: low }),
    );
  else if (type.includes("log") && !(low > 0))
    problems.add(
      `${path}._value[0]`,
      low,
      word("positive-low", { type }),
      word("positive-bound", {
        bound: high > 0 ? high / 1000 : 0.0001,
        type: type.replace("log", ""),
      }),
    );
}
