import { createRng } from "../../../../src/core/math/rng.ts";
import type { ImageSet } from "../../../../src/engine/network-engine.ts";

/** Noise with labels: the same for every contender. */
export function benchImages(count: number): ImageSet {
  const rng = createRng("bench");
  const images = Uint8Array.from({ length: count * 3072 }, () => rng.uint32() >>> 24);
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 10) };
}
