/** Report numbers and their logarithms, which most of the curves need at every step of a fit. */
export interface CurvePoints {
  readonly x: Float64Array;
  readonly log: Float64Array;
}

/** @param x report numbers from 1 */
export function curvePoints(x: readonly number[]): CurvePoints {
  return { x: Float64Array.from(x), log: Float64Array.from(x, Math.log) };
}

/** One of the twelve curve families of NNI's Curvefitting, a function of the report number x = 1, 2, … */
export interface CurveFamily {
  readonly name: string;
  readonly parameters: number;
  /** Writes the curve's values at the points into `out`; NaN where the curve is not defined. */
  evaluate(points: CurvePoints, parameters: Float64Array, out: Float64Array): void;
}

type Loop = (
  out: Float64Array,
  points: CurvePoints,
  a: number,
  b: number,
  c: number,
  d: number,
) => void;

/** @param loop a loop of its own over the points: a shared one would call a function per point, which is most of the time.
 *    Powers are exponentials of logarithms for the same reason, but for one whose fits depend on the last bit. */
const family = (name: string, parameters: number, loop: Loop): CurveFamily => ({
  name,
  parameters,
  evaluate(points, p, out) {
    loop(out, points, p[0] ?? 0, p[1] ?? 0, p[2] ?? 0, p[3] ?? 0);
  },
});

/** Under NNI's names. */
export const nniCurves: readonly CurveFamily[] = [
  family("vap", 3, (out, { x, log }, a, b, c) => {
    for (let i = 0; i < out.length; i++) out[i] = Math.exp(a + b / x[i]! + c * log[i]!);
  }),
  family("pow3", 3, (out, { log }, c, a, alpha) => {
    for (let i = 0; i < out.length; i++) out[i] = c - a * Math.exp(-alpha * log[i]!);
  }),
  family("linear", 2, (out, { x }, a, b) => {
    for (let i = 0; i < out.length; i++) out[i] = a * x[i]! + b;
  }),
  family("logx_linear", 2, (out, { log }, a, b) => {
    for (let i = 0; i < out.length; i++) out[i] = a * log[i]! + b;
  }),
  // θx^η / (κ^η + x^η)
  family("dr_hill_zero_background", 3, (out, { x }, theta, eta, kappa) => {
    const half = kappa ** eta;
    for (let i = 0; i < out.length; i++) {
      const power = x[i]! ** eta;
      out[i] = (theta * power) / (half + power);
    }
  }),
  // a / (1 + (x/e^b)^c)
  family("log_power", 3, (out, { log }, a, b, c) => {
    for (let i = 0; i < out.length; i++) out[i] = a / (1 + Math.exp(c * (log[i]! - b)));
  }),
  // c − (ax + b)^−α
  family("pow4", 4, (out, { x }, alpha, a, b, c) => {
    for (let i = 0; i < out.length; i++) out[i] = c - Math.exp(-alpha * Math.log(a * x[i]! + b));
  }),
  // α − (α − β) / (1 + (κx)^δ)
  family("mmf", 4, (out, { log }, alpha, beta, kappa, delta) => {
    const own = Math.log(kappa);
    for (let i = 0; i < out.length; i++)
      out[i] = alpha - (alpha - beta) / (1 + Math.exp(delta * (own + log[i]!)));
  }),
  family("exp4", 4, (out, { log }, c, a, b, alpha) => {
    for (let i = 0; i < out.length; i++) out[i] = c - Math.exp(-a * Math.exp(alpha * log[i]!) + b);
  }),
  // Infinite at x = 1, so that this family never survives: kept because it is one of NNI's twelve.
  family("ilog2", 2, (out, { log }, c, a) => {
    for (let i = 0; i < out.length; i++) out[i] = c - a / log[i]!;
  }),
  // α − (α − β) exp(−(κx)^δ)
  family("weibull", 4, (out, { log }, alpha, beta, kappa, delta) => {
    const own = Math.log(kappa);
    for (let i = 0; i < out.length; i++)
      out[i] = alpha - (alpha - beta) * Math.exp(-Math.exp(delta * (own + log[i]!)));
  }),
  family("janoschek", 4, (out, { log }, a, beta, k, delta) => {
    for (let i = 0; i < out.length; i++)
      out[i] = a - (a - beta) * Math.exp(-k * Math.exp(delta * log[i]!));
  }),
];
