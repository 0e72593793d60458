import { trainForest } from "../math/forest.ts";
import type { Rng } from "../math/rng.ts";
import { labelOf } from "../journal/parallel-coordinates.ts";
import { fromUnit } from "../search-space/unit-cube.ts";
import type { SearchSpace } from "../search-space/types.ts";
import type { Trial } from "../trial.ts";
import { boxTrees, interaction, mainEffects, marginal } from "./fanova.ts";
import {
  fewestTrials,
  observe,
  toForestData,
  type ObservationOptions,
  type Observations,
} from "./observations.ts";

/** What one parameter alone does to the metric. */
export interface Importance {
  /** Path of the parameter. */
  readonly path: string;
  /** Share of the metric's variance over the search space that this parameter explains alone, in [0, 1]. */
  readonly share: number;
  /** Standard deviation of the share between the trees. */
  readonly spread: number;
}

/** Parameter importance by functional ANOVA on a random forest, most important first; empty with fewer than 8 scored
 *  trials. Shares are of the variance over the whole space, so they sum to at most 1; the rest are interactions. */
export function fanovaImportance(
  space: SearchSpace,
  trials: readonly Trial[],
  rng: Rng,
  options: ObservationOptions,
): Importance[] {
  const observations = observe(space, trials, options);
  if (observations.rows.length < fewestTrials) return [];
  const effects = grow(observations, rng).flatMap((tree) => {
    const shares = mainEffects(tree, observations.specs.length);
    return shares === null ? [] : [shares];
  });
  return observations.specs
    .map((spec, k): Importance => {
      const values = effects.map((shares) => shares[k]!);
      const share = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
      const square = values.reduce((sum, v) => sum + (v - share) ** 2, 0);
      return { path: spec.path, share, spread: Math.sqrt(square / Math.max(1, values.length)) };
    })
    .sort((a, b) => b.share - a.share);
}

/** How much two parameters matter together beyond each alone, as a share of the variance. */
export function fanovaInteraction(
  space: SearchSpace,
  trials: readonly Trial[],
  paths: readonly [string, string],
  rng: Rng,
  options: ObservationOptions,
): number {
  const observations = observe(space, trials, options);
  const [j, k] = paths.map((path) => columnOf(observations, path));
  if (observations.rows.length < fewestTrials || j === k) return 0;
  const trees = grow(observations, rng);
  return trees.reduce((sum, tree) => sum + interaction(tree, j!, k!), 0) / trees.length;
}

/** One place of a marginal curve. */
export interface MarginalPoint {
  /** In [0, 1] along the axis. */
  readonly position: number;
  readonly label: string;
  /** Expected metric with all other parameters averaged out, and its spread between the trees. */
  readonly mean: number;
  readonly sd: number;
}

/** The expected metric as a function of one parameter, at its options or at 25 places of its range. */
export function marginalCurve(
  space: SearchSpace,
  trials: readonly Trial[],
  path: string,
  rng: Rng,
  options: ObservationOptions,
): MarginalPoint[] {
  const observations = observe(space, trials, options);
  if (observations.rows.length < fewestTrials) return [];
  const k = columnOf(observations, path);
  const spec = observations.specs[k]!;
  const sign = options.mode === "maximize" ? 1 : -1;
  const marginals = grow(observations, rng).map((tree) => marginal(tree, k));
  const places = spec.type === "choice" ? spec.options.length : 25;
  return Array.from({ length: places }, (_, i) => {
    const position = (i + 0.5) / places;
    const at = spec.type === "choice" ? i : position;
    const means = marginals.map(
      (pieces) => sign * (pieces.find((p) => at >= p.lower && at <= p.upper)?.mean ?? 0),
    );
    const mean = means.reduce((a, b) => a + b, 0) / means.length;
    const square = means.reduce((sum, m) => sum + (m - mean) ** 2, 0);
    const value = spec.type === "choice" ? i : fromUnit(spec, position);
    return { position, label: labelOf(spec, value), mean, sd: Math.sqrt(square / means.length) };
  });
}

/** Small leaves would model the noise of single trials. */
function grow(observations: Observations, rng: Rng): ReturnType<typeof boxTrees> {
  const settings = { trees: 64, minimumSplit: 4, minimumLeaf: 2, maximumDepth: 24 };
  return boxTrees(trainForest(toForestData(observations), rng, settings));
}

/** @throws RangeError for a path that is no parameter */
export function columnOf(observations: Observations, path: string): number {
  const index = observations.specs.findIndex((spec) => spec.path === path);
  if (index < 0)
    throw new RangeError(
      `path: expected one of ${observations.specs.map((s) => s.path).join(", ")}, got ${path}`,
    );
  return index;
}
