import { minimizeBounded } from "../lbfgs.ts";
import type { Hyperparameters, Points } from "./kernel.ts";
import { createLikelihood } from "./likelihood.ts";

/** Log-normal priors over the hyper-parameters and their bounds; for inputs in the unit cube and standardised outputs. */
export interface HyperPriors {
  /** Median and spread of the logarithm of a weight. */
  readonly logWeight: number;
  readonly logWeightSpread: number;
  readonly logScaleSpread: number;
  readonly logNoise: number;
  readonly logNoiseSpread: number;
  readonly minimumNoise: number;
  readonly maximumNoise: number;
}

/** For inputs in the unit cube and standardised outputs. */
export const defaultHyperPriors: HyperPriors = {
  logWeight: Math.log(4),
  logWeightSpread: 2,
  logScaleSpread: 1,
  logNoise: Math.log(1e-5),
  logNoiseSpread: 4,
  minimumNoise: 1e-8,
  maximumNoise: 1,
};

const logWeightBounds = [Math.log(1e-4), Math.log(1e5)] as const;
const logScaleBounds = [Math.log(1e-2), Math.log(1e2)] as const;

/** What a process is fitted to. */
export interface Observed {
  readonly points: Points;
  readonly y: Float64Array;
  /** Noise variance of each beyond the common one; null when all are alike. */
  readonly extraNoise: Float64Array | null;
}

/** What a fit assumes, and how long it may take. */
export interface FitOptions {
  readonly priors?: HyperPriors;
  /** Of each start. */
  readonly maxIterations?: number;
}

/** The usual priors, and fifty iterations from each start. */
export const defaultFitOptions = {
  priors: defaultHyperPriors,
  maxIterations: 50,
} as const satisfies FitOptions;

/** The best of all starts; evaluations are those of all. */
export interface FitResult {
  readonly hyper: Hyperparameters;
  /** Log marginal likelihood plus log prior. */
  readonly logPosterior: number;
  readonly evaluations: number;
}

/** Maximum a posteriori hyper-parameters by bounded quasi-Newton from every start.
 *  @param starts at least one */
export function fitHyperparameters(
  { points, y, extraNoise }: Observed,
  starts: readonly Hyperparameters[],
  options: FitOptions = {},
): FitResult {
  const { priors, maxIterations } = { ...defaultFitOptions, ...options };
  const { dims } = points;
  const likelihood = createLikelihood(points, y, extraNoise);
  const lower = new Float64Array(dims + 2).fill(logWeightBounds[0]);
  const upper = new Float64Array(dims + 2).fill(logWeightBounds[1]);
  lower[dims] = logScaleBounds[0];
  upper[dims] = logScaleBounds[1];
  lower[dims + 1] = Math.log(priors.minimumNoise);
  upper[dims + 1] = Math.log(priors.maximumNoise);
  const median = new Float64Array(dims + 2).fill(priors.logWeight);
  const spread = new Float64Array(dims + 2).fill(priors.logWeightSpread);
  median[dims] = 0;
  spread[dims] = priors.logScaleSpread;
  median[dims + 1] = priors.logNoise;
  spread[dims + 1] = priors.logNoiseSpread;

  const objective = (theta: Float64Array, gradient: Float64Array): number => {
    let value = likelihood.evaluate(unpack(theta, dims), gradient);
    for (let i = 0; i < dims + 2; i++) {
      const z = (theta[i]! - median[i]!) / spread[i]!;
      value -= 0.5 * z * z;
      gradient[i] = -(gradient[i]! - z / spread[i]!);
    }
    return -value;
  };
  let best: FitResult | null = null;
  let evaluations = 0;
  for (const start of starts) {
    const found = minimizeBounded(
      objective,
      pack(start),
      { lower, upper },
      {
        maxIterations,
        gradientTolerance: 1e-2,
        valueTolerance: 1e-5,
        firstStep: 1,
      },
    );
    evaluations += found.evaluations;
    if (best === null || -found.value > best.logPosterior)
      best = { hyper: unpack(found.x, dims), logPosterior: -found.value, evaluations };
  }
  if (best === null) throw new RangeError("fitHyperparameters: expected at least one start");
  return { ...best, evaluations };
}

function pack(hyper: Hyperparameters): Float64Array {
  const theta = new Float64Array(hyper.weights.length + 2);
  hyper.weights.forEach((weight, k) => (theta[k] = Math.log(weight)));
  theta[hyper.weights.length] = Math.log(hyper.scale);
  theta[hyper.weights.length + 1] = Math.log(hyper.noise);
  return theta;
}

function unpack(theta: Float64Array, dims: number): Hyperparameters {
  return {
    weights: theta.slice(0, dims).map(Math.exp),
    scale: Math.exp(theta[dims]!),
    noise: Math.exp(theta[dims + 1]!),
  };
}
