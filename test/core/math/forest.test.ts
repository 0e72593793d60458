import { describe, expect, it } from "vitest";
import {
  findLeaf,
  leafBoxes,
  predictForest,
  trainForest,
  type ForestData,
} from "../../../src/core/math/forest.ts";
import { createRng } from "../../../src/core/math/rng.ts";

/** Two numbers and a category with an effect that no order of its codes shows. */
function sample(count: number, seed: string): ForestData {
  const rng = createRng(seed);
  const x = new Float64Array(count * 3);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    x[3 * i] = rng.next();
    x[3 * i + 1] = rng.next();
    x[3 * i + 2] = rng.int(4);
    y[i] = Math.sin(6 * x[3 * i]!) + [0, 2, 0, 2][x[3 * i + 2]!]! + 0.01 * rng.normal();
  }
  return { x, y, dims: 3, categories: [0, 0, 4] };
}

const single = { trees: 1, bootstrap: false, featureShare: 1 };

describe("a random forest", () => {
  it("with one tree on everything reproduces its training values", () => {
    const data = sample(60, "exact");
    const forest = trainForest(data, createRng(1), single);
    data.y.forEach((y, i) => {
      const { mean, variance } = predictForest(forest, data.x.subarray(3 * i, 3 * i + 3));
      expect(mean).toBeCloseTo(y, 12);
      expect(variance).toBeCloseTo(0, 12);
    });
  });

  it("splits first where exhaustive search finds the least squared error", () => {
    const data = sample(40, "split");
    const error = (rows: number[]): number => {
      const mean = rows.reduce((sum, i) => sum + data.y[i]!, 0) / rows.length;
      return rows.reduce((sum, i) => sum + (data.y[i]! - mean) ** 2, 0);
    };
    const rows = Array.from(data.y, (_, i) => i);
    let least = Infinity;
    const consider = (left: (i: number) => boolean): void => {
      const [a, b] = [rows.filter(left), rows.filter((i) => !left(i))];
      if (a.length > 0 && b.length > 0) least = Math.min(least, error(a) + error(b));
    };
    for (const k of [0, 1])
      for (const at of rows) consider((i) => data.x[3 * i + k]! < data.x[3 * at + k]!);
    for (let set = 1; set < 15; set++) consider((i) => ((set >> data.x[3 * i + 2]!) & 1) === 1);
    const [root] = trainForest(data, createRng(1), single).trees;
    if (root?.kind === undefined || root.kind === "leaf") throw new Error("expected a split");
    const goesLeft = (i: number): boolean =>
      root.kind === "number"
        ? data.x[3 * i + root.feature]! < root.threshold
        : root.goesLeft[data.x[3 * i + root.feature]!]!;
    expect(error(rows.filter(goesLeft)) + error(rows.filter((i) => !goesLeft(i)))).toBeCloseTo(
      least,
      10,
    );
  });

  it("predicts points it has not seen far better than their mean, and knows where it is unsure", () => {
    const forest = trainForest(sample(300, "train"), createRng(2));
    const test = sample(200, "test");
    const mean = test.y.reduce((a, b) => a + b, 0) / 200;
    let [error, total] = [0, 0];
    test.y.forEach((y, i) => {
      error += (predictForest(forest, test.x.subarray(3 * i, 3 * i + 3)).mean - y) ** 2;
      total += (y - mean) ** 2;
    });
    expect(1 - error / total).toBeGreaterThan(0.95);
  });

  it("is the same for the same stream and another for another", () => {
    const data = sample(50, "seed");
    const grow = (seed: number) => trainForest(data, createRng(seed), { trees: 3 });
    expect(grow(1)).toEqual(grow(1));
    expect(grow(1)).not.toEqual(grow(2));
  });

  it("has leaf boxes that are disjoint, cover the space and agree with prediction", () => {
    const forest = trainForest(sample(80, "boxes"), createRng(3), { trees: 4 });
    const rng = createRng("probe");
    for (const tree of forest.trees) {
      const boxes = leafBoxes(tree, forest, [0, 0, 0], [1, 1, 0]);
      let volume = 0;
      for (const box of boxes)
        volume +=
          (box.upper[0]! - box.lower[0]!) *
          (box.upper[1]! - box.lower[1]!) *
          (box.allowed[2]!.filter(Boolean).length / 4);
      expect(volume).toBeCloseTo(1, 10);
      for (let i = 0; i < 50; i++) {
        const x = [rng.next(), rng.next(), rng.int(4)];
        const inside = boxes.filter(
          (box) =>
            [0, 1].every((k) => x[k]! >= box.lower[k]! && x[k]! < box.upper[k]!) &&
            box.allowed[2]![x[2]!],
        );
        expect(inside.map((box) => box.mean)).toEqual([findLeaf(tree, x).mean]);
      }
    }
  });
});
