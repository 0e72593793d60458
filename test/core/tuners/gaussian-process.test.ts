import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace, sampleParameters } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import { Encoding } from "../../../src/core/tuners/gaussian-process/encoding.ts";
import { collectTraining } from "../../../src/core/tuners/gaussian-process/training.ts";
import type { Trial } from "../../../src/core/trial.ts";
import { benchFunctions } from "../../bench/functions/functions.ts";
import { factOf } from "./drive.ts";

const mixed = parseSearchSpace({
  lr: { _type: "loguniform", _value: [1e-4, 1] },
  batch: { _type: "choice", _value: [64, 256, 128] },
  act: { _type: "choice", _value: ["relu", "gelu"] },
  layers: { _type: "randint", _value: [1, 5] },
  width: { _type: "quniform", _value: [16, 64, 16] },
  noise: { _type: "lognormal", _value: [0, 1] },
  block: {
    _type: "choice",
    _value: [
      { _name: "plain" },
      { _name: "residual", depth: { _type: "randint", _value: [1, 4] } },
    ],
  },
});

const succeeded = (number: number, parameters: JsonObject, ...intermediates: number[]): Trial => ({
  number,
  parameters,
  status: "SUCCEEDED",
  intermediates,
  final: intermediates.at(-1)!,
});

describe("the encoding", () => {
  it("gives back every configuration it encodes, nested, sorted and quantised ones included", () => {
    const encoding = new Encoding(mixed);
    const rng = createRng("round trip");
    for (let i = 0; i < 300; i++) {
      const parameters = sampleParameters(mixed, rng);
      const back = encoding.decode(encoding.encode(parameters)!);
      for (const [name, value] of Object.entries(parameters))
        if (typeof value === "number") expect(back[name]).toBeCloseTo(value, 9);
        else expect(back[name]).toEqual(value);
    }
  });

  it("orders numeric options by size, so that neighbours are near", () => {
    const encoding = new Encoding(mixed);
    const at = (batch: number): number => {
      const k = encoding.features.findIndex((f) => f.spec.name === "batch");
      const parameters = { ...sampleParameters(mixed, createRng(1)), batch };
      return encoding.encode(parameters)![k]!;
    };
    expect([at(64), at(128), at(256)]).toEqual([0, 0.5, 1]);
  });

  it("makes a parameter that is switched off count for nothing", () => {
    const encoding = new Encoding(mixed);
    const k = encoding.features.findIndex((f) => f.spec.name === "depth");
    const x = encoding.encode({
      ...sampleParameters(mixed, createRng(2)),
      block: { _name: "plain" },
    })!;
    const canonical = (depth: number) => {
      x[k] = depth;
      return [...encoding.canonical(x, new Float64Array(encoding.dims))];
    };
    expect(canonical(0.1)).toEqual(canonical(0.9));
  });
});

describe("what the model learns from an early-stopped trial", () => {
  it("is its last report plus what others gained from there, with the spread of those gains as noise", () => {
    const space = parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } });
    const stopped: Trial = {
      number: 2,
      parameters: { x: 0.9 },
      status: "EARLY_STOPPED",
      intermediates: [0.3],
    };
    const history = [
      succeeded(0, { x: 0.1 }, 0.5, 0.7),
      succeeded(1, { x: 0.5 }, 0.6, 0.9),
      stopped,
    ];
    const training = collectTraining(new Encoding(space), history, "maximize", {
      useEarlyStopped: true,
      largest: 100,
    })!;
    const losses = [...training.set.y].map(training.lossOf);
    // Gains 0.2 and 0.3: expected 0.3 + 0.25, variance 0.005·(1 + 1/2).
    expect(losses[2]).toBeCloseTo(-0.55, 12);
    expect(training.set.extraNoise![2]! * training.spread ** 2).toBeCloseTo(0.0075, 12);
    expect([...training.set.extraNoise!].slice(0, 2)).toEqual([0, 0]);
    expect(training.complete).toEqual([true, true, false]);
  });
});

describe("losses of the worse half", () => {
  const space = parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } });
  const losses = [0.1, 0.2, 0.3, 0.4, 0.5, 0.9, 1.7];
  const collect = (list: readonly number[], mode: "minimize" | "maximize" = "minimize") =>
    collectTraining(
      new Encoding(space),
      list.map((loss, i) => succeeded(i, { x: i / 10 }, loss)),
      mode,
      { useEarlyStopped: true, largest: 100 },
    )!;

  it("count by their logarithm, those of the better half as they are, and all can be read back", () => {
    const { set, lossOf } = collect(losses);
    const steps = [...set.y]
      .slice(1)
      .map((y, i) => (y - set.y[i]!) / (losses[i + 1]! - losses[i]!));
    expect(steps[1]! / steps[0]!).toBeCloseTo(1, 9);
    expect(steps[2]! / steps[0]!).toBeCloseTo(1, 9);
    expect(steps[5]! / steps[0]!).toBeLessThan(0.5);
    [...set.y].forEach((y, i) => expect(lossOf(y)).toBeCloseTo(losses[i]!, 9));
  });

  it("are the same whatever the unit, the offset and the direction of the metric", () => {
    const { y } = collect(losses).set;
    const moved = collect(
      losses.map((loss) => 7 - 100 * loss),
      "maximize",
    ).set.y;
    [...y].forEach((value, i) => expect(moved[i]).toBeCloseTo(value, 9));
  });
});

describe("a training that exploded", () => {
  it("counts as bad, not as a thousand times bad: the others stay apart for the model", () => {
    const space = parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } });
    const losses = [0.5, 0.4, 0.7, 0.6, 0.9, 1e6];
    const history = losses.map((loss, i) => succeeded(i, { x: i / 10 }, loss));
    const { set } = collectTraining(new Encoding(space), history, "minimize", {
      useEarlyStopped: true,
      largest: 100,
    })!;
    expect(Math.abs(set.y[0]! - set.y[4]!)).toBeGreaterThan(0.3);
    expect(set.y[5]!).toBe(Math.max(...set.y));
  });
});

describe("GaussianProcess", () => {
  const classArgs = { optimize_mode: "minimize" };

  /** Best value seen of a bench function. */
  function minimize(name: string, trials: number, concurrency: number, seed: number) {
    const fn = benchFunctions.find((f) => f.name === name)!;
    const space = parseSearchSpace(fn.space);
    const tuner = createTuner("GaussianProcess", classArgs);
    const history: Trial[] = [];
    for (let finished = 0; finished < trials;) {
      if (history.length < trials && history.length - finished < concurrency) {
        const number = history.length;
        const next = tuner.suggest(space, history, createRng("gp", seed, number));
        if (next.kind === "wait") throw new Error(next.reason);
        const { parameters } = next;
        history.push({ number, parameters, status: "RUNNING", intermediates: [] });
      } else {
        const { parameters } = history[finished]!;
        history[finished] = succeeded(finished, parameters, fn.evaluate(parameters));
        finished++;
      }
    }
    return { regret: Math.min(...history.map((t) => t.final!)) - fn.optimum, history, space };
  }

  it("comes within 0.02 of Branin's minimum in 35 trials for each of three seeds", () => {
    for (const seed of [1, 2, 3]) expect(minimize("branin", 35, 1, seed).regret).toBeLessThan(0.02);
  });

  it("does so with four at a time in 45, and never has two alike under way", () => {
    const { regret, history } = minimize("branin", 45, 4, 1);
    expect(regret).toBeLessThan(0.02);
    expect(new Set(history.map((t) => JSON.stringify(t.parameters))).size).toBe(45);
  });

  it("takes pending trials into account: with one at the favourite it goes elsewhere", () => {
    const { history, space } = minimize("branin", 25, 1, 4);
    const tuner = createTuner("GaussianProcess", classArgs);
    const suggest = (list: readonly Trial[]) => {
      const next = tuner.suggest(space, list, createRng("pending"));
      if (next.kind === "wait") throw new Error(next.reason);
      return next.parameters as { x: number; y: number };
    };
    const first = suggest(history);
    const pending: Trial = { number: 25, parameters: first, status: "RUNNING", intermediates: [] };
    const second = suggest([...history, pending]);
    expect(Math.hypot(first.x - second.x, first.y - second.y)).toBeGreaterThan(0.1);
  });

  it("is not thrown off by noise: its best guesses gather where the signal is", () => {
    const space = parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } });
    const tuner = createTuner("GaussianProcess", {});
    const noise = createRng("measurement");
    const history: Trial[] = [];
    for (let number = 0; number < 40; number++) {
      const next = tuner.suggest(space, history, createRng("noisy", number));
      if (next.kind === "wait") throw new Error(next.reason);
      const x = Number(next.parameters["x"]);
      history.push(
        succeeded(number, next.parameters, 1 - 4 * (x - 0.7) ** 2 + 0.1 * noise.normal()),
      );
    }
    const late = history.slice(-15).map((t) => Math.abs(Number(t.parameters["x"]) - 0.7));
    expect(late.filter((d) => d < 0.2).length).toBeGreaterThanOrEqual(10);
  });

  it("explains itself: prediction, improvement, length-scales and rivals, all JSON-safe numbers", () => {
    const { history, space } = minimize("branin", 20, 1, 5);
    const next = createTuner("GaussianProcess", classArgs).suggest(
      space,
      history,
      createRng("why"),
    );
    if (next.kind === "wait") throw new Error(next.reason);
    const { facts } = next.provenance;
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    expect(next.provenance.source).toBe("model");
    expect(Object.keys(factOf(next, "fitted")!.lengthScales!)).toEqual(["x", "y"]);
    expect(factOf(next, "fitted")!.results).toBe(20);
    expect(factOf(next, "improvement")!.expected).toBeGreaterThan(0);
    expect(factOf(next, "predictions")!.candidates.length).toBeGreaterThan(1);
  });
});
