/** A new experiment's seed; chosen once, then part of the experiment. 32 bits, so that a person can read and type it. */
export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
