import { describe, expect, it } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace, type SearchSpace } from "../../../src/core/search-space/index.ts";
import { encode, spaceAxes, type Axes } from "../../../src/core/tuners/tpe/axes.ts";
import { gapBandwidths } from "../../../src/core/tuners/tpe/bandwidths.ts";
import { drawRow } from "../../../src/core/tuners/tpe/draw.ts";
import {
  createMixture,
  createScorer,
  drawCoordinate,
  drawKernel,
  type Mixture,
} from "../../../src/core/tuners/tpe/mixture.ts";
import type { JsonObject } from "../../../src/core/json.ts";

const build = (space: SearchSpace, trials: readonly JsonObject[]): [Axes, Mixture] => {
  const axes = spaceAxes(space);
  const rows = trials.map((parameters) => encode(axes, space, parameters));
  const sigmas = gapBandwidths(axes, rows, () => 0.05);
  const weights = trials.map((_, i) => i + 1);
  return [axes, createMixture(axes, { rows, sigmas, weights }, 1)];
};
const row = (axes: Axes, space: SearchSpace, parameters: JsonObject): Float64Array =>
  encode(axes, space, parameters);

describe("TPE's mixture", () => {
  it("integrates to 1 over a range, kernels near the ends included", () => {
    const space = parseSearchSpace({ x: { _type: "uniform", _value: [2, 6] } });
    const [, mixture] = build(space, [{ x: 2 }, { x: 2.1 }, { x: 5.9 }, { x: 4 }]);
    const score = createScorer(mixture);
    const steps = 4000;
    let sum = 0;
    for (let i = 0; i < steps; i++)
      sum += Math.exp(score(Float64Array.of((i + 0.5) / steps))) / steps;
    expect(sum).toBeCloseTo(1, 4);
  });

  it("integrates to 1 under a normal prior", () => {
    const space = parseSearchSpace({ x: { _type: "normal", _value: [0, 3] } });
    const [, mixture] = build(space, [{ x: -1 }, { x: 4 }]);
    const score = createScorer(mixture);
    let sum = 0;
    for (let x = -8; x < 8; x += 0.001) sum += Math.exp(score(Float64Array.of(x + 0.0005))) * 0.001;
    expect(sum).toBeCloseTo(1, 4);
  });

  it("sums to 1 over all configurations of a finite tree", () => {
    const space = parseSearchSpace({
      q: { _type: "quniform", _value: [0, 10, 2.5] },
      layer: {
        _type: "choice",
        _value: [
          { _name: "conv", k: { _type: "randint", _value: [1, 5] } },
          { _name: "pool" },
          { _name: "dense", units: { _type: "qloguniform", _value: [1, 16, 4] } },
        ],
      },
    });
    const [axes, mixture] = build(space, [
      { q: 2.5, layer: { _name: "conv", k: 2 } },
      { q: 10, layer: { _name: "dense", units: 8 } },
      { q: 5, layer: { _name: "pool" } },
    ]);
    const score = createScorer(mixture);
    const layers: JsonObject[] = [
      ...[1, 2, 3, 4].map((k) => ({ _name: "conv", k })),
      { _name: "pool" },
      ...[1, 4, 8, 12, 16].map((units) => ({ _name: "dense", units })),
    ];
    let sum = 0;
    for (const q of [0, 2.5, 5, 7.5, 10])
      for (const layer of layers) sum += Math.exp(score(row(axes, space, { q, layer })));
    expect(sum).toBeCloseTo(1, 5);
  });

  it("draws follow the density (seed mixture, 20,000 draws)", () => {
    const space = parseSearchSpace({
      x: { _type: "uniform", _value: [0, 1] },
      c: { _type: "choice", _value: ["a", "b", "c"] },
    });
    const [axes, mixture] = build(space, [
      { x: 0.02, c: "a" },
      { x: 0.5, c: "b" },
      { x: 0.6, c: "a" },
    ]);
    const score = createScorer(mixture);
    const rng = createRng("mixture");
    const counts = new Map<string, number>();
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const k = drawKernel(mixture, rng);
      const draw = drawRow(axes, space, new Set(), (axis) =>
        drawCoordinate(mixture, k, axis, rng),
      )!;
      const key = `${Math.floor(draw.row[0]! * 10)} ${draw.row[1]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (let cell = 0; cell < 10; cell++)
      for (let c = 0; c < 3; c++) {
        let share = 0;
        for (let i = 0; i < 200; i++)
          share += Math.exp(score(Float64Array.of((cell + (i + 0.5) / 200) / 10, c))) / 2000;
        const measured = (counts.get(`${cell} ${c}`) ?? 0) / draws;
        // five standard errors
        expect(Math.abs(measured - share)).toBeLessThan(5 * Math.sqrt(share / draws) + 1e-4);
      }
  });
});
