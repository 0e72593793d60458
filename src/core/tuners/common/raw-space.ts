import { AppError } from "../../errors.ts";
import type { Rng } from "../../math/rng.ts";
import {
  activeParameters,
  buildParameters,
  clip,
  gridValues,
  sampleSpec,
  satisfiesConstraints,
  type ParameterSpec,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";
import { word } from "../../words/index.ts";

/** Configurations as vectors of their raw values – learning rates not in logarithms, options by their number –, the view
 *  that NNI's GP and Metis tuners have of a flat space. */
export interface RawSpace {
  readonly dims: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  sample(rng: Rng): Float64Array;
  /** Null for a configuration that lacks a parameter. */
  encode(parameters: Parameters): Float64Array | null;
  /** The nearest legal values. */
  snap(x: Float64Array): Float64Array;
  /** @param x snapped */
  decode(x: Float64Array): Parameters;
  /** @param x snapped */
  isAllowed(x: Float64Array): boolean;
  /** The next legal value in a direction, for discrete parameters; null for continuous ones. */
  neighbour(x: Float64Array, k: number, direction: 1 | -1): number | null;
}

/** @throws AppError "search-space-invalid" for options that are no numbers */
export function createRawSpace(space: SearchSpace, tuner: string): RawSpace {
  const axes = space.parameters.map((spec) => axisOf(spec, tuner));
  const snap = (x: Float64Array): Float64Array => x.map((value, k) => axes[k]!.snap(value));
  const decode = (x: Float64Array): Parameters => {
    const values = new Map(space.parameters.map((spec, k) => [spec, axes[k]!.toSpec(x[k]!)]));
    return buildParameters(space, (spec) => values.get(spec)!);
  };
  return {
    dims: axes.length,
    low: Float64Array.from(axes, (axis) => axis.low),
    high: Float64Array.from(axes, (axis) => axis.high),
    sample: (rng) =>
      Float64Array.from(space.parameters, (spec, k) => axes[k]!.fromSpec(sampleSpec(spec, rng))),
    encode(parameters) {
      const active = activeParameters(space, parameters);
      if (active.length !== axes.length) return null;
      return Float64Array.from(active, ({ value }, k) => axes[k]!.fromSpec(value));
    },
    snap,
    decode,
    isAllowed: (x) =>
      space.constraints.length === 0 || satisfiesConstraints(space.constraints, decode(x)),
    neighbour(x, k, direction) {
      const { levels } = axes[k]!;
      if (levels === null) return null;
      const at = nearestIndex(levels, x[k]!) + direction;
      return levels.at(clip(at, 0, levels.length - 1));
    },
  };
}

interface Axis {
  readonly low: number;
  readonly high: number;
  /** Ascending legal values; null for a continuum. */
  readonly levels: { readonly length: number; at(i: number): number } | null;
  snap(value: number): number;
  /** To and from what a specification counts in: option indices for choices, else the value. */
  toSpec(value: number): number;
  fromSpec(value: number): number;
}

const same = (value: number): number => value;

function axisOf(spec: ParameterSpec, tuner: string): Axis {
  switch (spec.type) {
    case "choice": {
      const options = spec.options.map((option) => {
        if (option.kind === "value" && typeof option.value === "number") return option.value;
        throw new AppError(
          "search-space-invalid",
          word("unsupported-names", { path: spec.path, tuner }),
          { path: spec.path, tuner },
        );
      });
      const sorted = [...options].sort((a, b) => a - b);
      const levels = { length: sorted.length, at: (i: number) => sorted[i]! };
      return {
        low: sorted[0]!,
        high: sorted.at(-1)!,
        levels,
        snap: (value) => sorted[nearestIndex(levels, value)]!,
        toSpec: (value) => options.indexOf(value),
        fromSpec: (index) => options[index]!,
      };
    }
    case "randint":
    case "quniform":
    case "qloguniform": {
      const grid = gridValues(spec)!;
      return {
        low: grid.at(0),
        high: grid.at(grid.length - 1),
        levels: grid,
        snap: (value) => grid.at(nearestIndex(grid, value)),
        toSpec: same,
        fromSpec: same,
      };
    }
    case "uniform":
    case "loguniform": {
      const { low, high } = spec;
      return {
        low,
        high,
        levels: null,
        snap: (value) => clip(value, low, high),
        toSpec: same,
        fromSpec: same,
      };
    }
    default:
      throw new AppError(
        "search-space-invalid",
        word("unsupported-unbounded", { path: spec.path, type: spec.type, tuner }),
        { path: spec.path, tuner },
      );
  }
}

function nearestIndex(levels: { length: number; at(i: number): number }, value: number): number {
  let [low, high] = [0, levels.length - 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (levels.at(middle) <= value) low = middle;
    else high = middle;
  }
  return Math.abs(levels.at(high) - value) < Math.abs(levels.at(low) - value) ? high : low;
}

/** Improves the best of many points by steps along the axes that shrink: what L-BFGS-B from every point does in NNI, for
 *  a hundredth of the evaluations. Points must be snapped; those that break a constraint are left out.
 *  @returns legal points with their values, best (largest) first; at least the unimproved ones */
export function climbAxes(
  space: RawSpace,
  points: readonly Float64Array[],
  score: (x: Float64Array) => number,
  starts: number,
): { readonly x: Float64Array; readonly value: number }[] {
  const pool = points
    .filter((x) => space.isAllowed(x))
    .map((x) => ({ x, value: score(x) }))
    .sort((a, b) => b.value - a.value);
  const improved = pool.slice(0, starts).map((start) => {
    let { x, value } = start;
    for (let share = 0.1; share > 1e-5;) {
      let better = false;
      for (let k = 0; k < space.dims; k++) {
        for (const direction of [1, -1] as const) {
          const moved = x.slice();
          moved[k] =
            space.neighbour(x, k, direction) ??
            x[k]! + direction * share * (space.high[k]! - space.low[k]!);
          const next = space.snap(moved);
          if (next[k] === x[k] || !space.isAllowed(next)) continue;
          const nextValue = score(next);
          if (nextValue > value) {
            [x, value, better] = [next, nextValue, true];
            break;
          }
        }
      }
      if (!better) share /= 4;
    }
    return { x, value };
  });
  return [...improved, ...pool].sort((a, b) => b.value - a.value);
}
