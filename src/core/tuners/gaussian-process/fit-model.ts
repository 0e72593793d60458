import { fitHyperparameters } from "../../math/gaussian-process/fit.ts";
import type { Hyperparameters, Points } from "../../math/gaussian-process/kernel.ts";

/** Observations in the model's terms. */
export interface TrainingSet {
  readonly points: Points;
  /** Standardised losses. */
  readonly y: Float64Array;
  /** Noise variance of each beyond the common one; null when all are alike. */
  readonly extraNoise: Float64Array | null;
}

/** Above this many observations the hyper-parameters come from a part of them. */
const coarseSize = 50;
const fineSize = 120;

/** Some of the observations, in the order of `indices`. */
export function subset(training: TrainingSet, indices: readonly number[]): TrainingSet {
  const { points, y, extraNoise } = training;
  const { dims } = points;
  const values = new Float64Array(indices.length * dims);
  indices.forEach((i, at) =>
    values.set(points.values.subarray(i * dims, (i + 1) * dims), at * dims),
  );
  const pick = (source: Float64Array): Float64Array =>
    Float64Array.from(indices, (i) => source[i]!);
  return {
    points: { ...points, count: indices.length, values },
    y: pick(y),
    extraNoise: extraNoise && pick(extraNoise),
  };
}

/** Half the best and half spread evenly over the rest, ordered as they came. */
export function representative(y: Float64Array, size: number): number[] {
  const byLoss = Array.from(y, (_, i) => i).sort((a, b) => y[a]! - y[b]! || a - b);
  if (byLoss.length <= size) return byLoss.sort((a, b) => a - b);
  const half = Math.ceil(size / 2);
  const rest = byLoss.slice(half);
  const spread = Array.from(
    { length: size - half },
    (_, i) => rest[Math.floor((i * rest.length) / (size - half))]!,
  );
  return [...byLoss.slice(0, half), ...spread].sort((a, b) => a - b);
}

/** Maximum a posteriori hyper-parameters, found from history alone: several starts on a part of the observations, the
 *  best of them refined on more. */
export function fitModel(training: TrainingSet): Hyperparameters {
  const { points, y } = training;
  const { dims } = points;
  const start = (weight: number, noise: number): Hyperparameters => ({
    weights: new Float64Array(dims).fill(weight),
    scale: 1,
    noise,
  });
  const coarse =
    points.count <= coarseSize ? training : subset(training, representative(y, coarseSize));
  const found = fitHyperparameters(coarse, [start(3, 1e-4), start(30, 1e-2)], {
    maxIterations: 40,
  });
  if (coarse === training) return found.hyper;
  const fine = points.count <= fineSize ? training : subset(training, representative(y, fineSize));
  return fitHyperparameters(fine, [found.hyper], { maxIterations: 12 }).hyper;
}
