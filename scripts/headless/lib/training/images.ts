import { createRng } from "../../../../src/core/math/rng.ts";
import { imageBytes } from "../../../../src/engine/dataset-shape.ts";
import type { ImageSet } from "../../../../src/engine/network-engine.ts";
import { noiseShape } from "../../../../src/engine/training/measure.ts";

/** Noise with labels: the same for every contender, which all spell out 32x32x3 and ten classes. */
export function benchImages(count: number): ImageSet {
  const rng = createRng("bench");
  const length = count * imageBytes(noiseShape);
  const images = Uint8Array.from({ length }, () => rng.uint32() >>> 24);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % noiseShape.classes.length);
  return { images, labels, shape: noiseShape };
}
