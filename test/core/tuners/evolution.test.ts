import { describe, expect, it } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { activeParameters, parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import { mutate } from "../../../src/core/tuners/common/mutate.ts";
import type { Trial } from "../../../src/core/trial.ts";
import { done, drive } from "./drive.ts";

const space = parseSearchSpace({
  x: { _type: "uniform", _value: [0, 1] },
  y: { _type: "uniform", _value: [0, 1] },
  layer: {
    _type: "choice",
    _value: [
      { _name: "conv", kernel: { _type: "uniform", _value: [0, 1] } },
      { _name: "pool", size: { _type: "uniform", _value: [0, 1] } },
    ],
  },
});
const metric = (p: Trial["parameters"]): number => Number(p["x"]) + Number(p["y"]);

describe("mutation", () => {
  it("changes exactly one parameter, or a choice with all that is nested in it", () => {
    const parent = { x: 0.2, y: 0.4, layer: { _name: "conv", kernel: 0.5 } };
    const before = new Map(activeParameters(space, parent).map((p) => [p.spec.path, p.value]));
    const touched = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const child = mutate(space, parent, createRng("mutate", i));
      const changed = activeParameters(space, child)
        .filter((p) => before.get(p.spec.path) !== p.value)
        .map((p) => p.spec.path);
      const tops = new Set(changed.map((path) => path.split("[")[0]));
      expect(tops.size).toBe(1);
      changed.forEach((path) => touched.add(path));
    }
    expect([...touched].sort()).toEqual([
      "layer",
      "layer[0:conv].kernel",
      "layer[1:pool].size",
      "x",
      "y",
    ]);
  });
});

describe("Evolution", () => {
  const classArgs = { population_size: 5 };

  it("starts with a random population, then lets the worse of two leave for a child of the better", () => {
    const history = drive(createTuner("Evolution", classArgs), space, { trials: 30, metric });
    const children = history.filter((t) => t.tunerState !== undefined);
    expect(children).toHaveLength(25);
    for (const child of children) {
      const parent = history[Number(child.tunerState!["parent"])]!;
      const left = history[Number(child.tunerState!["left"])]!;
      expect(parent.final!).toBeGreaterThanOrEqual(left.final!);
    }
    const left = children.map((child) => child.tunerState!["left"]);
    expect(new Set(left).size).toBe(25);
  });

  it("waits while the whole population runs and replaces failures by random individuals", () => {
    const tuner = createTuner("Evolution", classArgs);
    const trial = (number: number, status: Trial["status"]): Trial => ({
      number,
      parameters: { x: number / 10, y: 0, layer: { _name: "conv", kernel: 0 } },
      status,
      intermediates: [],
    });
    const five = Array.from({ length: 5 }, (_, i) => trial(i, "RUNNING"));
    expect(tuner.suggest(space, five, createRng(1)).kind).toBe("wait");
    const failed = five.map((_, i) => trial(i, i === 0 ? "FAILED" : "RUNNING"));
    expect(tuner.suggest(space, failed, createRng(1))).toMatchObject({
      kind: "trial",
      provenance: { source: "startup" },
    });
  });

  it("improves on its random population", () => {
    const history = drive(createTuner("Evolution", classArgs), space, { trials: 60, metric });
    const best = (list: readonly Trial[]): number => Math.max(...list.map((t) => t.final ?? 0));
    expect(best(history)).toBeGreaterThan(best(history.slice(0, 5)));
  });
});

describe("RegularizedEvolution", () => {
  it("takes the parent from the youngest trials only, however good an old one was", () => {
    const layer = { _name: "conv", kernel: 0 };
    const history = Array.from({ length: 40 }, (_, i) =>
      done(i, { x: i / 40, y: 0, layer }, i === 0 ? 100 : i),
    );
    const tuner = createTuner("RegularizedEvolution", { population_size: 10, sample_size: 10 });
    const suggestion = tuner.suggest(space, history, createRng(5));
    expect(suggestion).toMatchObject({
      provenance: { facts: [{ kind: "mutated", parent: 39 }, {}] },
    });
  });
});
