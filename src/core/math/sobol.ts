import type { Rng } from "./rng.ts";
import { createRng } from "./rng.ts";
import { sobolDirections } from "./sobol-directions.ts";

/** Dimensions with direction numbers; beyond, coordinates are hashed and merely random. */
export const sobolDimensions = sobolDirections.length + 1;

const bits = 32;
const two32 = 4294967296;

/** 32 direction numbers of a dimension, the first 64 of which exist. */
function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(bits);
  if (dimension === 0) {
    for (let i = 0; i < bits; i++) v[i] = (1 << (31 - i)) >>> 0;
    return v;
  }
  const { polynomial, initial } = sobolDirections[dimension - 1]!;
  const degree = initial.length;
  for (let i = 0; i < bits; i++) {
    if (i < degree) {
      v[i] = (initial[i]! << (31 - i)) >>> 0;
      continue;
    }
    let value = v[i - degree]! ^ (v[i - degree]! >>> degree);
    for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) value ^= v[i - k]!;
    v[i] = value >>> 0;
  }
  return v;
}

/** Unscrambled coordinate of point `index` as a 32-bit fraction (Gray-code order, as SciPy's `qmc.Sobol`). */
export function sobolInteger(index: number, dimension: number): number {
  const v = directionNumbers(dimension);
  let gray = index ^ (index >>> 1);
  let x = 0;
  for (let bit = 0; gray !== 0; bit++, gray >>>= 1) if (gray & 1) x ^= v[bit]!;
  return x >>> 0;
}

/** Point `index` of a Sobol sequence with nested uniform (Owen) scrambling, every coordinate in (0, 1).
 *  @param scramble one 32-bit seed for the whole sequence; the same seed gives the same sequence
 *  @param dimensions coordinates per point; those beyond `sobolDimensions` are independent random numbers */
export function scrambledSobol(index: number, dimensions: number, scramble: number): number[] {
  return Array.from({ length: dimensions }, (_, dimension) => {
    if (dimension >= sobolDimensions) return hashed(createRng(scramble, "sobol", dimension, index));
    const seed = createRng(scramble, "sobol", dimension).uint32();
    return (owenScramble(sobolInteger(index, dimension), seed) + 0.5) / two32;
  });
}

const hashed = (rng: Rng): number => (rng.uint32() + 0.5) / two32;

/** Hash-based nested uniform scrambling (Laine and Karras 2011 with Burley's 2020 constants): each bit is flipped by a
 *  hash of the bits above it. */
export function owenScramble(x: number, seed: number): number {
  let y = reverseBits(x);
  y = (y + seed) | 0;
  y ^= Math.imul(y, 0x6c50b47c);
  y ^= Math.imul(y, 0xb82f1e52);
  y ^= Math.imul(y, 0xc7afe638);
  y ^= Math.imul(y, 0x8d22f6e6);
  return reverseBits(y);
}

function reverseBits(x: number): number {
  let y = x;
  y = ((y >>> 1) & 0x55555555) | ((y & 0x55555555) << 1);
  y = ((y >>> 2) & 0x33333333) | ((y & 0x33333333) << 2);
  y = ((y >>> 4) & 0x0f0f0f0f) | ((y & 0x0f0f0f0f) << 4);
  y = ((y >>> 8) & 0x00ff00ff) | ((y & 0x00ff00ff) << 8);
  return ((y >>> 16) | (y << 16)) >>> 0;
}
