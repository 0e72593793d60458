import {
  buildParameters,
  effectiveKey,
  satisfiesConstraints,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";
import { valueAt, type Axes, type Axis } from "./axes.ts";

/** A configuration and its coordinates (not yet rounded to a grid). */
export interface Draw {
  readonly parameters: Parameters;
  readonly row: Float64Array;
}

/** Builds a configuration coordinate by coordinate; null when it breaks a constraint or has been tried. */
export function drawRow(
  axes: Axes,
  space: SearchSpace,
  seen: ReadonlySet<string>,
  pick: (axis: Axis) => number,
): Draw | null {
  const row = new Float64Array(axes.list.length).fill(NaN);
  const parameters = buildParameters(space, (spec) => {
    const axis = axes.byPath.get(spec.path)!;
    const x = pick(axis);
    row[axis.index] = x;
    return valueAt(axis, x);
  });
  if (!satisfiesConstraints(space.constraints, parameters)) return null;
  if (seen.size > 0 && seen.has(effectiveKey(space, parameters))) return null;
  return { parameters, row };
}
