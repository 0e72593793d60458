/** The twelve curve families of NNI's Curvefitting, as functions of the report number x = 1, 2, … */
export interface CurveFamily {
  readonly name: string;
  readonly parameters: number;
  evaluate(x: number, parameters: readonly number[]): number;
}

const family = (
  name: string,
  parameters: number,
  f: (x: number, a: number, b: number, c: number, d: number) => number,
): CurveFamily => ({
  name,
  parameters,
  evaluate: (x, p) => f(x, p[0] ?? 0, p[1] ?? 0, p[2] ?? 0, p[3] ?? 0),
});

export const nniCurves: readonly CurveFamily[] = [
  family("vap", 3, (x, a, b, c) => Math.exp(a + b / x + c * Math.log(x))),
  family("pow3", 3, (x, c, a, alpha) => c - a * x ** -alpha),
  family("linear", 2, (x, a, b) => a * x + b),
  family("logx_linear", 2, (x, a, b) => a * Math.log(x) + b),
  family(
    "dr_hill_zero_background",
    3,
    (x, theta, eta, kappa) => (theta * x ** eta) / (kappa ** eta + x ** eta),
  ),
  family("log_power", 3, (x, a, b, c) => a / (1 + (x / Math.exp(b)) ** c)),
  family("pow4", 4, (x, alpha, a, b, c) => c - (a * x + b) ** -alpha),
  family(
    "mmf",
    4,
    (x, alpha, beta, kappa, delta) => alpha - (alpha - beta) / (1 + (kappa * x) ** delta),
  ),
  family("exp4", 4, (x, c, a, b, alpha) => c - Math.exp(-a * x ** alpha + b)),
  // Infinite at x = 1, so that this family never survives: kept because it is one of NNI's twelve.
  family("ilog2", 2, (x, c, a) => c - a / Math.log(x)),
  family(
    "weibull",
    4,
    (x, alpha, beta, kappa, delta) => alpha - (alpha - beta) * Math.exp(-((kappa * x) ** delta)),
  ),
  family("janoschek", 4, (x, a, beta, k, delta) => a - (a - beta) * Math.exp(-k * x ** delta)),
];
