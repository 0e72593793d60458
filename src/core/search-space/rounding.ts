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

/** Bounds `x` to [low, high]. */
export function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}
