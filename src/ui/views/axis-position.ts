import type { JsonValue } from "../../core/json.ts";
import { allSpecs } from "../../core/search-space/index.ts";
import type { SearchSpace } from "../../core/search-space/types.ts";
import { toUnit } from "../../core/search-space/unit-cube.ts";

/** Where a parameter's value lies along its axis, in [0, 1]; null for a value or a path that the space does not have. */
export function axisPosition(space: SearchSpace, path: string, value: JsonValue): number | null {
  const spec = allSpecs(space).find((one) => one.path === path);
  if (!spec) return null;
  if (spec.type !== "choice") return typeof value === "number" ? toUnit(spec, value) : null;
  const text = JSON.stringify(value);
  const index = spec.options.findIndex(
    (option) => JSON.stringify(option.kind === "nested" ? option.name : option.value) === text,
  );
  return index < 0 ? null : toUnit(spec, index);
}
