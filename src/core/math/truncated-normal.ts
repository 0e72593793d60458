/** The standard normal truncated to an interval, accurate in both tails. Checked against SciPy. */
import { normalCdf, normalQuantile } from "./normal.ts";

const logSqrt2Pi = 0.5 * Math.log(2 * Math.PI);

/** Logarithm of the standard normal cumulative distribution; finite far beyond where the value itself underflows. */
export function logNormalCdf(x: number): number {
  if (x > -10) return x > 0 ? Math.log1p(-normalCdf(-x)) : Math.log(normalCdf(x));
  // Mills ratio by its continued fraction: Φ(x) = φ(x) / (-x + 1/(-x + 2/(-x + …))).
  let fraction = -x;
  for (let k = 30; k >= 1; k--) fraction = -x + k / fraction;
  return logNormalDensity(x) - Math.log(fraction);
}

/** Probability of a standard normal in [a, b], a <= b, without cancellation when both lie in one tail. */
export function normalMass(a: number, b: number): number {
  if (a > 0) return normalCdf(-a) - normalCdf(-b);
  return normalCdf(b) - normalCdf(a);
}

/** Logarithm of `normalMass`; finite wherever a < b are finite, even 30 standard deviations out. */
export function logNormalMass(a: number, b: number): number {
  if (a > 0) return logNormalMass(-b, -a);
  if (b > 0) return Math.log(normalMass(a, b));
  const [upper, lower] = [logNormalCdf(b), logNormalCdf(a)];
  return upper + Math.log(-Math.expm1(lower - upper));
}

/** Standard normal log density. */
export function logNormalDensity(z: number): number {
  return -0.5 * z * z - logSqrt2Pi;
}

/** Quantile of the standard normal truncated to [a, b].
 *  @param q in [0, 1]
 *  @returns a at q = 0, b at q = 1; always inside [a, b] and never NaN for finite a < b */
export function truncatedNormalQuantile(q: number, a: number, b: number): number {
  if (q <= 0) return a;
  if (q >= 1) return b;
  if (a > 0) return -truncatedNormalQuantile(1 - q, -b, -a);
  const [low, high] = [normalCdf(a), normalCdf(b)];
  const p = low + q * (high - low);
  const x = p > 0 && high > low ? normalQuantile(p) : farTailQuantile(q, a, b);
  return Math.min(b, Math.max(a, x));
}

/** Bisection on the logarithm, for intervals so far out (below about -37) that the mass underflows. */
function farTailQuantile(q: number, a: number, b: number): number {
  const total = logNormalMass(a, b);
  const wanted = Math.log(q) + total;
  let [low, high] = [a, b];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (logNormalMass(a, middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
