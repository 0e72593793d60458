import type { Rng } from "./rng.ts";

/** What the forest learns from. `x` is row-major [count, dims]. */
export interface ForestData {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly dims: number;
  /** Per feature 0 for a number, else the number of categories, which `x` holds as 0, 1, … */
  readonly categories: readonly number[];
}

/** How trees are grown. */
export interface ForestOptions {
  readonly trees: number;
  /** Share of the features considered at a split, in (0, 1]. */
  readonly featureShare: number;
  readonly minimumSplit: number;
  readonly minimumLeaf: number;
  readonly maximumDepth: number;
  /** Each tree sees a sample with replacement; otherwise everything. */
  readonly bootstrap: boolean;
}

/** Trees grown to their end, on bootstrap samples. */
export const defaultForestOptions: ForestOptions = {
  trees: 64,
  featureShare: 5 / 6,
  minimumSplit: 2,
  minimumLeaf: 1,
  maximumDepth: 64,
  bootstrap: true,
};

/** A split sends a point left when its number is below the threshold, or its category among `left`. */
export type TreeNode =
  | {
      readonly kind: "leaf";
      /** Mean, population variance and number of the training values that ended here. */
      readonly mean: number;
      readonly variance: number;
      readonly count: number;
    }
  | {
      readonly kind: "number";
      readonly feature: number;
      readonly threshold: number;
      readonly left: TreeNode;
      readonly right: TreeNode;
    }
  | {
      readonly kind: "category";
      readonly feature: number;
      /** By category: true = left. */
      readonly goesLeft: readonly boolean[];
      readonly left: TreeNode;
      readonly right: TreeNode;
    };

/** Trees with what their numbers mean: `dims` features, `categories` as in the data. */
export interface Forest {
  readonly trees: readonly TreeNode[];
  readonly dims: number;
  readonly categories: readonly number[];
}

/** Grows a random forest for regression: trees on bootstrap samples, each split the one that lowers the squared error
 *  most among a random share of the features. Deterministic for a random stream.
 *  @throws RangeError without observations */
export function trainForest(
  data: ForestData,
  rng: Rng,
  options: Partial<ForestOptions> = {},
): Forest {
  const settings = { ...defaultForestOptions, ...options };
  const count = data.y.length;
  if (count === 0) throw new RangeError("trainForest: expected at least one observation, got none");
  const trees = Array.from({ length: settings.trees }, () => {
    const rows = Int32Array.from({ length: count }, (_, i) =>
      settings.bootstrap ? rng.int(count) : i,
    );
    return grow({ data, options: settings, rng }, rows, 0);
  });
  return { trees, dims: data.dims, categories: data.categories };
}

/** What a tree grows from. */
interface Growth {
  readonly data: ForestData;
  readonly options: ForestOptions;
  readonly rng: Rng;
}

function grow(growth: Growth, rows: Int32Array, depth: number): TreeNode {
  const { data, options } = growth;
  const { y } = data;
  let sum = 0;
  for (const row of rows) sum += y[row]!;
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += (y[row]! - mean) ** 2;
  const leaf: TreeNode = {
    kind: "leaf",
    mean,
    variance: squares / rows.length,
    count: rows.length,
  };
  if (rows.length < options.minimumSplit || depth >= options.maximumDepth || squares <= 1e-24)
    return leaf;
  const split = bestSplit(growth, rows, mean);
  if (split === null) return leaf;
  const left = rows.filter((row) => split.goesLeft(row));
  const right = rows.filter((row) => !split.goesLeft(row));
  if (left.length === 0 || right.length === 0) return leaf;
  return {
    ...split.node,
    left: grow(growth, left, depth + 1),
    right: grow(growth, right, depth + 1),
  };
}

interface Split {
  readonly gain: number;
  readonly goesLeft: (row: number) => boolean;
  readonly node:
    | { readonly kind: "number"; readonly feature: number; readonly threshold: number }
    | {
        readonly kind: "category";
        readonly feature: number;
        readonly goesLeft: readonly boolean[];
      };
}

/** Features that turn out constant are replaced by others, so a node is split whenever it can be. */
function bestSplit(growth: Growth, rows: Int32Array, mean: number): Split | null {
  const { data, options, rng } = growth;
  const wanted = Math.max(1, Math.round(options.featureShare * data.dims));
  const order = rng.shuffle(Int32Array.from({ length: data.dims }, (_, k) => k));
  let best: Split | null = null;
  let tried = 0;
  for (const feature of order) {
    if (tried >= wanted) break;
    const split =
      data.categories[feature]! > 0
        ? splitCategories(growth, rows, feature, mean)
        : splitNumbers(growth, rows, feature, mean);
    if (split === null) continue;
    tried++;
    if (best === null || split.gain > best.gain) best = split;
  }
  return best;
}

function splitNumbers(
  { data, options }: Growth,
  rows: Int32Array,
  feature: number,
  mean: number,
): Split | null {
  const { x, y, dims } = data;
  const n = rows.length;
  const sorted = Int32Array.from(rows).sort(
    (a, b) => x[a * dims + feature]! - x[b * dims + feature]!,
  );
  let left = 0;
  let gain = -1;
  let threshold = 0;
  for (let i = 1; i < n; i++) {
    left += y[sorted[i - 1]!]! - mean;
    const low = x[sorted[i - 1]! * dims + feature]!;
    const high = x[sorted[i]! * dims + feature]!;
    if (low === high || i < options.minimumLeaf || n - i < options.minimumLeaf) continue;
    // Decrease of the squared error with centred values: S²/i + S²/(n−i).
    const decrease = (left * left) / i + (left * left) / (n - i);
    if (decrease <= gain) continue;
    gain = decrease;
    const middle = low + (high - low) / 2;
    threshold = middle > low ? middle : high;
  }
  if (gain < 0) return null;
  return {
    gain,
    goesLeft: (row) => x[row * dims + feature]! < threshold,
    node: { kind: "number", feature, threshold },
  };
}

/** Ordering categories by their mean makes the best of the n−1 prefix splits the best of all (Breiman et al. 1984). */
function splitCategories(
  { data, options }: Growth,
  rows: Int32Array,
  feature: number,
  mean: number,
): Split | null {
  const { x, y, dims } = data;
  const size = data.categories[feature]!;
  const sums = new Float64Array(size);
  const counts = new Int32Array(size);
  for (const row of rows) {
    const category = x[row * dims + feature]!;
    sums[category] = sums[category]! + y[row]! - mean;
    counts[category] = counts[category]! + 1;
  }
  const present = Array.from(counts, (_, c) => c).filter((c) => counts[c]! > 0);
  present.sort((a, b) => sums[a]! / counts[a]! - sums[b]! / counts[b]!);
  let gain = -1;
  let cut = 0;
  let sum = 0;
  let count = 0;
  for (let i = 1; i < present.length; i++) {
    sum += sums[present[i - 1]!]!;
    count += counts[present[i - 1]!]!;
    const rest = rows.length - count;
    if (count < options.minimumLeaf || rest < options.minimumLeaf) continue;
    const decrease = (sum * sum) / count + (sum * sum) / rest;
    if (decrease > gain) [gain, cut] = [decrease, i];
  }
  if (gain < 0) return null;
  const low = new Set(present.slice(0, cut));
  // Categories that are absent here follow the larger side.
  const absentLeft =
    2 * rows.filter((row) => low.has(x[row * dims + feature]!)).length > rows.length;
  const goesLeft = Array.from(counts, (n, c) => (n > 0 ? low.has(c) : absentLeft));
  return {
    gain,
    goesLeft: (row) => goesLeft[x[row * dims + feature]!]!,
    node: { kind: "category", feature, goesLeft },
  };
}

/** The leaf that a point falls into. */
export function findLeaf(tree: TreeNode, x: ArrayLike<number>): TreeNode & { kind: "leaf" } {
  let node = tree;
  while (node.kind !== "leaf") {
    const value = x[node.feature]!;
    const left = node.kind === "number" ? value < node.threshold : node.goesLeft[value] === true;
    node = left ? node.left : node.right;
  }
  return node;
}

/** Mean over the trees, and the variance between them plus the mean variance within their leaves. */
export function predictForest(
  forest: Forest,
  x: ArrayLike<number>,
): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  let squares = 0;
  let within = 0;
  for (const tree of forest.trees) {
    const leaf = findLeaf(tree, x);
    sum += leaf.mean;
    squares += leaf.mean * leaf.mean;
    within += leaf.variance;
  }
  const n = forest.trees.length;
  const mean = sum / n;
  return { mean, variance: Math.max(0, squares / n - mean * mean) + within / n };
}

/** A leaf with the part of the space it covers. */
export interface LeafBox {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Per feature: which categories belong, null for a number. */
  readonly allowed: readonly (readonly boolean[] | null)[];
  readonly mean: number;
  readonly count: number;
}

/** The leaves of a tree as disjoint boxes that fill the space between `lower` and `upper`. */
export function leafBoxes(
  tree: TreeNode,
  forest: Forest,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): LeafBox[] {
  const boxes: LeafBox[] = [];
  const visit = (node: TreeNode, box: Omit<LeafBox, "mean" | "count">): void => {
    if (node.kind === "leaf") {
      boxes.push({ ...box, mean: node.mean, count: node.count });
      return;
    }
    const k = node.feature;
    if (node.kind === "number") {
      const below = Float64Array.from(box.upper);
      const above = Float64Array.from(box.lower);
      below[k] = Math.min(below[k]!, node.threshold);
      above[k] = Math.max(above[k]!, node.threshold);
      visit(node.left, { ...box, upper: below });
      visit(node.right, { ...box, lower: above });
      return;
    }
    for (const side of [true, false]) {
      const allowed = box.allowed.map((set, i) =>
        i === k && set !== null ? set.map((is, c) => is && node.goesLeft[c] === side) : set,
      );
      visit(side ? node.left : node.right, { ...box, allowed });
    }
  };
  visit(tree, {
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    allowed: forest.categories.map((n) => (n > 0 ? new Array<boolean>(n).fill(true) : null)),
  });
  return boxes;
}
