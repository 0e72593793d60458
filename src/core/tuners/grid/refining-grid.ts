import {
  allSpecs,
  buildParameters,
  fromUnit,
  constraintsByIndex,
  satisfies,
  satisfiesConstraints,
  type ParameterSpec,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";
import { categoryCount } from "../tpe/latent.ts";

/** Rounds after which a grid of doubles has nothing new to offer. */
const maxRounds = 50;

/** One parameter's points so far. */
interface AxisGrid {
  readonly spec: ParameterSpec;
  /** Option indices or integers of a categorical parameter, else probabilities under the prior. */
  readonly points: number[];
  /** Intervals of probability still worth halving. */
  intervals: readonly (readonly [number, number])[];
  /** Points before this one belong to earlier rounds. */
  before: number;
}

/** NNI 3.0's grid: categories in full, numbers first at probability 1/2, then 1/4 and 3/4, then the eighths …, each round
 *  combining all points so far except what earlier rounds combined. Intervals whose middle rounds to an end are dropped. */
export function* refiningGrid(space: SearchSpace): Generator<Parameters> {
  const axes = allSpecs(space).map(startAxis);
  const place = new Map(axes.map((axis, i) => [axis.spec.path, i]));
  for (let round = 0; round < maxRounds; round++) {
    const legal = axes.map((axis) => legalPoints(axis, space));
    if (legal.every((axis) => axis.points.length > 0)) yield* combine(space, legal, place);
    let refined = false;
    for (const axis of axes) refined = refine(axis) || refined;
    if (!refined) return;
  }
}

function startAxis(spec: ParameterSpec): AxisGrid {
  const categories = categoryCount(spec);
  if (categories === null)
    return {
      spec,
      points: [0.5],
      intervals: [
        [0, 0.5],
        [0.5, 1],
      ],
      before: 0,
    };
  const low = spec.type === "randint" ? spec.low : 0;
  const points = Array.from({ length: categories }, (_, i) => low + i);
  return { spec, points, intervals: [], before: 0 };
}

function numberAt(spec: ParameterSpec, point: number): number {
  return categoryCount(spec) === null ? fromUnit(spec, point) : point;
}

/** Without the points that a constraint on this parameter alone rules out, so that they are not combined at all: a narrow
 *  corner of a range takes many rounds to find. */
function legalPoints(axis: AxisGrid, space: SearchSpace): AxisGrid {
  const { spec, points, before } = axis;
  const own = space.constraints.filter(
    ({ left, right }) =>
      (left === spec.path && typeof right === "number") ||
      (right === spec.path && typeof left === "number"),
  );
  if (own.length === 0) return axis;
  const alone = { ...space, parameters: [spec] };
  const legal = points.map((point) =>
    satisfiesConstraints(
      own,
      buildParameters(alone, () => numberAt(spec, point)),
    ),
  );
  return {
    ...axis,
    points: points.filter((_, i) => legal[i]),
    before: legal.slice(0, before).filter(Boolean).length,
  };
}

/** Every combination over the active parameters, last fastest, that uses at least one point of this round. Where a
 *  constraint fails, the values after the one that decides it are not combined. */
function* combine(
  space: SearchSpace,
  axes: readonly AxisGrid[],
  place: ReadonlyMap<string, number>,
): Generator<Parameters> {
  const vector = axes.map(() => 0);
  const deciding = constraintsByIndex(space.constraints, space.parameters).flatMap((list, i) =>
    list.map((constraint) => ({ constraint, axis: place.get(space.parameters[i]!.path)! })),
  );
  for (;;) {
    const active: number[] = [];
    const parameters = buildParameters(space, (spec) => {
      const i = place.get(spec.path)!;
      active.push(i);
      return numberAt(spec, axes[i]!.points[vector[i]!]!);
    });
    const fresh = active.some((i) => vector[i]! >= axes[i]!.before);
    const failed = deciding.find(({ constraint }) => !satisfies(constraint, parameters));
    if (fresh && failed === undefined) yield parameters;
    let at = active.length - 1;
    if (failed !== undefined) {
      at = active.indexOf(failed.axis);
      vector.fill(0, failed.axis + 1);
    }
    while (at >= 0) {
      const i = active[at]!;
      if (vector[i]! + 1 < axes[i]!.points.length) {
        vector[i] = vector[i]! + 1;
        break;
      }
      vector[i] = 0;
      at--;
    }
    if (at < 0) return;
  }
}

/** Adds the middles of the intervals; true if anything is left to combine or to halve. */
function refine(axis: AxisGrid): boolean {
  axis.before = axis.points.length;
  const intervals: [number, number][] = [];
  let changed = false;
  for (const [left, right] of axis.intervals) {
    const middle = (left + right) / 2;
    const value = (u: number): number => fromUnit(axis.spec, u);
    const leftDiffers = left < middle && value(left) < value(middle);
    const rightDiffers = middle < right && value(middle) < value(right);
    // 0 and 1 are never points themselves, so their side counts as different
    if ((leftDiffers || left === 0) && (rightDiffers || right === 1)) {
      axis.points.push(middle);
      changed = true;
    }
    if (leftDiffers) {
      intervals.push([left, middle]);
      changed ||= left === 0;
    }
    if (rightDiffers) {
      intervals.push([middle, right]);
      changed ||= right === 1;
    }
  }
  axis.intervals = intervals;
  return changed;
}
