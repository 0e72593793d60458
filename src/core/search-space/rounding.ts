/** Rounds to the nearest integer, ties to the even one, as NumPy and Python do (JavaScript rounds ties up). */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** NNI's quantisation: the multiple of `q` nearest to `x`, computed as NNI computes it (`round(x / q) * q`). */
export function quantize(x: number, q: number): number {
  return roundHalfToEven(x / q) * q + 0;
}

/** The point of a quantised parameter's grid that a number means: 0.3 and 3 * 0.1 are the same. Null off the grid. */
export function gridPoint(
  spec: { readonly q: number; readonly low?: number; readonly high?: number },
  value: number,
): number | null {
  const { q, low = -Infinity, high = Infinity } = spec;
  const nearest = clip(quantize(value, q), low, high);
  return Math.abs(value - nearest) <= 1e-9 * Math.max(q, Math.abs(value)) ? nearest : null;
}

/** Bounds `x` to [low, high]. */
export function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}
