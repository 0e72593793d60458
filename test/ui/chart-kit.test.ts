import { scaleLinear } from "d3-scale";
import { expect, test } from "vitest";
import {
  bandBetween,
  markTicks,
  pathThrough,
  plotOf,
  scaleTicks,
  shortened,
} from "../../src/ui/charts/kit/plot.ts";

test("a plot's right and bottom are where its inside ends", () => {
  const plot = plotOf(300, 100, { top: 5, right: 20, bottom: 30, left: 40 });
  expect(plot).toEqual({ width: 300, height: 100, top: 5, right: 280, bottom: 70, left: 40 });
});

test("marks stand where the scale puts them", () => {
  const ticks = scaleTicks(scaleLinear([0, 1], [100, 0]), 2, (value) => `${value * 100} %`);
  expect(ticks).toEqual([
    { at: 100, text: "0 %" },
    { at: 50, text: "50 %" },
    { at: 0, text: "100 %" },
  ]);
});

test("names at the ends of an axis stay inside it", () => {
  const marks = [0, 0.5, 1].map((position) => ({ position, label: `${position}` }));
  expect(markTicks(marks, (p) => p * 200).map(({ at, anchor }) => [at, anchor])).toEqual([
    [0, "start"],
    [100, "middle"],
    [200, "end"],
  ]);
});

test("what is shortened is no longer than asked for, and says that it is", () => {
  expect(shortened("learning_rate", 8)).toBe("learnin…");
  expect(shortened("lr", 8)).toBe("lr");
});

test("a band goes along one line and back along the other; no points draw nothing", () => {
  const upper = [
    [0, 1],
    [10, 2],
  ] as const;
  const lower = [
    [0, 5],
    [10, 6],
  ] as const;
  expect(bandBetween(upper, lower)).toBe("M0 1L10 2L10 6L0 5Z");
  expect([pathThrough([]), bandBetween([], [])]).toEqual(["", ""]);
});
