/** The adaptive Parzen estimator of Bergstra et al. (2011) in hyperopt's and NNI's reading: one dimension,
 *  the prior as one more component, neighbour gaps as bandwidths. */

export interface GaussianMixture {
  /** Sorted. */
  readonly mus: readonly number[];
  readonly sigmas: readonly number[];
  /** Sum to 1. */
  readonly weights: readonly number[];
}

/** The component that is there without any observation. */
export interface ParzenPrior {
  readonly mu: number;
  readonly sigma: number;
  readonly weight: number;
}

/** Weights of n observations in the order given: the first ones ramp up from 1/n, the last `forgetting` count fully. */
export function linearForgetting(n: number, forgetting: number): number[] {
  if (n <= forgetting) return new Array<number>(n).fill(1);
  const ramp = n - forgetting;
  const weights: number[] = [];
  for (let i = 0; i < ramp; i++)
    weights.push(ramp === 1 ? 1 / n : 1 / n + (i * (1 - 1 / n)) / (ramp - 1));
  for (let i = 0; i < forgetting; i++) weights.push(1);
  return weights;
}

/** Size of the good group among n observations: min(ceil(gamma sqrt(n)), forgetting). */
export function sqrtSplit(n: number, gamma: number, forgetting: number): number {
  return Math.min(Math.ceil(gamma * Math.sqrt(n)), forgetting);
}

/** @param values observations, oldest (or lowest-weighted) first */
export function adaptiveParzen(
  values: readonly number[],
  prior: ParzenPrior,
  forgetting: number,
): GaussianMixture {
  const n = values.length;
  if (n === 0) return { mus: [prior.mu], sigmas: [prior.sigma], weights: [1] };
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j);
  // searchsorted left: the prior comes before observations equal to its mean
  let place = order.findIndex((i) => values[i]! >= prior.mu);
  if (place < 0) place = n;
  const mus = order.map((i) => values[i]!);
  mus.splice(place, 0, prior.mu);
  const raw = linearForgetting(n, forgetting);
  const weights = order.map((i) => raw[i]!);
  weights.splice(place, 0, prior.weight);
  const total = weights.reduce((sum, w) => sum + w, 0);
  return {
    mus,
    sigmas: n === 1 ? singleSigmas(place, prior.sigma) : gapSigmas(mus, place, prior.sigma),
    weights: weights.map((w) => w / total),
  };
}

function singleSigmas(place: number, priorSigma: number): number[] {
  return place === 0 ? [priorSigma, priorSigma / 2] : [priorSigma / 2, priorSigma];
}

function gapSigmas(mus: readonly number[], place: number, priorSigma: number): number[] {
  const m = mus.length;
  const low = priorSigma / Math.min(100, 1 + m);
  return mus.map((mu, i) => {
    if (i === place) return priorSigma;
    const left = i > 0 ? mu - mus[i - 1]! : -Infinity;
    const right = i < m - 1 ? mus[i + 1]! - mu : -Infinity;
    return Math.min(priorSigma, Math.max(low, left, right));
  });
}

/** Weighted category probabilities with the prior spread evenly; even ones without observations, whatever its weight.
 *  @param values category indices, oldest first */
export function categoricalParzen(
  values: readonly number[],
  categories: number,
  priorWeight: number,
  forgetting: number,
): number[] {
  const weights = linearForgetting(values.length, forgetting);
  const counts = new Array<number>(categories).fill(priorWeight);
  values.forEach((value, i) => {
    counts[value] = counts[value]! + weights[i]!;
  });
  const total = counts.reduce((sum, c) => sum + c, 0);
  return counts.map((c) => (total > 0 ? c / total : 1 / categories));
}
