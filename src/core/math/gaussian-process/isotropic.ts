import {
  choleskySolve,
  choleskyWithJitter,
  invertLower,
  logDeterminant,
} from "../linear-algebra.ts";

/** Matérn smoothness with a closed form; Infinity is the squared exponential. */
export const smoothnesses = [0.5, 1.5, 2.5, Infinity] as const;
/** One of `smoothnesses`. */
export type Smoothness = (typeof smoothnesses)[number];

/** What the process assumes of the function. */
export interface IsotropicOptions {
  readonly smoothness: Smoothness;
  /** Added to the diagonal, relative to a signal variance of 1. */
  readonly alpha: number;
  /** Whether the signal variance is estimated or 1. */
  readonly estimateAmplitude: boolean;
}

/** A Gaussian process with one length-scale for all inputs, as scikit-learn's with `normalize_y`. */
export interface IsotropicProcess {
  readonly lengthScale: number;
  readonly logLikelihood: number;
  mean(x: Float64Array): number;
  predict(x: Float64Array): { readonly mean: number; readonly deviation: number };
  /** Prediction of every observation from all the others. */
  leaveOneOut(): { readonly mean: number; readonly deviation: number }[];
}

/** Fits the length-scale in [1e-5, 1e5] by maximum likelihood: a grid over its logarithm, then golden section.
 *  @param lengthScale fixed instead of fitted when given */
export function fitIsotropic(
  xs: readonly Float64Array[],
  ys: readonly number[],
  options: IsotropicOptions,
  lengthScale?: number,
): IsotropicProcess {
  const n = xs.length;
  const center = ys.reduce((sum, y) => sum + y / n, 0);
  const spread = Math.sqrt(ys.reduce((sum, y) => sum + (y - center) ** 2 / n, 0)) || 1;
  const y = Float64Array.from(ys, (value) => (value - center) / spread);
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const d = distance(xs[i]!, xs[j]!);
      distances[i * n + j] = d;
      distances[j * n + i] = d;
    }
  const condition = (scale: number) => {
    const k = distances.map((d) => matern(d / scale, options.smoothness));
    for (let i = 0; i < n; i++) k[i * n + i] = 1 + options.alpha;
    const factor = new Float64Array(n * n);
    choleskyWithJitter(k, n, factor);
    const alpha = choleskySolve(factor, n, Float64Array.from(y));
    let fit = 0;
    for (let i = 0; i < n; i++) fit += y[i]! * alpha[i]!;
    // The best amplitude for given correlations is yᵀK⁻¹y/n.
    const amplitude = options.estimateAmplitude ? Math.min(1e5, Math.max(1e-5, fit / n)) : 1;
    const logLikelihood =
      -0.5 *
      (fit / amplitude +
        logDeterminant(factor, n) +
        n * Math.log(amplitude) +
        n * Math.log(2 * Math.PI));
    return { factor, alpha, amplitude, logLikelihood };
  };
  const scale = lengthScale ?? Math.exp(maximize((u) => condition(Math.exp(u)).logLikelihood));
  const { factor, alpha, amplitude, logLikelihood } = condition(scale);
  const inverseFactor = invertLower(factor, n);
  const k = new Float64Array(n);

  const mean = (x: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      k[i] = matern(distance(xs[i]!, x) / scale, options.smoothness);
      sum += k[i]! * alpha[i]!;
    }
    return center + spread * sum;
  };
  return {
    lengthScale: scale,
    logLikelihood,
    mean,
    predict(x) {
      const mu = mean(x);
      let explained = 0;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += inverseFactor[i * n + j]! * k[j]!;
        explained += sum * sum;
      }
      return { mean: mu, deviation: spread * Math.sqrt(amplitude * Math.max(0, 1 - explained)) };
    },
    leaveOneOut() {
      return Array.from(y, (value, i) => {
        let precision = 0;
        for (let row = i; row < n; row++) precision += inverseFactor[row * n + i]! ** 2;
        return {
          mean: center + spread * (value - alpha[i]! / precision),
          deviation: spread * Math.sqrt(amplitude / precision),
        };
      });
    },
  };
}

/** Matérn correlation at a distance in length-scales. */
function matern(d: number, smoothness: Smoothness): number {
  switch (smoothness) {
    case 0.5:
      return Math.exp(-d);
    case 1.5: {
      const r = Math.sqrt(3) * d;
      return (1 + r) * Math.exp(-r);
    }
    case 2.5: {
      const r = Math.sqrt(5) * d;
      return (1 + r + (r * r) / 3) * Math.exp(-r);
    }
    default:
      return Math.exp(-0.5 * d * d);
  }
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return Math.sqrt(sum);
}

/** Argument of the maximum over log length-scales. */
function maximize(f: (u: number) => number): number {
  const [low, high, count] = [Math.log(1e-5), Math.log(1e5), 24];
  const width = (high - low) / count;
  let best = low;
  let bestValue = -Infinity;
  for (let i = 0; i <= count; i++) {
    const value = f(low + i * width);
    if (value > bestValue) [best, bestValue] = [low + i * width, value];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [best - width, best + width];
  let [c, d] = [b - golden * (b - a), a + golden * (b - a)];
  let [fc, fd] = [f(c), f(d)];
  for (let i = 0; i < 12; i++) {
    if (fc > fd) {
      [b, d, fd] = [d, c, fc];
      c = b - golden * (b - a);
      fc = f(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + golden * (b - a);
      fd = f(d);
    }
  }
  const middle = (a + b) / 2;
  return f(middle) >= bestValue ? middle : best;
}
