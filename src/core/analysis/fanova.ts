import { leafBoxes, type Forest, type LeafBox } from "../math/forest.ts";

/** Marginal of one tree over one feature: pieces of the axis (an interval or a category), each with its share of the
 *  axis and the tree's mean over everything else. */
export interface MarginalPiece {
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
  readonly mean: number;
}

/** A tree as boxes of the unit cube with their volumes. */
export interface BoxedTree {
  readonly boxes: readonly (LeafBox & { readonly volume: number })[];
  readonly mean: number;
  readonly variance: number;
}

/** Turns the trees of a forest over [0, 1]^numbers × categories into boxes. */
export function boxTrees(forest: Forest): BoxedTree[] {
  const lower = new Float64Array(forest.dims);
  const upper = new Float64Array(forest.dims).fill(1);
  return forest.trees.map((tree) => {
    const boxes = leafBoxes(tree, forest, lower, upper)
      .map((box) => ({
        ...box,
        volume: forest.categories.reduce((v, _, k) => v * sideOf(box, k), 1),
      }))
      .filter((box) => box.volume > 0);
    const mean = boxes.reduce((sum, box) => sum + box.volume * box.mean, 0);
    const variance = boxes.reduce((sum, box) => sum + box.volume * (box.mean - mean) ** 2, 0);
    return { boxes, mean, variance };
  });
}

/** Share of axis `k` that a box covers. */
function sideOf(box: LeafBox, k: number): number {
  const set = box.allowed[k];
  if (set == null) return Math.max(0, box.upper[k]! - box.lower[k]!);
  return set.filter(Boolean).length / set.length;
}

/** Axis `k` of a tree: the pieces between which it does not change, and which of them a box covers. */
interface Axis {
  readonly pieces: readonly Omit<MarginalPiece, "mean">[];
  /** The pieces that a box covers as half-open runs [from, to). */
  runs(box: LeafBox): readonly (readonly [number, number])[];
}

function axisOf(tree: BoxedTree, k: number): Axis {
  const set = tree.boxes[0]?.allowed[k];
  if (set != null)
    return {
      pieces: set.map((_, c) => ({ lower: c, upper: c, share: 1 / set.length })),
      runs: (box) => box.allowed[k]!.flatMap((is, c) => (is ? [[c, c + 1] as const] : [])),
    };
  const edges = [...new Set(tree.boxes.flatMap((box) => [box.lower[k]!, box.upper[k]!]))];
  edges.sort((a, b) => a - b);
  const index = new Map(edges.map((edge, i) => [edge, i]));
  return {
    pieces: edges
      .slice(1)
      .map((upper, i) => ({ lower: edges[i]!, upper, share: upper - edges[i]! })),
    runs: (box) => [[index.get(box.lower[k]!)!, index.get(box.upper[k]!)!]],
  };
}

/** The tree's mean as a function of feature `k`, everything else averaged out uniformly. */
export function marginal(tree: BoxedTree, k: number): MarginalPiece[] {
  const axis = axisOf(tree, k);
  const steps = new Float64Array(axis.pieces.length + 1);
  for (const box of tree.boxes) {
    const weight = (box.volume / sideOf(box, k)) * box.mean;
    for (const [from, to] of axis.runs(box)) {
      steps[from] = steps[from]! + weight;
      steps[to] = steps[to]! - weight;
    }
  }
  let mean = 0;
  return axis.pieces.map((piece, i) => ({ ...piece, mean: (mean += steps[i]!) }));
}

/** Shares of the tree's variance that single features explain (functional ANOVA, Hutter, Hoos and Leyton-Brown 2014);
 *  null for a tree without variance. */
export function mainEffects(tree: BoxedTree, dims: number): number[] | null {
  if (!(tree.variance > 0)) return null;
  return Array.from({ length: dims }, (_, k) =>
    marginal(tree, k).reduce(
      (sum, piece) => sum + (piece.share * (piece.mean - tree.mean) ** 2) / tree.variance,
      0,
    ),
  );
}

/** Share of the tree's variance that the interaction of two features explains beyond each of them. */
export function interaction(tree: BoxedTree, j: number, k: number): number {
  if (!(tree.variance > 0)) return 0;
  const [first, second] = [marginal(tree, j), marginal(tree, k)];
  const [axisJ, axisK] = [axisOf(tree, j), axisOf(tree, k)];
  // Joint means by differences: a box adds to rectangles of pieces, which are marked at their corners and summed up once.
  const width = second.length + 1;
  const corners = new Float64Array((first.length + 1) * width);
  for (const box of tree.boxes) {
    const weight = (box.volume / (sideOf(box, j) * sideOf(box, k))) * box.mean;
    for (const [a, b] of axisJ.runs(box))
      for (const [c, d] of axisK.runs(box)) {
        corners[a * width + c] = corners[a * width + c]! + weight;
        corners[b * width + c] = corners[b * width + c]! - weight;
        corners[a * width + d] = corners[a * width + d]! - weight;
        corners[b * width + d] = corners[b * width + d]! + weight;
      }
  }
  let sum = 0;
  const above = new Float64Array(width);
  first.forEach((a, row) => {
    let joint = 0;
    second.forEach((b, column) => {
      above[column] = above[column]! + corners[row * width + column]!;
      joint += above[column]!;
      sum += a.share * b.share * (joint - a.mean - b.mean + tree.mean) ** 2;
    });
  });
  return sum / tree.variance;
}
