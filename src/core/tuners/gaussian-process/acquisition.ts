import { minimizeBounded } from "../../math/lbfgs.ts";
import { logImprovement } from "../../math/gaussian-process/expected-improvement.ts";
import type { Posterior } from "../../math/gaussian-process/posterior.ts";
import type { Rng } from "../../math/rng.ts";
import { nearest, type Encoding } from "./encoding.ts";

/** A latent point and the logarithm of its expected improvement, in units of the model's outputs. */
export interface Candidate {
  readonly x: Float64Array;
  readonly logImprovement: number;
}

/** How many points are looked at, and how long. */
export interface SearchOptions {
  readonly samples: number;
  readonly localSamples: number;
  readonly starts: number;
  readonly maxIterations: number;
  readonly rounds: number;
}

/** For models of few points, whose predictions cost little. */
export const defaultSearchOptions: SearchOptions = {
  samples: 1000,
  localSamples: 300,
  starts: 8,
  maxIterations: 40,
  rounds: 3,
};

/** What a search of points goes by. */
export interface Model {
  readonly encoding: Encoding;
  readonly posterior: Posterior;
  /** The output that is to be improved on. */
  readonly best: number;
}

/** Points where the model expects most improvement over `best`, best first: many random points and perturbations of
 *  the incumbents, the most promising of them improved by gradients (numeric) and exchange (discrete), in turns.
 *  @param incumbents latent points of the best trials, best first */
export function searchImprovement(
  model: Model,
  incumbents: readonly Float64Array[],
  rng: Rng,
  options: SearchOptions,
): Candidate[] {
  const { encoding, posterior, best } = model;
  const { dims } = encoding;
  const canonical = new Float64Array(dims);
  const score = (x: Float64Array): number => {
    if (!encoding.isAllowed(x)) return -Infinity;
    const { mean, variance } = posterior.predict(encoding.canonical(x, canonical));
    const sd = Math.sqrt(variance);
    return Math.log(sd) + logImprovement((best - mean) / sd).value;
  };
  const pool: Candidate[] = [];
  const consider = (x: Float64Array): void => {
    const value = score(x);
    if (value > -Infinity) pool.push({ x, logImprovement: value });
  };
  for (let i = 0; i < options.samples; i++) consider(encoding.sample(rng));
  if (incumbents.length > 0)
    for (let i = 0; i < options.localSamples; i++)
      consider(perturb(encoding, incumbents[i % incumbents.length]!, rng));
  pool.sort((a, b) => b.logImprovement - a.logImprovement);

  const starts = chooseStarts(encoding, pool, options.starts);
  const improved = starts.map((start) => improve(model, start, score, options));
  return [...improved, ...pool.slice(0, 50)].sort((a, b) => b.logImprovement - a.logImprovement);
}

/** Random points, those that the model knows least about first. */
export function searchVariance(
  { encoding, posterior, best }: Model,
  rng: Rng,
  samples: number,
): Candidate[] {
  const canonical = new Float64Array(encoding.dims);
  const pool: (Candidate & { variance: number })[] = [];
  for (let i = 0; i < samples; i++) {
    const x = encoding.sample(rng);
    if (!encoding.isAllowed(x)) continue;
    const { mean, variance } = posterior.predict(encoding.canonical(x, canonical));
    const sd = Math.sqrt(variance);
    const value = Math.log(sd) + logImprovement((best - mean) / sd).value;
    pool.push({ x, logImprovement: value, variance });
  }
  return pool.sort((a, b) => b.variance - a.variance);
}

/** Moves some features of a good point: numbers by a step of random magnitude, levels to a neighbour or anywhere. */
function perturb(encoding: Encoding, point: Float64Array, rng: Rng): Float64Array {
  const x = Float64Array.from(point);
  const width = 10 ** (-0.5 - 3.5 * rng.next());
  const share = Math.max(1 / encoding.dims, 0.2 + 0.6 * rng.next());
  encoding.features.forEach(({ levels, kind }, k) => {
    if (levels.length === 0) {
      if (rng.next() < 0.3 + 0.7 * share)
        x[k] = Math.min(1, Math.max(0, x[k]! + width * rng.normal()));
    } else if (rng.next() < 0.5 * share) {
      const at = nearest(levels, x[k]!);
      const step = kind === "ordinal" && rng.next() < 0.7 ? (rng.next() < 0.5 ? -1 : 1) : NaN;
      const index = Number.isNaN(step)
        ? rng.int(levels.length)
        : Math.min(levels.length - 1, Math.max(0, at + step));
      x[k] = levels[index]!;
    }
  });
  return x;
}

/** The best points of the pool that are not all in one place: each start is away from those before it. */
function chooseStarts(encoding: Encoding, pool: readonly Candidate[], count: number): Candidate[] {
  const starts: Candidate[] = [];
  for (const separation of [0.1, 0.01, 0]) {
    for (const candidate of pool) {
      if (starts.length >= count) return starts;
      if (starts.every((s) => s !== candidate && distance(encoding, s.x, candidate.x) > separation))
        starts.push(candidate);
    }
  }
  return starts;
}

/** Largest difference of any feature: 1 between categories. */
export function distance(encoding: Encoding, a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < encoding.dims; k++) {
    const d = encoding.categorical[k] ? (a[k] === b[k] ? 0 : 1) : Math.abs(a[k]! - b[k]!);
    largest = Math.max(largest, d);
  }
  return largest;
}

/** Local search from one start. */
function improve(
  model: Model,
  start: Candidate,
  score: (x: Float64Array) => number,
  options: SearchOptions,
): Candidate {
  const { encoding } = model;
  let current = start;
  const discrete = encoding.features.some((feature) => feature.levels.length > 0);
  const continuous = encoding.features.some((feature) => feature.levels.length === 0);
  for (let round = 0; round < options.rounds; round++) {
    const before = current.logImprovement;
    if (continuous) current = climb(model, current, options.maxIterations);
    const climbed = current.logImprovement;
    if (discrete) current = exchange(encoding, current, score);
    if (current.logImprovement === climbed || current.logImprovement - before < 1e-4) break;
  }
  return current;
}

function climb(
  { encoding, posterior, best }: Model,
  start: Candidate,
  maxIterations: number,
): Candidate {
  const { dims, features } = encoding;
  const moving = features.flatMap((feature, k) =>
    feature.levels.length === 0 && encoding.isActive(start.x, k) ? [k] : [],
  );
  if (moving.length === 0) return start;
  const x = Float64Array.from(start.x);
  const canonical = new Float64Array(dims);
  const meanSlope = new Float64Array(dims);
  const varianceSlope = new Float64Array(dims);
  const objective = (u: Float64Array, gradient: Float64Array): number => {
    moving.forEach((k, i) => (x[k] = u[i]!));
    if (!encoding.isAllowed(x)) return Infinity;
    encoding.canonical(x, canonical);
    const { mean, variance } = posterior.predict(canonical, meanSlope, varianceSlope);
    const sd = Math.sqrt(variance);
    const z = (best - mean) / sd;
    const { value, slope } = logImprovement(z);
    moving.forEach((k, i) => {
      const sdSlope = varianceSlope[k]! / (2 * sd);
      gradient[i] = -(sdSlope / sd + slope * (-meanSlope[k]! / sd - (z * sdSlope) / sd));
    });
    return -(Math.log(sd) + value);
  };
  const found = minimizeBounded(
    objective,
    Float64Array.from(moving, (k) => start.x[k]!),
    { lower: new Float64Array(moving.length), upper: new Float64Array(moving.length).fill(1) },
    { maxIterations, gradientTolerance: 1e-4, valueTolerance: 1e-6, firstStep: 0.05 },
  );
  if (!(-found.value > start.logImprovement)) return start;
  moving.forEach((k, i) => (x[k] = found.x[i]!));
  return { x, logImprovement: -found.value };
}

/** Tries every level of every discrete feature, one feature at a time. */
function exchange(
  encoding: Encoding,
  start: Candidate,
  score: (x: Float64Array) => number,
): Candidate {
  let current = start;
  encoding.features.forEach(({ levels }, k) => {
    if (levels.length === 0 || !encoding.isActive(current.x, k)) return;
    const held = nearest(levels, current.x[k]!);
    const x = Float64Array.from(current.x);
    let best = current;
    for (let i = 0; i < levels.length; i++) {
      if (i === held) continue;
      x[k] = levels[i]!;
      const value = score(x);
      if (value > best.logImprovement) best = { x: Float64Array.from(x), logImprovement: value };
    }
    current = best;
  });
  return current;
}
