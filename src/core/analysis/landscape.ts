import { predictForest, trainForest } from "../math/forest.ts";
import type { Rng } from "../math/rng.ts";
import { labelOf } from "../journal/parallel-coordinates.ts";
import type { ParameterSpec, SearchSpace } from "../search-space/types.ts";
import { fromUnit } from "../search-space/unit-cube.ts";
import type { Trial } from "../trial.ts";
import { columnOf } from "./importance.ts";
import { fewestTrials, observe, toForestData, type ObservationOptions } from "./observations.ts";

/** A parameter's places, each in [0, 1] with its text. */
export interface ContourAxis {
  readonly path: string;
  readonly positions: readonly number[];
  readonly labels: readonly string[];
}

/** The expected metric over two parameters. */
export interface Contour {
  readonly x: ContourAxis;
  readonly y: ContourAxis;
  /** Expected metric, [y][x], with the other parameters as the trials had them. */
  readonly values: readonly (readonly number[])[];
  /** The trials themselves: positions and metric. */
  readonly points: readonly {
    readonly trial: number;
    readonly x: number;
    readonly y: number;
    readonly metric: number;
  }[];
}

/** Expected metric over a pair of parameters by partial dependence of a random forest (at most 25 trials averaged over);
 *  null with fewer than 8 scored trials. */
export function contour(
  space: SearchSpace,
  trials: readonly Trial[],
  paths: readonly [string, string],
  rng: Rng,
  options: ObservationOptions,
): Contour | null {
  const observations = observe(space, trials, options);
  const { specs, rows } = observations;
  if (rows.length < fewestTrials) return null;
  const [j, k] = [columnOf(observations, paths[0]), columnOf(observations, paths[1])];
  const sign = options.mode === "maximize" ? 1 : -1;
  const forest = trainForest(toForestData(observations), rng, { trees: 32, minimumLeaf: 2 });
  const every = Math.max(1, Math.ceil(rows.length / 25));
  const background = rows.filter((_, i) => i % every === 0).map((row) => row.x);
  const axes = [axisOf(specs[j]!), axisOf(specs[k]!)] as const;
  const values = axes[1].inputs.map((b) =>
    axes[0].inputs.map((a) => {
      let sum = 0;
      for (const point of background) {
        const moved = Float64Array.from(point);
        moved[j] = a;
        moved[k] = b;
        sum += predictForest(forest, moved).mean;
      }
      return (sign * sum) / background.length;
    }),
  );
  const place = (spec: ParameterSpec, x: number): number =>
    spec.type === "choice" ? (x + 0.5) / spec.options.length : x;
  const points = rows.map((row) => ({
    trial: row.trial,
    x: place(specs[j]!, row.x[j]!),
    y: place(specs[k]!, row.x[k]!),
    metric: sign * row.score,
  }));
  return { x: axes[0].axis, y: axes[1].axis, values, points };
}

/** Places along an axis: every option, or 12 equal steps under the prior; `inputs` are what the forest sees. */
function axisOf(spec: ParameterSpec): { axis: ContourAxis; inputs: readonly number[] } {
  const count = spec.type === "choice" ? spec.options.length : 12;
  const positions = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
  const inputs = spec.type === "choice" ? positions.map((_, i) => i) : positions;
  const labels = inputs.map((x) => labelOf(spec, spec.type === "choice" ? x : fromUnit(spec, x)));
  return { axis: { path: spec.path, positions, labels }, inputs };
}
