import { isJsonObject, type JsonValue } from "../json.ts";
import type { Trial } from "../trial.ts";
import { copyJson } from "./canonical.ts";
import { mismatches } from "./check.ts";
import { effectiveKey } from "./configuration.ts";
import { searchSpaceLimits as limits } from "./limits.ts";
import type { Problems } from "./problems.ts";
import type { Parameters, SearchSpace } from "./types.ts";
import { word } from "../words/index.ts";

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
      word("list-of-configurations", { configurations: limits.initial }),
      word("write-this", { text: '"_initial": [{ "lr": 0.1, … }]' }),
    );
    return [];
  }
  const list: Parameters[] = [];
  value.forEach((item: JsonValue, index) => {
    const copy = copyJson(item, 100_000);
    if (!isJsonObject(copy)) {
      problems.add(
        `_initial[${index}]`,
        item,
        word("object-of-parameters"),
        word("give-every-parameter"),
      );
      return;
    }
    const wrong = mismatches(space, copy);
    if (wrong.length > 0)
      problems.add(
        `_initial[${index}]`,
        copy,
        word("configuration-of-space"),
        word("mend", { mismatches: wrong }),
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
