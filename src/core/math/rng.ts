/** A named, seeded stream of random numbers (sfc32). The same seed path gives the same stream on every machine. */
export interface Rng {
  /** Uniform in [0, 1) with 32 bits. */
  next(): number;
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform integer in [0, n), without modulo bias; n in 1..2^32. */
  int(n: number): number;
  /** Standard normal (Box-Muller, one draw kept). */
  normal(): number;
  /** In-place Fisher-Yates; returns its argument. */
  shuffle<T extends { length: number; [index: number]: number }>(array: T): T;
  /** An independent stream named below this one; does not advance this one. */
  fork(...path: readonly SeedPart[]): Rng;
}

/** The number 1 and the text "1" name different streams. */
export type SeedPart = string | number;

/** Creates the stream named by a path such as (experiment seed, trial number, "initialisation"). */
export function createRng(...seedPath: readonly SeedPart[]): Rng {
  const seed = hashPath(seedPath);
  let [a, b, c] = [seed[0], seed[1], seed[2]];
  let counter = 1;
  let spare: number | null = null;

  const uint32 = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) uint32();

  const next = (): number => uint32() / 4294967296;
  const int = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296)
      throw new RangeError(`rng.int: expected an integer in 1..2^32, got ${n}`);
    const limit = 4294967296 - (4294967296 % n);
    let x = uint32();
    while (x >= limit) x = uint32();
    return x % n;
  };
  return {
    next,
    uint32,
    int,
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      const angle = 2 * Math.PI * next();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(array) {
      for (let i = array.length - 1; i > 0; i--) {
        const j = int(i + 1);
        const held = array[i]!;
        array[i] = array[j]!;
        array[j] = held;
      }
      return array;
    },
    fork: (...path) => createRng(...seedPath, ...path),
  };
}

/** Hashes a path to 96 bits (three murmur3-style lanes over its UTF-16 units, parts separated and typed). */
function hashPath(path: readonly SeedPart[]): [number, number, number] {
  const text = path.map((part) => `${typeof part === "number" ? "n" : "s"}${part}`).join("\u0000");
  const lane = (basis: number): number => {
    let h = basis | 0;
    for (let i = 0; i < text.length; i++) {
      h = Math.imul(h ^ text.charCodeAt(i), 0xcc9e2d51);
      h = (h << 15) | (h >>> 17);
      h = Math.imul(h, 0x1b873593) ^ (h >>> 13);
    }
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  };
  return [lane(0x9e3779b9), lane(0x243f6a88), lane(0xb7e15162)];
}
