/** Forecasts of a learning curve: Bayesian regression on many shapes at once.
 *
 *  Every family of NNI's Curvefitting is an asymptote plus an amplitude times a shape, y = c + a · g(t). The shapes are
 *  scanned over a grid of starts; for each the linear pair (c, a) is solved exactly, and the shapes are averaged by their
 *  marginal likelihood. That is least squares from many starts which cannot end in a bad valley, with a predictive
 *  distribution; an affine change of the metric changes the forecast in the same way. */

/** Typical sizes in the metric's units, from the trials seen so far. */
export interface ForecastPriors {
  /** Distance between curves: scales what a curve may still gain. */
  readonly scale: number;
  /** Standard deviation of one report about its curve. */
  readonly noise: number;
}

/** Mean and standard deviation of a forecast. */
export interface Prediction {
  readonly mean: number;
  readonly sd: number;
}

/** Prior standard deviation of the amplitude, in units of `scale`. Tuned on real curves, as are the next two. */
const amplitudeWidth = 0.6;
/** Weight of the prior noise, in reports. */
const noiseWeight = 3;
/** Weight of a report relative to the one a fortieth of the whole curve later: early reports say less about the end. */
const recency = 0.9;

/** Values g(1) … g(target) of every shape, each falling from about 1. */
export function shapesFor(target: number): readonly Float64Array[] {
  const shapes: ((t: number) => number)[] = [
    (t) => 1 - Math.log(t) / Math.log(target + 1), // logx_linear
    (t) => Math.log(2) / Math.log(t + 1), // ilog2, moved by one so that it is finite at the first report
  ];
  // pow3 and pow4
  for (const alpha of [0.3, 0.6, 1, 1.6])
    for (const shift of [0, 2]) shapes.push((t) => ((t + shift) / (1 + shift)) ** -alpha);
  for (const share of [0.03, 0.07, 0.15, 0.3, 0.6]) {
    const tau = Math.max(0.7, share * target);
    // exp4, weibull, janoschek
    for (const delta of [0.6, 1, 1.6]) shapes.push((t) => Math.exp(-((t / tau) ** delta)));
    // mmf, dr_hill, log_power
    for (const delta of [1.5, 3]) shapes.push((t) => 1 / (1 + (t / tau) ** delta));
  }
  return shapes.map((g) => Float64Array.from({ length: target }, (_, i) => g(i + 1)));
}

/** A learning curve continued. */
export interface CurveModel {
  /** The metric at report `at` in 1 … target: a new report, its noise included. */
  predict(at: number): Prediction;
}

/** Fits every shape to the reports made so far (at least one, all finite, at most as many as the shapes are long). */
export function fitShapes(
  curve: readonly number[],
  shapes: readonly Float64Array[],
  priors: ForecastPriors,
): CurveModel {
  const n = curve.length;
  const target = shapes[0]?.length ?? n;
  const last = curve[n - 1]!;
  const weights = Float64Array.from(curve, (_, i) => recency ** (((n - 1 - i) * 40) / target));
  let [sw, sy, syy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [w, y] = [weights[i]!, curve[i]! - last];
    sw += w;
    sy += w * y;
    syy += w * y * y;
  }
  // Conjugate priors in units of the noise variance: c about the last report, wide; a about 0, as wide as curves differ.
  const noise2 = priors.noise ** 2;
  const p = sw + noise2 / (10 * priors.scale) ** 2;
  const amplitudePrecision = noise2 / (amplitudeWidth * priors.scale) ** 2;
  const freedom = noiseWeight + sw;
  // Plain arrays, one entry per shape: this is the inner loop of every assessment.
  const count = shapes.length;
  const field = (): Float64Array => new Float64Array(count);
  const [weight, centre, amplitude, variance] = [field(), field(), field(), field()];
  // Inverse of the normal matrix [[cc, ca], [ca, aa]].
  const [cc, ca, aa] = [field(), field(), field()];
  for (let k = 0; k < count; k++) {
    const shape = shapes[k]!;
    let [sg, sgg, sgy] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const g = shape[i]!;
      const w = weights[i]! * g;
      sg += w;
      sgg += w * g;
      sgy += w * (curve[i]! - last);
    }
    const q = sgg + amplitudePrecision;
    const det = p * q - sg * sg;
    const c = (q * sy - sg * sgy) / det;
    const a = (p * sgy - sg * sy) / det;
    const rest = Math.max(0, syy - c * sy - a * sgy);
    const v = (noiseWeight * noise2 + rest) / freedom;
    weight[k] = -0.5 * Math.log(det) - 0.5 * freedom * Math.log(v);
    [centre[k], amplitude[k], variance[k]] = [c, a, v];
    [cc[k], ca[k], aa[k]] = [q / det, -sg / det, p / det];
  }
  normalizeLogWeights(weight);
  return {
    predict(at) {
      let [mean, square] = [0, 0];
      for (let k = 0; k < count; k++) {
        const x = shapes[k]![at - 1]!;
        const m = last + centre[k]! + amplitude[k]! * x;
        const spread = 1 + cc[k]! + 2 * x * ca[k]! + x * x * aa[k]!;
        mean += weight[k]! * m;
        square += weight[k]! * (variance[k]! * spread + (m - last) ** 2);
      }
      return { mean, sd: Math.sqrt(Math.max(0, square - (mean - last) ** 2)) };
    },
  };
}

/** Turns logarithms into probabilities, in place. */
function normalizeLogWeights(weight: Float64Array): void {
  const top = Math.max(...weight);
  let total = 0;
  for (let k = 0; k < weight.length; k++) total += weight[k] = Math.exp(weight[k]! - top);
  for (let k = 0; k < weight.length; k++) weight[k] = weight[k]! / total;
}
