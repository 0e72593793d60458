import type { Fact, FactOf, Prediction } from "../../facts/index.ts";
import type { Hyperparameters } from "../../math/gaussian-process/kernel.ts";
import { createPosterior, type Posterior } from "../../math/gaussian-process/posterior.ts";
import type { Rng } from "../../math/rng.ts";
import { effectiveKey, type Parameters, type SearchSpace } from "../../search-space/index.ts";
import type { Trial } from "../../trial.ts";
import { fromLoss } from "../common/observations.ts";
import type { OptimizeMode } from "../contract/tuner.ts";
import {
  defaultSearchOptions,
  distance,
  searchImprovement,
  searchVariance,
  type Candidate,
  type SearchOptions,
} from "./acquisition.ts";
import { Encoding } from "./encoding.ts";
import { fitModel } from "./fit-model.ts";
import { collectTraining, type Training } from "./training.ts";

/** What the model is asked for and with what. */
export interface ModelRequest {
  readonly space: SearchSpace;
  /** What the model learns from: finished trials. */
  readonly finished: readonly Trial[];
  /** Trials under way; the model takes its own prediction for their result. */
  readonly pending: readonly Trial[];
  /** Keys of configurations that must not be proposed again. */
  readonly seen: ReadonlySet<string>;
  readonly mode: OptimizeMode;
  readonly useEarlyStopped: boolean;
}

export interface ModelProposal {
  readonly parameters: Parameters;
  readonly facts: readonly Fact[];
}

/** Above this the model keeps the best half and a spread of the others. */
const largestModel = 500;

/** Expected improvement, in standard deviations of the results, below which the model sees nothing more to gain. It may
 *  be wrong: from then on every other trial doubts it, in turns where less smoothness would promise more and where least is known. */
const negligible = 1e-3;
const explorations = 300;

/** The configuration with the largest expected improvement under a Gaussian process; null when there is nothing to
 *  learn from or every candidate was seen. */
export function proposeByModel(request: ModelRequest, rng: Rng): ModelProposal | null {
  const { space, mode } = request;
  const encoding = new Encoding(space);
  const training = collectTraining(encoding, request.finished, mode, {
    useEarlyStopped: request.useEarlyStopped,
    largest: largestModel,
  });
  if (training === null) return null;
  const { set, latents, complete } = training;
  const fitted = fitModel(set);
  const incumbents = Array.from(set.y, (_, i) => i)
    .sort((a, b) => set.y[a]! - set.y[b]!)
    .slice(0, 5)
    .map((i) => latents[i]!);
  const search = (hyper: Hyperparameters) => {
    const known = createPosterior(set.points, set.y, set.extraNoise, hyper);
    const best = bestMean(known, complete);
    const posterior = withFantasies(known, training, encoding, request.pending);
    const effort = searchEffort(posterior.points.count);
    const model = { encoding, posterior, best };
    const candidates = searchImprovement(model, incumbents, rng, effort);
    return { posterior, best, candidates };
  };
  let found = search(fitted);
  let purpose: readonly FactOf<"purpose">[] = [];
  if ((found.candidates[0]?.logImprovement ?? 0) < Math.log(negligible)) {
    const turn = (set.points.count + request.pending.length) % 4;
    if (turn % 2 === 1) found = search(shortened(fitted));
    if (turn === 1) purpose = [{ kind: "purpose", purpose: "refine" }];
    if (turn === 3) {
      purpose = [{ kind: "purpose", purpose: "explore" }];
      const candidates = searchVariance({ encoding, ...found }, rng, explorations);
      found = { ...found, candidates };
    }
  }
  const { posterior, best, candidates } = found;
  for (const candidate of candidates) {
    const parameters = encoding.decode(candidate.x);
    if (request.seen.has(effectiveKey(space, parameters))) continue;
    const predict = predictor(encoding, posterior, training, mode);
    const { mean, deviation, improvement } = predict(candidate);
    const facts: readonly Fact[] = [
      { kind: "expected", mean, deviation },
      { kind: "best-known", metric: fromLoss(training.lossOf(best), mode) },
      { kind: "improvement", expected: improvement },
      ...purpose,
      { kind: "predictions", candidates: candidates.slice(0, 5).map(predict) },
      fittedTo(encoding, posterior, training, request.pending.length),
    ];
    return { parameters, facts };
  }
  return null;
}

/** The same model with a third of the length-scales: less sure between the observations. */
function shortened(hyper: Hyperparameters): Hyperparameters {
  return { ...hyper, weights: hyper.weights.map((weight) => 9 * weight) };
}

/** Fewer candidates where each costs more: a prediction takes n² operations. */
function searchEffort(count: number): SearchOptions {
  if (count <= 60) return defaultSearchOptions;
  if (count <= 150) return { ...defaultSearchOptions, samples: 700, localSamples: 300 };
  return { ...defaultSearchOptions, samples: 400, localSamples: 150, starts: 5, maxIterations: 25 };
}

/** The lowest posterior mean among completely trained configurations, which noise cannot fake; among all if none is. */
function bestMean(posterior: Posterior, complete: readonly boolean[]): number {
  const { count, dims, values } = posterior.points;
  const any = complete.some(Boolean);
  let best = Infinity;
  for (let i = 0; i < count; i++) {
    if (any && !complete[i]) continue;
    best = Math.min(best, posterior.mean(values.subarray(i * dims, (i + 1) * dims)));
  }
  return best;
}

/** Conditions on pending trials as if each had come out as predicted: their uncertainty is gone, the mean stays. */
function withFantasies(
  posterior: Posterior,
  training: Training,
  encoding: Encoding,
  pending: readonly Trial[],
): Posterior {
  const points = pending.flatMap((trial) => {
    const x = encoding.encode(trial.parameters);
    return x === null ? [] : [encoding.canonical(x, new Float64Array(encoding.dims))];
  });
  if (points.length === 0) return posterior;
  const { set } = training;
  const { count, dims, values } = set.points;
  const total = count + points.length;
  const allValues = new Float64Array(total * dims);
  allValues.set(values);
  const y = new Float64Array(total);
  y.set(set.y);
  points.forEach((x, i) => {
    allValues.set(x, (count + i) * dims);
    y[count + i] = posterior.mean(x);
  });
  let extraNoise: Float64Array | null = null;
  if (set.extraNoise) (extraNoise = new Float64Array(total)).set(set.extraNoise);
  return createPosterior(
    { ...set.points, count: total, values: allValues },
    y,
    extraNoise,
    posterior.hyper,
  );
}

/** A random configuration far from everything tried: the farthest of `draws`. */
export function proposeFarthest(
  space: SearchSpace,
  history: readonly Trial[],
  draws: readonly Parameters[],
): Parameters {
  const encoding = new Encoding(space);
  const point = (parameters: Parameters): Float64Array | null => {
    const x = encoding.encode(parameters);
    return x && encoding.canonical(x, new Float64Array(encoding.dims));
  };
  const taken = history.flatMap((trial) => point(trial.parameters) ?? []);
  let best = draws[0]!;
  let farthest = -1;
  for (const draw of draws) {
    const x = point(draw);
    if (x === null) continue;
    const nearest = Math.min(...taken.map((y) => distance(encoding, x, y)), Infinity);
    if (nearest <= farthest || nearest === Infinity) continue;
    [farthest, best] = [nearest, draw];
  }
  return best;
}

/** What the model expects of a candidate, in the metric's units. */
function predictor(
  encoding: Encoding,
  posterior: Posterior,
  { lossOf, spread }: Training,
  mode: OptimizeMode,
): (candidate: Candidate) => Prediction & { readonly improvement: number } {
  return (candidate) => {
    const x = encoding.canonical(candidate.x, new Float64Array(encoding.dims));
    const { mean, variance } = posterior.predict(x);
    return {
      parameters: encoding.decode(candidate.x),
      mean: fromLoss(lossOf(mean), mode),
      deviation: spread * Math.sqrt(variance),
      improvement: spread * Math.exp(candidate.logImprovement),
    };
  };
}

function fittedTo(
  encoding: Encoding,
  posterior: Posterior,
  { complete, spread }: Training,
  pending: number,
): FactOf<"fitted"> {
  const { weights, scale, noise } = posterior.hyper;
  return {
    kind: "fitted",
    results: complete.length,
    earlyStopped: complete.filter((whole) => !whole).length,
    pending,
    noise: spread * Math.sqrt(noise),
    signal: spread * Math.sqrt(scale),
    lengthScales: Object.fromEntries(
      encoding.features.map(({ spec }, k) => [spec.path, 1 / Math.sqrt(weights[k]!)]),
    ),
  };
}
