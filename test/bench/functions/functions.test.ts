import { describe, expect, it } from "vitest";
import type { Parameters } from "../../../src/core/search-space/types.ts";
import { benchFunctions } from "./functions.ts";
import { heldOutFunctions } from "../held-out.ts";
import { bootstrapInterval, quantile, relativeRegret } from "../statistics.ts";

const value = (name: string, parameters: Parameters): number =>
  benchFunctions.find((fn) => fn.name === name)!.evaluate(parameters);
const axes = (...x: number[]): Parameters => Object.fromEntries(x.map((v, i) => [`x${i}`, v]));
const net = (optimizer: string, ...rest: number[]): Parameters => {
  const names = ["lr", "batch_size", "dropout", "weight_decay", "conv_size", "hidden_size"];
  return { optimizer, ...Object.fromEntries(names.map((name, i) => [name, rest[i]!])) };
};

describe("benchmark functions", () => {
  it.each<[string, Parameters, number]>([
    ["resnet_like", net("momentum", 10 ** -1.8, 64, 0.24, 10 ** -3.3, 3, 512), 0.05],
    ["resnet_like", net("adam", 3e-3, 128, 0.3, 1e-4, 5, 256), 0.5325043804067585],
    ["resnet_like", net("sgd", 0.05, 256, 0, 1e-6, 7, 64), 0.7890890722676569],
    ["ackley5", axes(0, 0, 0, 0, 0), 10.615987798349336],
    ["rosenbrock4", axes(-1.5, -1.5, -1.5, -1.5), 4237.5],
    ["hartmann6", axes(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), -0.5053149917022333],
    ["branin", { x: 0, y: 0 }, 55.602112642270264],
    ["distractor", { x: 2 }, -0.8807970779778823],
    ["gauss_wave", { x: 3, curve: 1 }, -0.30124530755995554],
    ["q1_lognormal", { x: 4 }, 3.6],
    ["q1_lognormal", { x: 30 }, 10],
    [
      "many_dists",
      { a: 1, b: 3, bb: 15, c: 5.5, d: 0.5, e: 6, f: 4, g: -2.25, h: 0.2, i: -4, j: 2, k: 1 },
      6.928344361647089,
    ],
  ])("%s gives the published reference value", (name, parameters, expected) => {
    expect(value(name, parameters)).toBeCloseTo(expected, 10);
  });

  it.each<[string, Parameters]>([
    ["styblinski4", axes(...new Array<number>(4).fill(-2.903534027771177))],
    ["levy3", axes(1.7, 1.7, 1.7)],
    ["rastrigin2", axes(1.23, 1.23)],
    ["six_hump_camel", axes(0.08984201368301331, -0.7126564032704135)],
    ["ellipsoid6", axes(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)],
    ["mixed6", { lr: 0.01, decay: 10 ** -3.7, momentum: 0.6, units: 96, optimizer: "a", depth: 5 }],
  ])("%s has its stated optimum", (name, parameters) => {
    const fn = heldOutFunctions.find((f) => f.name === name)!;
    expect(fn.evaluate(parameters)).toBeCloseTo(fn.optimum, 10);
  });

  it("distractor, gauss_wave and ackley5 have their stated optima", () => {
    expect(value("distractor", { x: -9.99998864676192 })).toBeCloseTo(-2.0000453981263027, 12);
    expect(value("gauss_wave", { x: 1.3664765063470474, curve: 0 })).toBeCloseTo(
      -2.8352608859464388,
      12,
    );
    expect(value("ackley5", axes(1.3, -2.1, 4.7, 0.6, -3.4))).toBeCloseTo(0, 12);
  });
});

describe("benchmark statistics", () => {
  it("quantiles interpolate linearly", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.9)).toBeCloseTo(4.6, 12);
  });

  it("relative regret is the geometric mean of ratios, many_dists by |z|", () => {
    const random = new Map([
      ["branin", 1],
      ["ackley5", 4],
      ["many_dists", 30],
    ]);
    const own = new Map([
      ["branin", 0.1],
      ["ackley5", 4],
      ["many_dists", 30 + 2 * Math.log(10)],
    ]);
    expect(relativeRegret(own, random)).toBeCloseTo(1, 12);
  });

  it("the bootstrap interval holds the estimate and shrinks to it without spread", () => {
    const random = new Map([["branin", 1]]);
    expect(bootstrapInterval(new Map([["branin", [0.5, 0.5, 0.5]]]), random, 50)).toEqual([
      0.5, 0.5,
    ]);
    const [low, high] = bootstrapInterval(new Map([["branin", [0.1, 0.5, 0.9]]]), random, 200);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
  });
});
