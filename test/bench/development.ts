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
const product = (values: readonly number[]): number => values.reduce((total, v) => total * v, 1);

const hartmann3 = [
  { alpha: 1, a: [3, 10, 30], p: [0.3689, 0.117, 0.2673] },
  { alpha: 1.2, a: [0.1, 10, 35], p: [0.4699, 0.4387, 0.747] },
  { alpha: 3, a: [3, 10, 30], p: [0.1091, 0.8732, 0.5547] },
  { alpha: 3.2, a: [0.1, 10, 35], p: [0.0381, 0.5743, 0.8828] },
];

/** Functions to choose a tuner's constants on, so that the reported ten and the held-out ones stay out of it. */
export const developmentFunctions: readonly BenchFunction[] = [
  {
    name: "forrester",
    space: box(1, 0, 1),
    optimum: -6.020740055767083,
    evaluate: (p) => {
      const [x = 0] = axes(p, 1);
      return (6 * x - 2) ** 2 * Math.sin(12 * x - 4);
    },
  },
  {
    name: "goldstein_price",
    space: box(2, -2, 2),
    optimum: Math.log(3),
    evaluate: (p) => {
      const [x = 0, y = 0] = axes(p, 2);
      const a = 19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y;
      const b = 18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y;
      return Math.log((1 + (x + y + 1) ** 2 * a) * (30 + (2 * x - 3 * y) ** 2 * b));
    },
  },
  {
    name: "hartmann3",
    space: box(3, 0, 1),
    optimum: -3.86278214782076,
    evaluate: (p) => {
      const x = axes(p, 3);
      const term = (t: (typeof hartmann3)[number]): number =>
        t.alpha * Math.exp(-sum(x.map((v, i) => t.a[i]! * (v - t.p[i]!) ** 2)));
      return -sum(hartmann3.map(term));
    },
  },
  {
    name: "griewank5",
    space: box(5, -12, 17),
    optimum: 0,
    evaluate: (p) => {
      const x = axes(p, 5).map((v, i) => v - i + 1);
      return (
        1 +
        sum(x.map((v) => v * v)) / 400 -
        product(x.map((v, i) => Math.cos(v / Math.sqrt(i + 1))))
      );
    },
  },
  {
    name: "michalewicz5",
    space: box(5, 0, Math.PI),
    optimum: -4.687658179,
    evaluate: (p) =>
      -sum(axes(p, 5).map((x, i) => Math.sin(x) * Math.sin(((i + 1) * x * x) / Math.PI) ** 20)),
  },
  {
    name: "dixon_price4",
    space: box(4, -4, 4),
    optimum: 0,
    evaluate: (p) => {
      const x = axes(p, 4);
      return (x[0]! - 1) ** 2 + sum(x.slice(1).map((v, i) => (i + 2) * (2 * v * v - x[i]!) ** 2));
    },
  },
  {
    name: "zakharov5",
    space: box(5, -5, 8),
    optimum: 0,
    evaluate: (p) => {
      const x = axes(p, 5).map((v) => v - 1.1);
      const s = sum(x.map((v, i) => 0.5 * (i + 1) * v));
      return sum(x.map((v) => v * v)) + s ** 2 + s ** 4 / 100;
    },
  },
  {
    name: "powell4",
    space: box(4, -4, 5),
    optimum: 0,
    evaluate: (p) => {
      const [a = 0, b = 0, c = 0, d = 0] = axes(p, 4).map((v) => v + 0.7);
      return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4;
    },
  },
  {
    name: "network8",
    space: {
      lr: { _type: "loguniform", _value: [1e-5, 1] },
      decay: { _type: "loguniform", _value: [1e-7, 1e-1] },
      dropout: { _type: "uniform", _value: [0, 0.8] },
      width: { _type: "qloguniform", _value: [8, 512, 8] },
      layers: { _type: "randint", _value: [1, 9] },
      batch: { _type: "choice", _value: [16, 32, 64, 128, 256] },
      activation: { _type: "choice", _value: ["relu", "gelu", "tanh"] },
      smoothing: { _type: "quniform", _value: [0, 0.3, 0.05] },
    },
    optimum: 0.04,
    evaluate: (p) => {
      const at = (name: string): number => Number(p[name]);
      const { relu, gelu, tanh } = { relu: [0.004, 0], gelu: [0, 0.1], tanh: [0.02, -0.3] };
      const [offset = 0, shift = 0] = { relu, gelu, tanh }[String(p["activation"])]!;
      const lr = Math.log10(at("lr")) + 2.3 - 0.25 * Math.log2(at("batch") / 64) - shift;
      const size = Math.log2((at("width") * Math.sqrt(at("layers"))) / 220);
      return (
        0.04 +
        offset +
        0.5 * (1 - Math.exp(-0.9 * lr * lr * (lr > 0 ? 2 : 1))) +
        0.006 * (Math.log10(at("decay")) + 3.6 - 0.3 * lr) ** 2 +
        0.02 * (1 - Math.exp(-0.4 * size * size)) +
        0.15 * (at("dropout") - 0.25 - 0.05 * size) ** 2 +
        0.003 * (at("layers") - 4) ** 2 * 0.3 +
        0.2 * (at("smoothing") - 0.1) ** 2 +
        0.002 * Math.abs(Math.log2(at("batch") / 64))
      );
    },
  },
  {
    name: "sum_of_types",
    space: {
      a: { _type: "choice", _value: [0, 3, 1, 7] },
      b: { _type: "randint", _value: [0, 8] },
      c: { _type: "uniform", _value: [-2, 6] },
      d: { _type: "loguniform", _value: [0.01, 10] },
      e: { _type: "quniform", _value: [0, 20, 4] },
      f: { _type: "normal", _value: [3, 5] },
      g: { _type: "lognormal", _value: [0, 1] },
      h: { _type: "qnormal", _value: [5, 8, 2] },
    },
    optimum: 0,
    evaluate: (p) => {
      const total = sum(Object.values(p).map(Number)) - 3;
      return Math.sqrt(Math.abs(total)) * (1 + 0.05 * Number(p["a"]));
    },
  },
  {
    name: "branches",
    space: {
      optimizer: {
        _type: "choice",
        _value: [
          {
            _name: "sgd",
            lr: { _type: "loguniform", _value: [1e-4, 10] },
            momentum: { _type: "uniform", _value: [0, 1] },
          },
          {
            _name: "adam",
            lr: { _type: "loguniform", _value: [1e-6, 0.1] },
            beta: { _type: "uniform", _value: [0.5, 1] },
          },
        ],
      },
      decay: { _type: "loguniform", _value: [1e-6, 0.1] },
      dropout: { _type: "uniform", _value: [0, 0.8] },
    },
    optimum: 0,
    evaluate: (p) => {
      const o = p["optimizer"] as Parameters;
      const lr = Math.log10(Number(o["lr"]));
      const own =
        o["_name"] === "sgd"
          ? (lr + 1 - 2 * (0.9 - Number(o["momentum"]))) ** 2 + (Number(o["momentum"]) - 0.85) ** 2
          : 0.1 + (lr + 3.2) ** 2 + 3 * (Number(o["beta"]) - 0.93) ** 2;
      return (
        own +
        0.1 * (Math.log10(Number(p["decay"])) + 3.3) ** 2 +
        (Number(p["dropout"]) - 0.3 + 0.05 * lr) ** 2
      );
    },
  },
];
