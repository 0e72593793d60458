import { isJsonObject, type JsonValue } from "../json.ts";
import type { Trial } from "../trial.ts";
import { copyJson } from "./canonical.ts";
import { parameterProblems } from "./check.ts";
import { effectiveKey } from "./configuration.ts";
import { searchSpaceLimits as limits } from "./limits.ts";
import type { Problems } from "./problems.ts";
import type { Parameters, SearchSpace } from "./types.ts";

/** Parses `_initial`: a list of complete configurations within the space. */
export function parseInitial(
  value: JsonValue | undefined,
  space: SearchSpace,
  problems: Problems,
): Parameters[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > limits.initial) {
    problems.add(
      "_initial",
      value,
      `a list of at most ${limits.initial} configurations`,
      'Write "_initial": [{ "lr": 0.1, … }].',
    );
    return [];
  }
  const list: Parameters[] = [];
  value.forEach((item: JsonValue, index) => {
    const copy = copyJson(item, 100_000);
    if (!isJsonObject(copy)) {
      problems.add(`_initial[${index}]`, item, "an object of parameters", "Give every parameter.");
      return;
    }
    const wrong = parameterProblems(space, copy);
    if (wrong.length > 0)
      problems.add(
        `_initial[${index}]`,
        copy,
        "a configuration of this search space",
        `Mend: ${wrong.join("; ")}.`,
      );
    else list.push(copy);
  });
  return list;
}

/** The first initial configuration that no trial of the history has yet, or null when all are done. */
export function nextInitial(space: SearchSpace, history: readonly Trial[]): Parameters | null {
  if (space.initial.length === 0) return null;
  const seen = new Set(history.map((trial) => effectiveKey(space, trial.parameters)));
  return space.initial.find((parameters) => !seen.has(effectiveKey(space, parameters))) ?? null;
}
