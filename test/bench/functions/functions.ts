import type { JsonObject } from "../../../src/core/json.ts";
import type { Parameters } from "../../../src/core/search-space/types.ts";

/** A noise-free function to minimise over an NNI search space. */
export interface BenchFunction {
  readonly name: string;
  readonly space: JsonObject;
  readonly optimum: number;
  evaluate(parameters: Parameters): number;
}

const uniform = (low: number, high: number) => ({ _type: "uniform", _value: [low, high] });
const choice = (...options: (number | string)[]) => ({ _type: "choice", _value: options });
const number = (p: Parameters, name: string): number => {
  const value = p[name];
  if (typeof value !== "number") throw new TypeError(`${name}: expected a number, got ${value}`);
  return value;
};
const axes = (p: Parameters, count: number): number[] =>
  Array.from({ length: count }, (_, i) => number(p, `x${i}`));
const box = (count: number, low: number, high: number): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, uniform(low, high)]));

const hartmannA = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const hartmannP = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

/** "Validation error" with seven mixed parameters; the best learning rate and decay depend on the optimizer. */
function resnetLike(p: Parameters): number {
  const optimizer = String(p["optimizer"]);
  const table = (values: Readonly<Record<string, number>>, key: string | number): number => {
    const value = values[key];
    if (value === undefined) throw new RangeError(`unknown key ${key}`);
    return value;
  };
  const base = { sgd: 0.03, momentum: 0, adam: 0.015, adamw: 0.006, rmsprop: 0.03 };
  const bestLr = { sgd: -0.5, momentum: -1.5, adam: -3, adamw: -2.75, rmsprop: -3.25 };
  const width = { sgd: 0.6, momentum: 0.5, adam: 0.45, adamw: 0.5, rmsprop: 0.4 };
  const bestDecay = { sgd: -3.3, momentum: -3.3, adam: -5, adamw: -2, rmsprop: -4.5 };
  const batch = number(p, "batch_size");
  const hidden = number(p, "hidden_size");
  let d = Math.log10(number(p, "lr")) - (table(bestLr, optimizer) + 0.3 * Math.log2(batch / 128));
  if (d > 0) d *= 1.5;
  const w = table(width, optimizer);
  const decay = Math.log10(number(p, "weight_decay")) - table(bestDecay, optimizer);
  return (
    0.05 +
    table(base, optimizer) +
    0.6 * (1 - Math.exp((-d * d) / (2 * w * w))) +
    Math.min(0.08, 0.012 * decay * decay) +
    0.25 * (number(p, "dropout") - (0.1 + (0.3 * (hidden - 64)) / 960)) ** 2 +
    0.012 * Math.log2(hidden / 512) ** 2 +
    table({ 32: 0.004, 64: 0, 128: 0.002, 256: 0.012 }, batch) +
    table({ 2: 0.02, 3: 0, 5: 0.006, 7: 0.018 }, number(p, "conv_size"))
  );
}

const ackleyShift = [1.3, -2.1, 4.7, 0.6, -3.4];

/** The ten functions the peers were measured on (hyperopt's test domains, classics, and a network-like one). */
export const benchFunctions: readonly BenchFunction[] = [
  {
    name: "quadratic1",
    space: { x: uniform(-5, 5) },
    optimum: 0,
    evaluate: (p) => (number(p, "x") - 3) ** 2,
  },
  {
    name: "q1_lognormal",
    space: { x: { _type: "lognormal", _value: [0, 2] } },
    optimum: 0,
    evaluate: (p) => Math.min(0.1 * (number(p, "x") - 10) ** 2, 10),
  },
  {
    name: "distractor",
    space: { x: uniform(-15, 15) },
    optimum: -2.0000453981263027,
    evaluate: (p) => {
      const x = number(p, "x");
      return -1 / (1 + Math.exp(-x)) - 2 * Math.exp(-((x + 10) ** 2));
    },
  },
  {
    name: "gauss_wave",
    space: { x: uniform(-20, 20), curve: choice(0, 1) },
    optimum: -2.8352608859464388,
    evaluate: (p) => {
      const t = number(p, "x") + (p["curve"] === 1 ? Math.PI : 0);
      return -(Math.sin(t) + 2 * Math.exp(-((t / 5) ** 2)));
    },
  },
  {
    name: "branin",
    space: { x: uniform(-5, 10), y: uniform(0, 15) },
    optimum: 0.39788735772973816,
    evaluate: (p) => {
      const x = number(p, "x");
      const bowl = number(p, "y") - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 * x) / Math.PI - 6;
      return bowl * bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    },
  },
  {
    name: "many_dists",
    space: {
      a: choice(0, 1, 2),
      b: { _type: "randint", _value: [0, 10] },
      bb: { _type: "randint", _value: [12, 25] },
      c: uniform(4, 7),
      d: { _type: "loguniform", _value: [Math.exp(-2), 1] },
      e: { _type: "quniform", _value: [0, 10, 3] },
      f: { _type: "qloguniform", _value: [1, Math.exp(3), 2] },
      g: { _type: "normal", _value: [4, 7] },
      h: { _type: "lognormal", _value: [-2, 2] },
      i: { _type: "qnormal", _value: [0, 10, 2] },
      j: { _type: "qlognormal", _value: [0, 2, 1] },
      k: choice(0, 1),
    },
    optimum: Math.log(1e-12),
    evaluate: (p) => {
      const names = ["a", "b", "bb", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
      const z = names.reduce((sum, name) => sum + number(p, name), 0);
      return Math.log(1e-12 + z * z);
    },
  },
  {
    name: "hartmann6",
    space: box(6, 0, 1),
    optimum: -3.3223680114155147,
    evaluate: (p) => {
      const x = axes(p, 6);
      const alpha = [1, 1.2, 3, 3.2];
      return -alpha.reduce((sum, a, i) => {
        const inner = x.reduce(
          (s, xj, j) => s + hartmannA[i]![j]! * (xj - hartmannP[i]![j]!) ** 2,
          0,
        );
        return sum + a * Math.exp(-inner);
      }, 0);
    },
  },
  {
    name: "ackley5",
    space: box(5, -5, 10),
    optimum: 0,
    evaluate: (p) => {
      const d = axes(p, 5).map((x, i) => x - ackleyShift[i]!);
      const square = d.reduce((s, v) => s + v * v, 0) / 5;
      const wave = d.reduce((s, v) => s + Math.cos(2 * Math.PI * v), 0) / 5;
      return -20 * Math.exp(-0.2 * Math.sqrt(square)) - Math.exp(wave) + 20 + Math.E;
    },
  },
  {
    name: "rosenbrock4",
    space: box(4, -2, 2),
    optimum: 0,
    evaluate: (p) => {
      const x = axes(p, 4);
      let sum = 0;
      for (let i = 0; i < 3; i++) sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2;
      return sum;
    },
  },
  {
    name: "resnet_like",
    space: {
      lr: { _type: "loguniform", _value: [1e-5, 1] },
      optimizer: choice("sgd", "momentum", "adam", "adamw", "rmsprop"),
      batch_size: choice(32, 64, 128, 256),
      dropout: uniform(0, 0.6),
      weight_decay: { _type: "loguniform", _value: [1e-6, 1e-1] },
      conv_size: choice(2, 3, 5, 7),
      hidden_size: { _type: "quniform", _value: [64, 1024, 64] },
    },
    optimum: 0.05,
    evaluate: resnetLike,
  },
];
