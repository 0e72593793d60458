import { choleskyWithJitter, solveLower } from "./linear-algebra.ts";
import type { Rng } from "./rng.ts";

/** The covariance matrix adaptation evolution strategy (Hansen's tutorial, 2016; positive weights), with the Cholesky
 *  factor in place of the symmetric root in the step-size path. Plain data, replaced by every update. */
export interface CmaState {
  readonly mean: readonly number[];
  readonly sigma: number;
  /** Row-major [n, n]. */
  readonly covariance: Float64Array;
  /** Its lower Cholesky factor, row-major [n, n]. */
  readonly factor: Float64Array;
  readonly sigmaPath: readonly number[];
  readonly covariancePath: readonly number[];
  readonly generation: number;
  readonly constants: CmaConstants;
}

interface CmaConstants {
  readonly weights: readonly number[];
  readonly effective: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  readonly chi: number;
}

/** @param population points per generation (lambda) */
export function createCmaState(
  mean: readonly number[],
  sigma: number,
  population: number,
): CmaState {
  const n = mean.length;
  const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const zero = mean.map(() => 0);
  return {
    mean,
    sigma,
    covariance: identity,
    factor: identity,
    sigmaPath: zero,
    covariancePath: zero,
    generation: 0,
    constants: constantsFor(Math.max(1, n), population),
  };
}

function constantsFor(n: number, population: number): CmaConstants {
  const parents = Math.max(1, Math.floor(population / 2));
  const raw = Array.from({ length: parents }, (_, i) => Math.log((population + 1) / 2 / (i + 1)));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const weights = raw.map((w) => w / total);
  const effective = 1 / weights.reduce((sum, w) => sum + w * w, 0);
  const cSigma = (effective + 2) / (n + effective + 5);
  const c1 = 2 / ((n + 1.3) ** 2 + effective);
  return {
    weights,
    effective,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cSigma,
    cC: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    c1,
    cMu: Math.min(1 - c1, (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective)),
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** A point of the current generation. */
export function sampleCma(state: CmaState, rng: Rng): number[] {
  const n = state.mean.length;
  const z = state.mean.map(() => rng.normal());
  return state.mean.map((m, i) => {
    let y = 0;
    for (let j = 0; j <= i; j++) y += state.factor[i * n + j]! * z[j]!;
    return m + state.sigma * y;
  });
}

/** The state after a generation.
 *  @param ranked its points, best first */
export function updateCma(state: CmaState, ranked: readonly (readonly number[])[]): CmaState {
  const { constants: c, sigma } = state;
  const n = state.mean.length;
  const steps = ranked
    .slice(0, c.weights.length)
    .map((x) => x.map((v, i) => (v - state.mean[i]!) / sigma));
  const step = state.mean.map((_, i) =>
    steps.reduce((sum, y, k) => sum + c.weights[k]! * y[i]!, 0),
  );
  const whitened = solveLower(state.factor, n, Float64Array.from(step));
  const keepSigma = Math.sqrt(c.cSigma * (2 - c.cSigma) * c.effective);
  const sigmaPath = state.sigmaPath.map((p, i) => (1 - c.cSigma) * p + keepSigma * whitened[i]!);
  const norm = Math.sqrt(sigmaPath.reduce((sum, p) => sum + p * p, 0));
  const generation = state.generation + 1;
  const correction = Math.sqrt(1 - (1 - c.cSigma) ** (2 * generation));
  const moving = norm / correction < (1.4 + 2 / (n + 1)) * c.chi ? 1 : 0;
  const keepC = moving * Math.sqrt(c.cC * (2 - c.cC) * c.effective);
  const covariancePath = state.covariancePath.map((p, i) => (1 - c.cC) * p + keepC * step[i]!);
  const forget = 1 - c.c1 - c.cMu + (1 - moving) * c.c1 * c.cC * (2 - c.cC);
  const covariance = state.covariance.map((value, at) => {
    const i = Math.floor(at / n);
    const j = at % n;
    const rankMu = steps.reduce((sum, y, k) => sum + c.weights[k]! * y[i]! * y[j]!, 0);
    return forget * value + c.c1 * covariancePath[i]! * covariancePath[j]! + c.cMu * rankMu;
  });
  const factor = new Float64Array(n * n);
  choleskyWithJitter(covariance, n, factor);
  return {
    mean: state.mean.map((m, i) => m + sigma * step[i]!),
    sigma: Math.min(1, sigma * Math.exp((c.cSigma / c.dSigma) * (norm / c.chi - 1))),
    covariance,
    factor,
    sigmaPath,
    covariancePath,
    generation,
    constants: c,
  };
}
