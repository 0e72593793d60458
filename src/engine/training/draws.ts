/** Random choices inside a training step come from one counter-based generator, the same integers here and in WGSL, so that
 *  both engines see the same batches and a step can be repeated from (seed, epoch, index) alone. */

/** PCG-RXS-M-XS output of a 32-bit counter. WGSL: the same three lines on u32. */
export function pcgHash(input: number): number {
  const state = (Math.imul(input, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** One 32-bit draw named by four counters: fold left through pcgHash. */
export function drawUint32(seed: number, a: number, b: number, purpose: number): number {
  return pcgHash((pcgHash((pcgHash((pcgHash(seed) + a) >>> 0) + b) >>> 0) + purpose) >>> 0);
}

/** Purposes of draws. Dropout uses (seed, step, element index, dropout + node id). */
export const drawPurpose = {
  cropX: 1,
  cropY: 2,
  flip: 3,
  cutoutX: 4,
  cutoutY: 5,
  dropout: 16,
} as const;

/** An element is dropped when its draw (seed, optimizer steps done, flat NHWC index in the batch, dropout + node id) is below this. */
export const dropoutThreshold = (rate: number): number => Math.floor(rate * 4294967296) >>> 0;
