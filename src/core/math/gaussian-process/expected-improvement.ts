import { normalCdf, normalPdf } from "../normal.ts";

/** log E[max(Z + z, 0)] for a standard normal Z, accurate for every z, and its derivative by z.
 *  E = φ(z) + z·Φ(z); far below, where both cancel, through Mills' ratio. */
export function logImprovement(z: number): { readonly value: number; readonly slope: number } {
  if (z > -2) {
    const cdf = normalCdf(z);
    const improvement = normalPdf(z) + z * cdf;
    return { value: Math.log(improvement), slope: cdf / improvement };
  }
  const t = -z;
  // Mills' ratio Φ(−t)/φ(t) = 1/(t + 1/(t + 2/(t + …))); with c = 1/(t + 2/(t + 3/…)),
  // 1 − t·ratio = c/(t + c) holds without cancellation.
  let c = t;
  for (let k = t < 3 ? 160 : t < 8 ? 60 : 12; k >= 2; k--) c = t + k / c;
  c = 1 / c;
  const ratio = 1 / (t + c);
  const rest = c * ratio;
  const value = -0.5 * t * t - 0.5 * Math.log(2 * Math.PI) + Math.log(rest);
  return { value, slope: ratio / rest };
}
