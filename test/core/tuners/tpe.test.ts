import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parameterProblems, parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import type { Trial } from "../../../src/core/trial.ts";
import { countArithmetic } from "../count-arithmetic.ts";
import { done, drive, factOf, type TrialSuggestion } from "./drive.ts";

const line = parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } });
const ask = (classArgs: JsonObject, history: readonly Trial[], space = line): TrialSuggestion => {
  const stream = createRng(3, history.length, "tuner");
  const suggestion = createTuner("TPE", classArgs).suggest(space, history, stream);
  if (suggestion.kind !== "trial") throw new Error("TPE never waits");
  return suggestion;
};
const peak = (count: number): Trial[] =>
  Array.from({ length: count }, (_, i) => {
    const x = (i + 0.5) / count;
    return done(i, { x }, -((x - 0.7) ** 2));
  });

describe.each(["tabtune", "nni-3.0", "nni-2.1"])("TPE %s", (variant) => {
  it("is in start-up for as many trials as it says, then models", () => {
    const classArgs = { variant, n_startup_jobs: 4 };
    const history = drive(createTuner("TPE", classArgs), line, {
      trials: 6,
      metric: (p) => Number(p["x"]),
    });
    const provenance = Array.from({ length: 6 }, (_, i) => ask(classArgs, history.slice(0, i)));
    expect(provenance.map((s) => s.provenance.source)).toEqual([
      "startup",
      "startup",
      "startup",
      "startup",
      "model",
      "model",
    ]);
    expect(provenance[3]!.provenance.startup).toEqual({ done: 3, needed: 4 });
  });

  it("takes its settings from tpe_args as from the flat form", () => {
    const flat = ask({ variant, n_startup_jobs: 3, n_ei_candidates: 5 }, peak(8));
    const nested = ask({ variant, tpe_args: { n_startup_jobs: 3, n_ei_candidates: 5 } }, peak(8));
    expect(nested).toEqual(flat);
    expect(flat.provenance.source).toBe("model");
  });

  it("says which candidates it weighed, with l, g and their ratio", () => {
    const suggestion = ask({ variant, n_startup_jobs: 4 }, peak(20));
    const [x] = factOf(suggestion, "density")!.parameters;
    expect(x!.path).toBe("x");
    expect(x!.chosen).toBeCloseTo(Number(suggestion.parameters["x"]), 3);
    expect(x!.candidates.length).toBeGreaterThan(1);
    for (const c of x!.candidates) expect(c.ratio / (c.l / c.g)).toBeCloseTo(1, 2);
  });

  it("moves towards the better half", () => {
    const near = Array.from({ length: 40 }, (_, i) => {
      const history = peak(30);
      const stream = createRng("towards", i);
      const s = createTuner("TPE", { variant }).suggest(line, history, stream);
      return s.kind === "trial" ? Math.abs(Number(s.parameters["x"]) - 0.7) : 1;
    });
    expect(near.filter((d) => d < 0.25).length).toBeGreaterThan(25);
  });
});

describe("TPE start-up and liars", () => {
  it("NNI's variants start up for 20 trials when nothing is said", () => {
    for (const variant of ["nni-3.0", "nni-2.1"]) {
      expect(ask({ variant }, peak(19)).provenance).toMatchObject({
        source: "startup",
        startup: { done: 19, needed: 20 },
      });
      expect(ask({ variant }, peak(20)).provenance.source).toBe("model");
    }
  });

  it("in NNI 3.0 nested parameters need their own observations, in 2.1 they do not", () => {
    const space = parseSearchSpace({
      layer: {
        _type: "choice",
        _value: [{ _name: "a", k: { _type: "uniform", _value: [0, 1] } }, { _name: "b" }],
      },
    });
    const history = Array.from({ length: 24 }, (_, i) =>
      done(i, { layer: i < 4 ? { _name: "a", k: i / 4 } : { _name: "b" } }, i < 4 ? 1 : 0),
    );
    const modelled = (variant: string): string[] => {
      for (let i = 0; ; i++) {
        const stream = createRng("nested", i);
        const s = createTuner("TPE", { variant }).suggest(space, history, stream);
        if (s.kind !== "trial" || JSON.stringify(s.parameters).includes('"b"')) continue;
        return factOf(s, "density")!.parameters.map(({ path }) => path);
      }
    };
    expect(modelled("nni-3.0")).toEqual(["layer"]);
    expect(modelled("nni-2.1")).toHaveLength(2);
  });

  const running = (x: number): Trial => ({
    number: 90,
    parameters: { x },
    status: "RUNNING",
    intermediates: [],
  });
  const liar = (classArgs: JsonObject, history = [...peak(30), running(0.7)]): unknown =>
    factOf(ask(classArgs, history), "assumed") ?? null;

  it.each<[JsonObject, string | null]>([
    [{}, "mean"],
    [{ constant_liar_type: "best" }, "best"],
    [{ tpe_args: { constant_liar_type: "worst" } }, "worst"],
    [{ constant_liar_type: "min" }, "worst"],
    [{ constant_liar_type: "min", optimize_mode: "minimize" }, "best"],
    [{ constant_liar_type: "max" }, "best"],
    [{ parallel_optimize: false }, null],
    [{ parallel_optimize: true, constant_liar_type: "mean" }, "mean"],
    [{ constant_liar_type: null }, null],
  ])("with %j running trials are taken for %s", (classArgs, expected) => {
    const told = liar(classArgs);
    if (expected === null) expect(told).toBeNull();
    else expect(told).toMatchObject({ as: expected, trials: [90] });
  });

  it("NNI 2.1 lies only when told to, with the 22nd trial and its min, however many have ended", () => {
    expect(liar({ variant: "nni-2.1" })).toBeNull();
    const on = { variant: "nni-2.1", parallel_optimize: true };
    expect(liar(on)).toMatchObject({ as: "worst" });
    expect(liar({ ...on, n_startup_jobs: 5 }, [...peak(19), running(0.7)])).toBeNull();
    expect(liar({ ...on, n_startup_jobs: 5 }, [...peak(20), running(0.7)])).not.toBeNull();
    const failed = Array.from({ length: 17 }, (_, i): Trial => ({
      ...running(i / 17),
      number: 100 + i,
      status: "FAILED",
    }));
    expect(liar(on, [...peak(3), ...failed, running(0.7)])).toMatchObject({ as: "worst" });
    expect(liar(on, [...failed, ...failed, running(0.7)])).toBeNull();
  });

  it("null for NNI 2.1's switch is as if it were not there", () => {
    for (const variant of ["tabtune", "nni-3.0", "nni-2.1"])
      expect(liar({ variant, parallel_optimize: null })).toEqual(liar({ variant }));
  });

  it("takes the configuration of NNI 3.0's documentation, whose prior weighs nothing", () => {
    const tpeArgs = {
      constant_liar_type: "mean",
      n_startup_jobs: 10,
      n_ei_candidates: 20,
      linear_forgetting: 100,
      prior_weight: 0,
      gamma: 0.5,
    };
    // A parameter that no good trial has, and options that no trial chose.
    const space = parseSearchSpace({
      optimizer: {
        _type: "choice",
        _value: [
          { _name: "sgd", momentum: { _type: "uniform", _value: [0, 1] } },
          { _name: "adam", steps: { _type: "choice", _value: [1, 2, 3] } },
          { _name: "plain", rate: { _type: "loguniform", _value: [1e-3, 1] } },
        ],
      },
      width: { _type: "randint", _value: [0, 9] },
      q: { _type: "quniform", _value: [0, 1, 0.1] },
    });
    const history = Array.from({ length: 40 }, (_, i) =>
      done(
        i,
        {
          optimizer: i % 4 === 0 ? { _name: "sgd", momentum: i / 40 } : { _name: "adam", steps: 1 },
          width: i % 3,
          q: i < 20 ? 0.5 : 0.1,
        },
        i % 4 === 0 ? i : -i,
      ),
    );
    for (const variant of ["tabtune", "nni-3.0", "nni-2.1"]) {
      const classArgs = { variant, optimize_mode: "maximize", seed: 12345, tpe_args: tpeArgs };
      const chosen = new Set<unknown>();
      for (let n = 10; n < 40; n++) {
        const { parameters, provenance } = ask(classArgs, history.slice(0, n), space);
        expect(parameterProblems(space, parameters)).toEqual([]);
        expect(JSON.parse(JSON.stringify(provenance))).toEqual(provenance);
        chosen.add(parameters["width"]);
      }
      // Without a prior only what good trials had is drawn in NNI's own reading.
      if (variant !== "tabtune") expect([...chosen].every((w) => Number(w) < 3)).toBe(true);
    }
  });

  it("four trials asked at once differ", () => {
    const history = drive(createTuner("TPE"), line, {
      trials: 24,
      metric: (p) => -((Number(p["x"]) - 0.7) ** 2),
      concurrency: 4,
    });
    const values = history.map((trial) => Number(trial.parameters["x"]));
    expect(new Set(values.map((x) => x.toFixed(6))).size).toBe(24);
  });
});

describe("Tabtune's TPE", () => {
  it("spreads its start-up: 12 trials leave no gap wider than a quarter of the range", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const metric = (): number => 0;
      const history = drive(createTuner("TPE"), line, { trials: 12, metric, seed });
      const xs = [0, ...history.map((t) => Number(t.parameters["x"])), 1].sort((a, b) => a - b);
      const gaps = xs.slice(1).map((x, i) => x - xs[i]!);
      expect(Math.max(...gaps), `seed ${seed}`).toBeLessThan(0.25);
    }
  });

  it("ranks early-stopped trials behind finished ones, by epochs reached, then by value", () => {
    const stopped = (number: number, epochs: number, value: number): Trial => ({
      number,
      parameters: { x: number / 10 },
      status: "EARLY_STOPPED",
      intermediates: new Array<number>(epochs).fill(value),
    });
    const history = [
      stopped(0, 2, 0.99),
      stopped(1, 5, 0.3),
      done(2, { x: 0.2 }, 0.1),
      stopped(3, 5, 0.4),
      done(4, { x: 0.4 }, 0.2),
    ];
    expect(factOf(ask({ n_startup_jobs: 5, gamma: 1.5 }, history), "split")).toEqual({
      kind: "split",
      good: { count: 4, trials: [4, 2, 3, 1] },
      bad: { count: 1 },
    });
  });

  it("takes running trials for bad ones, however few trials have succeeded; only the liar `best` does not", () => {
    const asked = (history: readonly Trial[], classArgs: JsonObject = {}): readonly number[] =>
      factOf(ask(classArgs, history), "split")!.good.trials!;
    const stopped = Array.from({ length: 19 }, (_, i): Trial => ({
      number: i,
      parameters: { x: i / 20 },
      status: "EARLY_STOPPED",
      intermediates: [i / 100],
    }));
    const running = [20, 21, 22].map((number): Trial => ({
      number,
      parameters: { x: 0.9 },
      status: "RUNNING",
      intermediates: [],
    }));
    const one = done(19, { x: 0.5 }, 0.4);
    for (const liar of ["mean", "worst", null]) {
      const classArgs = { constant_liar_type: liar };
      expect(asked([...stopped, one, ...running], classArgs)).toEqual([19, 18]);
      expect(asked([...stopped, ...running], classArgs)).toEqual([18, 17]);
      // One excellent trial pulls the mean before all others.
      const lucky = [...peak(19), done(19, { x: 0.5 }, 1_000), ...running];
      expect(asked(lucky, classArgs)).toEqual([19, 13]);
    }
    expect(asked([...stopped, one, ...running], { constant_liar_type: "best" })).toEqual([19, 20]);
    expect(asked([...stopped, ...running], { constant_liar_type: "best" })).toEqual([18, 17]);
  });

  it("names the integers it weighed exactly", () => {
    const wide = parseSearchSpace({ w: { _type: "randint", _value: [10_000, 20_000] } });
    const history = Array.from({ length: 30 }, (_, i) => done(i, { w: 10_007 + 331 * i }, i));
    const suggestion = ask({}, history, wide);
    const [w] = factOf(suggestion, "density")!.parameters;
    expect(w!.chosen).toBe(suggestion.parameters["w"]);
  });

  it("says why in as many words after 1,000 trials as after 100", () => {
    const length = (count: number): number =>
      JSON.stringify(ask({}, peak(count)).provenance).length;
    expect(length(1_000)).toBeLessThan(1.2 * length(100));
  });

  it("finds the better branch of a nested space and its best value", () => {
    const space = parseSearchSpace({
      optimizer: {
        _type: "choice",
        _value: [
          { _name: "sgd", momentum: { _type: "uniform", _value: [0, 1] } },
          { _name: "adam", beta: { _type: "uniform", _value: [0, 1] } },
          { _name: "plain" },
        ],
      },
    });
    const metric = (p: JsonObject): number => {
      const { _name, momentum = 0, beta = 0 } = p["optimizer"] as Record<string, number | string>;
      if (_name === "sgd") return 1 - (Number(momentum) - 0.9) ** 2;
      return _name === "adam" ? 0.8 - (Number(beta) - 0.2) ** 2 : 0.5;
    };
    for (const seed of [1, 2, 3]) {
      const history = drive(createTuner("TPE"), space, { trials: 50, metric, seed });
      const best = Math.max(...history.map((trial) => trial.final ?? 0));
      expect(best, `seed ${seed}`).toBeGreaterThan(0.999);
    }
  });

  it("the work of a suggestion grows with the history, not with its square", () => {
    const space = parseSearchSpace({
      lr: { _type: "loguniform", _value: [1e-5, 1] },
      weight_decay: { _type: "loguniform", _value: [1e-6, 0.1] },
      dropout: { _type: "uniform", _value: [0, 0.6] },
      momentum: { _type: "uniform", _value: [0.5, 0.99] },
      label_smoothing: { _type: "uniform", _value: [0, 0.2] },
      optimizer: { _type: "choice", _value: ["SGD", "Adam", "Adamax"] },
      batch_size: { _type: "choice", _value: [32, 64, 128, 256] },
      schedule: { _type: "choice", _value: ["constant", "cosine"] },
      hidden_size: { _type: "quniform", _value: [64, 1024, 64] },
      conv_size: { _type: "randint", _value: [1, 8] },
    });
    const random = createTuner("Random");
    const history: Trial[] = [];
    for (let i = 0; i < 1000; i++) {
      const s = random.suggest(space, [], createRng("latency", i));
      if (s.kind === "trial") history.push(done(i, { ...s.parameters }, (i * 37) % 101));
    }
    // Each kernel of a density costs an exponential or a logarithm; what that takes in time is measured by bench:timing.
    const evaluations = (trials: number): number =>
      countArithmetic(() => void ask({}, history.slice(0, trials), space));
    const [half, whole] = [evaluations(500), evaluations(1000)];
    expect(whole / half).toBeGreaterThan(1.5);
    expect(whole / half).toBeLessThan(2.2);
    expect(whole).toBeLessThan(250_000);
  });
});
