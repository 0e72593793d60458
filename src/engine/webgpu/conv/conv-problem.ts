import type { ConvShape, Real } from "./conv-shape.ts";
import type { ConvDirection } from "./conv-variant.ts";

/** Names one direction of one convolution, which several variants can compute; stable, so that its choice can be kept. */
export function problemKey(direction: ConvDirection, s: ConvShape, real: Real): string {
  const pair = ([a, b]: readonly [number, number]): string => `${a}x${b}`;
  const input = `${s.batch}x${s.height}x${s.width}x${s.inputs}`;
  const output = `${s.outHeight}x${s.outWidth}x${s.outputs}`;
  const filter = `k${pair(s.kernel)} s${pair(s.stride)} p${pair(s.padding)}`;
  return `${direction} ${real} ${input} to ${output} ${filter}`;
}
