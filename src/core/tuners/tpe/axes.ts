import type { Rng } from "../../math/rng.ts";
import {
  activeParameters,
  allSpecs,
  type NumericSpec,
  type ParameterSpec,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";
import { fromLatent, latentCell, latentPrior, toLatent, type LatentPrior } from "./latent.ts";

/** Standard deviation of a uniform distribution of width 1: puts normal priors on the same footing as ranges. */
const unitSd = 1 / Math.sqrt(12);

/** One parameter of the space as a coordinate of a row: an option's index, or a number that is 0..1 over a range
 *  (for normal priors: standard deviations over sqrt(12)). Ranges of integers are ordinal. */
export type Axis = CategoricalAxis | NumericAxis;

/** A parameter whose options have no order. */
export interface CategoricalAxis {
  readonly kind: "categorical";
  readonly spec: ParameterSpec;
  readonly index: number;
  readonly options: number;
}

/** A parameter on a line, its logarithm where it is searched by that. */
export interface NumericAxis {
  readonly kind: "numeric";
  readonly spec: NumericSpec;
  readonly index: number;
  readonly prior: LatentPrior;
  readonly origin: number;
  readonly width: number;
  readonly bounded: boolean;
  /** True when values come from a grid: likelihoods are masses of the rounding cell. */
  readonly quantized: boolean;
}

/** The coordinates of a search space and the way there. */
export interface Axes {
  readonly list: readonly Axis[];
  readonly byPath: ReadonlyMap<string, Axis>;
}

/** Of all parameters, nested ones too, in the order of `allSpecs`. */
export function spaceAxes(space: SearchSpace): Axes {
  const list = allSpecs(space).map((spec, index): Axis => {
    if (spec.type === "choice")
      return { kind: "categorical", spec, index, options: spec.options.length };
    const prior = latentPrior(spec);
    const bounded = Number.isFinite(prior.low);
    return {
      kind: "numeric",
      spec,
      index,
      prior,
      bounded,
      origin: bounded ? prior.low : prior.mu,
      width: bounded ? prior.high - prior.low : prior.sigma / unitSd,
      quantized: spec.type === "randint" || "q" in spec,
    };
  });
  return { list, byPath: new Map(list.map((axis) => [axis.spec.path, axis])) };
}

/** A configuration as one coordinate per axis; NaN where a parameter is not active. */
export function encode(axes: Axes, space: SearchSpace, parameters: Parameters): Float64Array {
  const row = new Float64Array(axes.list.length).fill(NaN);
  for (const { spec, value } of activeParameters(space, parameters)) {
    const axis = axes.byPath.get(spec.path)!;
    row[axis.index] = coordinate(axis, value);
  }
  return row;
}

/** Rows of a history, remembered per parameters object: histories only grow, and objects in them never change. */
export function encodeAll(
  axes: Axes,
  space: SearchSpace,
  trials: readonly { readonly parameters: Parameters }[],
): Float64Array[] {
  let memory = remembered.get(space);
  if (memory === undefined) remembered.set(space, (memory = new WeakMap()));
  return trials.map(({ parameters }) => {
    let row = memory.get(parameters);
    if (row === undefined) memory.set(parameters, (row = encode(axes, space, parameters)));
    return row;
  });
}

/** A pure function's memory, not state: it holds nothing that its arguments do not say. */
const remembered = new WeakMap<SearchSpace, WeakMap<Parameters, Float64Array>>();

/** Coordinate of a parameter's value. */
export function coordinate(axis: Axis, value: number): number {
  if (axis.kind === "categorical") return value;
  const x = (toLatent(axis.prior, value) - axis.origin) / axis.width;
  return axis.bounded ? Math.min(1, Math.max(0, x)) : x;
}

/** The value a trial receives at a coordinate. */
export function valueAt(axis: Axis, x: number): number {
  if (axis.kind === "categorical") return x;
  return fromLatent(axis.spec, axis.prior, axis.origin + x * axis.width);
}

/** The interval of coordinates that is rounded to the same value as `x`; null for continuous axes. */
export function cellAt(axis: NumericAxis, x: number): readonly [number, number] | null {
  if (!axis.quantized) return null;
  const cell = latentCell(axis.spec, axis.prior, valueAt(axis, x));
  if (cell === null) return null;
  return [(cell[0] - axis.origin) / axis.width, (cell[1] - axis.origin) / axis.width];
}

/** A coordinate drawn from the prior. */
export function drawFromPrior(axis: Axis, rng: Rng): number {
  if (axis.kind === "categorical") return rng.int(axis.options);
  return axis.bounded ? rng.next() : unitSd * rng.normal();
}

/** Standard deviation of the prior on the coordinate's scale. */
export const priorSd = unitSd;
