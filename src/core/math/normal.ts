/** Standard normal distribution: density, distribution function and its inverse, checked against SciPy. */

const sqrtTwoPi = Math.sqrt(2 * Math.PI);

/** Density at x. */
export function normalPdf(x: number): number {
  return Math.exp(-0.5 * x * x) / sqrtTwoPi;
}

/** P(Z ≤ x), relative error below 1e-12 on both tails down to the smallest doubles. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/** P(Z > x) for x ≥ 0: Taylor series about 0 near the middle, a continued fraction on the tail. */
function upperTail(x: number): number {
  if (x > 39) return 0;
  if (x < 2) {
    // Φ(x) - 1/2 = φ(x) · (x + x³/3 + x⁵/15 + …)
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-18 * sum && k < 200; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 - normalPdf(x) * sum;
  }
  // φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))), evaluated from the far end
  let fraction = x;
  for (let k = x < 3 ? 160 : 60; k >= 1; k--) fraction = x + k / fraction;
  return normalPdf(x) / fraction;
}

const a = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const b = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const c = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
];
const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** x with P(Z ≤ x) = p; -Infinity at 0, Infinity at 1.
 *  Acklam's rational approximation (relative error 1e-9) and one Halley step. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  // The upper half by symmetry would lose digits of p near 1 that p does not have either.
  if (p > 0.5) return -lowerQuantile(1 - p);
  return lowerQuantile(p);
}

function lowerQuantile(p: number): number {
  let x: number;
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    x = horner(c, q) / (horner(d, q) * q + 1);
  } else {
    const q = p - 0.5;
    const r = q * q;
    x = (horner(a, r) * q) / (horner(b, r) * r + 1);
  }
  const pdf = normalPdf(x);
  if (pdf === 0) return x;
  const error = (normalCdf(x) - p) / pdf;
  return x - error / (1 + (x * error) / 2);
}
