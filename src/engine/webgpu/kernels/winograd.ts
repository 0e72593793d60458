import { unroll } from "../kernel.ts";

/** Outputs of one tile along an axis: F(2x2, 3x3) or F(4x4, 3x3). */
export type WinogradTile = 2 | 4;

/** Values of a transformed tile along an axis. */
export const transformed = (tile: WinogradTile): 4 | 6 => (tile === 2 ? 4 : 6);

/** Toom-Cook with the points 0, ±1, ∞ and for tiles of four ±2: y = Aᵀ[(G w) ∘ (Bᵀ x)] for three taps. The filter gradient is the
 *  same product with the parts of filter and output exchanged: dw = Cᵀ[(Bᵀ x) ∘ (H dy)].
 *  @see Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015 */
interface Matrices {
  /** Bᵀ, of the source. */
  readonly source: readonly (readonly number[])[];
  /** G, of three taps. */
  readonly filter: readonly (readonly number[])[];
  /** Aᵀ, to the outputs. */
  readonly output: readonly (readonly number[])[];
  /** H, of the outputs' gradient. */
  readonly gradient: readonly (readonly number[])[];
  /** Cᵀ, to the three taps' gradient. */
  readonly taps: readonly (readonly number[])[];
}

const small: Matrices = {
  source: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, -1, 0, 1],
  ],
  filter: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  output: [
    [1, 1, 1, 0],
    [0, 1, -1, 1],
  ],
  gradient: [
    [1, 0],
    [1 / 2, 1 / 2],
    [1 / 2, -1 / 2],
    [0, 1],
  ],
  taps: [
    [1, 1, 1, 0],
    [0, 1, -1, 0],
    [0, 1, 1, 1],
  ],
};

const large: Matrices = {
  source: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  filter: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  output: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
  gradient: [
    [1 / 4, 0, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6, 1 / 6],
    [1 / 24, 1 / 12, 1 / 6, 1 / 3],
    [1 / 24, -1 / 12, 1 / 6, -1 / 3],
    [0, 0, 0, 1],
  ],
  taps: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 1],
  ],
};

/** @param tile the side of a tile of outputs */
export const winogradMatrices = (tile: WinogradTile): Matrices => (tile === 2 ? small : large);

/** WGSL that transforms a square of variables `from{i}_{j}` along both axes, M · from · Mᵀ, into `to{i}_{j}`. */
export function bothAxes(matrix: readonly (readonly number[])[], from: string, to: string): string {
  const [rows, columns] = [matrix.length, matrix[0]!.length];
  const first = unroll(rows, (i) =>
    unroll(
      columns,
      (j) => `let ${to}h${i}_${j} = ${combine(matrix[i]!, (k) => `${from}${k}_${j}`)};`,
    ),
  );
  const second = unroll(rows, (i) =>
    unroll(rows, (j) => `let ${to}${i}_${j} = ${combine(matrix[j]!, (k) => `${to}h${i}_${k}`)};`),
  );
  return `${first}\n${second}`;
}

function combine(weights: readonly number[], name: (k: number) => string): string {
  const terms = weights.flatMap((weight, k) => {
    if (weight === 0) return [];
    const size = Math.abs(weight);
    return [`${weight < 0 ? "-" : "+"} ${size === 1 ? "" : `${size} * `}${name(k)}`];
  });
  return terms.join(" ").replace(/^\+ /, "");
}
