import type { JsonObject } from "../../src/core/json.ts";
import type { Parameters } from "../../src/core/search-space/types.ts";
import type { BenchFunction } from "./functions/functions.ts";

const box = (count: number, low: number, high: number): JsonObject =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`x${i}`, { _type: "uniform", _value: [low, high] }]),
  );
const axes = (p: Parameters, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number(p[`x${i}`]));
const sum = (values: readonly number[]): number => values.reduce((total, v) => total + v, 0);

/** Functions that no tuner's design was chosen on: a check that what works on the ten works elsewhere. */
export const heldOutFunctions: readonly BenchFunction[] = [
  {
    name: "styblinski4",
    space: box(4, -5, 5),
    optimum: -39.16616570377142 * 4,
    evaluate: (p) => sum(axes(p, 4).map((x) => 0.5 * (x ** 4 - 16 * x * x + 5 * x))),
  },
  {
    name: "levy3",
    space: box(3, -8, 10),
    optimum: 0,
    evaluate: (p) => {
      const [a = 0, b = 0, c = 0] = axes(p, 3).map((x) => 1 + (x - 1.7) / 4);
      const middle = (w: number): number =>
        (w - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * w + 1) ** 2);
      const last = (c - 1) ** 2 * (1 + Math.sin(2 * Math.PI * c) ** 2);
      return Math.sin(Math.PI * a) ** 2 + middle(a) + middle(b) + last;
    },
  },
  {
    name: "rastrigin2",
    space: box(2, -4, 6),
    optimum: 0,
    evaluate: (p) =>
      sum(axes(p, 2).map((x) => (x - 1.23) ** 2 + 10 * (1 - Math.cos(2 * Math.PI * (x - 1.23))))),
  },
  {
    name: "six_hump_camel",
    space: {
      x0: { _type: "uniform", _value: [-3, 3] },
      x1: { _type: "uniform", _value: [-2, 2] },
    },
    optimum: -1.031628453489877,
    evaluate: (p) => {
      const [x = 0, y = 0] = axes(p, 2);
      return (4 - 2.1 * x * x + x ** 4 / 3) * x * x + x * y + (4 * y * y - 4) * y * y;
    },
  },
  {
    name: "ellipsoid6",
    space: box(6, -5, 5),
    optimum: 0,
    evaluate: (p) => sum(axes(p, 6).map((x, i) => 10 ** ((2 * i) / 5) * (x - (i - 2.5)) ** 2)),
  },
  {
    name: "mixed6",
    space: {
      lr: { _type: "loguniform", _value: [1e-5, 1] },
      decay: { _type: "loguniform", _value: [1e-6, 0.1] },
      momentum: { _type: "uniform", _value: [0, 1] },
      units: { _type: "quniform", _value: [16, 256, 16] },
      optimizer: { _type: "choice", _value: ["a", "b", "c"] },
      depth: { _type: "randint", _value: [1, 9] },
    },
    optimum: 0,
    evaluate: (p) => {
      const log = Math.log10(Number(p["lr"]));
      const [offset, best] = { a: [0, -2], b: [0.3, -3], c: [0.1, -3.5] }[String(p["optimizer"])]!;
      return (
        offset! +
        (log - best!) ** 2 +
        0.2 * (Math.log10(Number(p["decay"])) + 3.7) ** 2 +
        (Number(p["momentum"]) - 0.6 - 0.05 * (log + 2)) ** 2 +
        0.1 * Math.log2(Number(p["units"]) / 96) ** 2 +
        0.05 * (Number(p["depth"]) - 5) ** 2
      );
    },
  },
];
