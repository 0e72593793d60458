import type { JsonValue } from "../json.ts";
import { searchSpaceLimits as limits } from "./limits.ts";
import type { Problems } from "./problems.ts";
import type { NniReading, NumericSpec } from "./types.ts";

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

/** Parses one parameter that is no choice; null after adding to `problems`. */
export function parseNumeric(
  name: string,
  path: string,
  type: JsonValue | undefined,
  args: readonly JsonValue[],
  reading: NniReading,
  problems: Problems,
): NumericSpec | null {
  if (!isNumericType(type)) {
    problems.add(
      `${path}._type`,
      type,
      `one of ${parameterTypes.join(", ")}`,
      nasTypes.includes(type)
        ? "NNI's classic architecture search is not available: list the architectures as a choice."
        : "Correct the type.",
    );
    return null;
  }
  const names = arities[type];
  const numbers = args.filter((x): x is number => typeof x === "number" && Number.isFinite(x));
  if (args.length !== names.length || numbers.length !== names.length) {
    problems.add(
      `${path}._value`,
      args,
      `${names.length} numbers [${names.join(", ")}]`,
      args.some((x) => typeof x === "string")
        ? "Write numbers without quotes."
        : `Give exactly ${names.join(", ")} for ${type}.`,
    );
    return null;
  }
  const [first = 0, second = 0, q = 0] = numbers;
  const before = problems.count;
  if (names.includes("q") && !(q > 0))
    problems.add(`${path}._value[2]`, q, "a step q above 0", "Give the distance between values.");
  switch (type) {
    case "randint":
      return parseRandint(name, path, first, second, reading, problems);
    case "uniform":
    case "loguniform":
    case "quniform":
    case "qloguniform": {
      checkBounds(path, type, first, second, problems);
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
        problems.add(
          `${path}._value[1]`,
          second,
          "a standard deviation sigma above 0",
          'For a constant use a "choice" with one value.',
        );
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
  name: string,
  path: string,
  first: number,
  second: number,
  reading: NniReading,
  problems: Problems,
): NumericSpec | null {
  // NNI 3.0 rounds fractional bounds up; NNI 2.1 leaves them to NumPy, which cuts them off without a word.
  const low = reading === "3.0" ? Math.ceil(first) : first;
  const high = reading === "3.0" ? Math.ceil(second) : second;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    problems.add(
      `${path}._value`,
      [first, second],
      "two integers [low, high)",
      "Use whole numbers, or quniform for fractions.",
    );
    return null;
  }
  if (!(low < high)) {
    problems.add(
      `${path}._value`,
      [first, second],
      "low below high (high is exclusive)",
      low === high
        ? `To include ${low} write [${low}, ${low + 1}].`
        : `Swap the bounds: [${second}, ${first}].`,
    );
    return null;
  }
  if (high - low > limits.integers) {
    problems.add(
      `${path}._value`,
      [first, second],
      `at most ${limits.integers} integers`,
      "Use quniform.",
    );
    return null;
  }
  return { type: "randint", name, path, low, high };
}

function checkBounds(
  path: string,
  type: string,
  low: number,
  high: number,
  problems: Problems,
): void {
  if (!(low < high))
    problems.add(
      `${path}._value`,
      [low, high],
      "low below high",
      low === high
        ? 'For a constant use a "choice" with one value.'
        : `The bounds are inverted: write [${high}, ${low}].`,
    );
  else if (type.includes("log") && !(low > 0))
    problems.add(
      `${path}._value[0]`,
      low,
      `a lower bound above 0 for ${type}`,
      `Use a small positive bound such as ${high > 0 ? high / 1000 : 0.0001}, or ${type.replace("log", "")}.`,
    );
}
