import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { decodeFact } from "../../../src/core/facts/decode.ts";
import type { JsonObject, JsonValue } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import {
  effectiveKey,
  enumerateConfigurations,
  parameterProblems,
  parseSearchSpace,
  sampleParameters,
  satisfiesConstraints,
  searchSpaceLimits,
  type Parameters,
  type SearchSpace,
} from "../../../src/core/search-space/index.ts";
import {
  createTuner,
  tunerCatalogue,
  type ArgumentSpec,
  type Suggestion,
  type TunerDefinition,
} from "../../../src/core/tuners/index.ts";
import type { Trial } from "../../../src/core/trial.ts";
import { deepFreeze, done, drive, finish } from "./drive.ts";

/** Small settings so that the model takes over early and heavy algorithms stay quick. */
const quickArguments: Readonly<Record<string, JsonObject>> = {
  TPE: { n_startup_jobs: 4 },
  Evolution: { population_size: 4 },
  RegularizedEvolution: { population_size: 4, sample_size: 2 },
  Hyperband: { R: 4, eta: 2, optimize_mode: "maximize" },
  BOHB: { min_budget: 1, max_budget: 4, eta: 2 },
  PBTTuner: { population_size: 4 },
  GPTuner: { cold_start_num: 4, selection_num_warm_up: 200, selection_num_starting_points: 5 },
  MetisTuner: { cold_start_num: 4, selection_num_starting_points: 20 },
};
const variants: readonly { label: string; definition: TunerDefinition; classArgs: JsonObject }[] =
  tunerCatalogue.flatMap((definition) => {
    const classArgs = quickArguments[definition.name] ?? {};
    const base = { label: definition.name, definition, classArgs };
    if (definition.name !== "TPE") return [base];
    const nni = ["nni-3.0", "nni-2.1"].map((variant) => ({
      label: `TPE ${variant}`,
      definition,
      classArgs: { ...classArgs, variant, parallel_optimize: true },
    }));
    return [base, ...nni];
  });

const everyType: Readonly<Record<string, JsonObject>> = {
  choice: { _type: "choice", _value: [16, 32, 64] },
  randint: { _type: "randint", _value: [2, 9] },
  uniform: { _type: "uniform", _value: [0, 0.5] },
  quniform: { _type: "quniform", _value: [2, 10, 5] },
  loguniform: { _type: "loguniform", _value: [1e-4, 1] },
  qloguniform: { _type: "qloguniform", _value: [1, 64, 2] },
  normal: { _type: "normal", _value: [4, 7] },
  qnormal: { _type: "qnormal", _value: [0, 10, 2] },
  lognormal: { _type: "lognormal", _value: [-2, 1] },
  qlognormal: { _type: "qlognormal", _value: [1, 1, 1] },
};
const batchSpace = parseSearchSpace({
  configuration: {
    _type: "choice",
    _value: Array.from({ length: 40 }, (_, i) => ({ uniform: i / 80, choice: 16 })),
  },
});

/** A space with every type the tuner supports. */
function mixedSpace(definition: TunerDefinition, extra: JsonObject = {}): SearchSpace {
  if (definition.name === "BatchTuner") return batchSpace;
  const supported = Object.entries(everyType).filter(([type]) =>
    definition.types.some((t) => t === type),
  );
  return parseSearchSpace({ ...Object.fromEntries(supported), ...extra });
}

const metric = (p: Parameters): number => {
  const number = (value: JsonValue | undefined): number => (typeof value === "number" ? value : 0);
  return 1 - (number(p["uniform"]) - 0.2) ** 2 - 0.001 * number(p["choice"]);
};
const random = (
  space: SearchSpace,
  count: number,
  status: (i: number) => Partial<Trial>,
): Trial[] =>
  Array.from({ length: count }, (_, number) => ({
    number,
    parameters: sampleParameters(space, createRng("history", number)),
    status: "SUCCEEDED" as const,
    intermediates: [],
    ...status(number),
  }));

describe.each(variants)("$label", ({ definition, classArgs }) => {
  const create = (extra: JsonObject = {}) =>
    createTuner(definition.name, { ...classArgs, ...extra });
  const space = mixedSpace(definition);
  const isBatch = definition.name === "BatchTuner";
  const ask = (history: readonly Trial[], extra: JsonObject = {}, on = space): Suggestion =>
    create(extra).suggest(on, history, createRng(7, history.length, "tuner"));
  const expectValid = (suggestion: Suggestion, on = space): void => {
    if (suggestion.kind === "trial")
      expect(parameterProblems(on, suggestion.parameters)).toEqual([]);
    else expect(suggestion.reason.length).toBeGreaterThan(0);
  };
  const expectReadable = (suggestion: Suggestion): void => {
    const { facts = [] } = suggestion.kind === "trial" ? suggestion.provenance : {};
    expect(facts.map((fact) => decodeFact(fact))).toEqual(facts);
  };
  const trained = drive(create(), space, { trials: 14, metric, concurrency: 2 });

  it("suggests values in range and on their grid", () => {
    for (const trial of trained) expect(parameterProblems(space, trial.parameters)).toEqual([]);
  });

  it("suggests at once without any history", () => {
    const suggestion = ask([]);
    expect(suggestion.kind).toBe("trial");
    expectValid(suggestion);
  });

  it("goes on after a single trial", () => {
    expectValid(ask([finish(trained[0]!, metric)]));
  });

  it("gives the same answer for the same history and stream", () => {
    expect(ask(trained)).toEqual(ask(trained));
  });

  it("needs nothing but the history: a copy through JSON gives the same answer", () => {
    const copy = JSON.parse(JSON.stringify(trained)) as Trial[];
    const spaceCopy = structuredClone(space);
    expect(ask(copy, {}, spaceCopy)).toEqual(ask(trained));
  });

  it("changes neither space nor history", () => {
    const frozen = deepFreeze(structuredClone(trained));
    const frozenSpace = deepFreeze(structuredClone(space));
    expect(() => ask(frozen, {}, frozenSpace)).not.toThrow();
  });

  it("answers in JSON, and explains itself in facts that the journal reads", () => {
    for (let count = 0; count <= trained.length; count += 2) {
      const suggestion = ask(trained.slice(0, count));
      expect(JSON.parse(JSON.stringify(suggestion))).toEqual(suggestion);
      expectReadable(suggestion);
    }
  });

  it("survives NaN, infinite and missing metrics", () => {
    const broken = [NaN, Infinity, -Infinity, null, undefined];
    const history = random(space, 15, (i) => {
      const final = broken[i % 5];
      return final === undefined ? {} : { final, intermediates: [final ?? NaN] };
    });
    if (!isBatch) expectValid(ask(history));
    expectValid(ask([...trained, ...history.map((t) => ({ ...t, number: t.number + 14 }))]));
  });

  it("answers in JSON whatever the size of the metrics", () => {
    const sizes = [1e308, -1e308, 1e200, -1e200, 1e-300, 0, 1];
    const history = (isBatch ? trained : random(space, 21, () => ({}))).map((trial, i) => {
      const final = sizes[i % sizes.length]!;
      return { ...trial, final, intermediates: [final] };
    });
    const suggestion = ask(history);
    expect(JSON.parse(JSON.stringify(suggestion))).toEqual(suggestion);
    expectReadable(suggestion);
    expectValid(suggestion);
  });

  it("survives a history in which every trial failed or was cancelled", () => {
    const history = random(space, 8, (i) => ({ status: i % 2 === 0 ? "FAILED" : "USER_CANCELED" }));
    expectValid(ask(history));
  });

  it("survives early-stopped trials with and without reports", () => {
    const history = random(space, 12, (i) => ({
      status: "EARLY_STOPPED",
      intermediates: i % 3 === 0 ? [] : [i / 20, NaN, i / 10].slice(0, i % 4),
    }));
    expectValid(ask([...trained, ...history.map((t) => ({ ...t, number: t.number + 14 }))]));
  });

  it("survives foreign parameters and equal metrics", () => {
    const foreign = [{}, { other: 1 }, { uniform: "x", choice: 17 }, { choice: { _name: "y" } }];
    const history = foreign.map((parameters, number): Trial => ({
      number,
      parameters,
      status: "SUCCEEDED",
      intermediates: [0.5],
      final: 0.5,
      custom: true,
    }));
    const same = random(space, 8, (i) => ({ number: i + 4, final: 0.5, intermediates: [0.5] }));
    expectValid(ask([...history, ...(isBatch ? [] : same)]));
  });

  it("minimising the negative metric is maximising the metric", () => {
    const negative = trained.map((trial) => ({
      ...trial,
      intermediates: trial.intermediates.map((x) => -x),
      ...(typeof trial.final === "number" ? { final: -trial.final } : {}),
    }));
    const maximise = ask(trained, { optimize_mode: "maximize" });
    const minimise = ask(negative, { optimize_mode: "minimize" });
    const chosen = (s: Suggestion): unknown => (s.kind === "trial" ? s.parameters : s.kind);
    expect(chosen(minimise)).toEqual(chosen(maximise));
  });

  it("copes with running trials only", () => {
    const history = random(space, 3, () => ({ status: "RUNNING" }));
    expectValid(ask(history));
  });

  it("copes with a long history", () => {
    if (isBatch) return expectValid(ask(drive(create(), space, { trials: 39, metric })));
    const count = definition.cost === "heavy" ? 60 : 1000;
    const history = random(space, count, (i) => ({
      final: (i * 37) % 101,
      intermediates: [(i * 37) % 101],
    }));
    expectValid(ask(history));
  });

  it("obeys constraints", () => {
    if (isBatch) return expect(space.constraints).toEqual([]);
    const bounded = mixedSpace(definition, {
      ...(definition.types.includes("uniform")
        ? { low: { _type: "uniform", _value: [0, 1] }, high: { _type: "uniform", _value: [0, 1] } }
        : { low: everyType["choice"]!, high: everyType["choice"]! }),
      _constraints: ["low < high"],
    });
    const trials = definition.cost === "heavy" ? 8 : 16;
    for (const trial of drive(create(), bounded, { trials, metric }))
      expect(satisfiesConstraints(bounded.constraints, trial.parameters)).toBe(true);
  });

  it("handles nested choices or refuses them by name", () => {
    if (isBatch) return expect(definition.types).toEqual(["choice"]);
    const nested = mixedSpace(definition, {
      layer: {
        _type: "choice",
        _value: [
          {
            _name: "conv",
            kernel: { _type: "choice", _value: [3, 5] },
            deep: everyType["randint"]!,
          },
          { _name: "pool", size: everyType["uniform"]! },
          { _name: "Empty" },
        ],
      },
    });
    if (!definition.nested) {
      expect(() => ask([], {}, nested)).toThrow(/layer.*cannot handle/);
      return;
    }
    for (const trial of drive(create(), nested, { trials: 10, metric }))
      expect(parameterProblems(nested, trial.parameters)).toEqual([]);
  });

  it("refuses parameter types it cannot handle by name", () => {
    const missing = Object.keys(everyType).find((t) => !definition.types.some((own) => own === t));
    if (missing === undefined) return expect(definition.types).toHaveLength(10);
    const odd = parseSearchSpace({ [missing]: everyType[missing]! });
    expect(() => ask([], {}, odd)).toThrow(AppError);
  });

  const finite = isBatch
    ? parseSearchSpace({ c: { _type: "choice", _value: [{ a: 1 }, { a: 2 }, { a: 3 }] } })
    : parseSearchSpace({
        choice: { _type: "choice", _value: [16, 32, 64] },
        randint: { _type: "randint", _value: [0, 2] },
      });

  // a multi-fidelity tuner trains the same configuration again, and longer, on purpose
  if (!definition.multiFidelity)
    it("never repeats in a finite space and says when it ends", () => {
      const size = isBatch ? 3 : 6;
      const history = drive(create(), finite, { trials: size, metric });
      const keys = history.map((trial) => effectiveKey(finite, trial.parameters));
      expect(new Set(keys).size).toBe(size);
      const more = (): unknown => create().suggest(finite, history, createRng(1, size, "tuner"));
      expect(more).toThrow(expect.objectContaining({ code: "search-space-exhausted" }));
    });

  if (!definition.multiFidelity && !isBatch) {
    it("finds the end of a finite space that constraints leave of a large one", () => {
      const numbers = definition.types.includes("randint")
        ? { _type: "randint", _value: [0, 500] }
        : { _type: "choice", _value: Array.from({ length: 500 }, (_, i) => i) };
      const large = parseSearchSpace({
        a: numbers,
        b: numbers,
        _constraints: ["a < 20", "b < 10"],
      });
      const all = [...enumerateConfigurations(large)].map((parameters, number) =>
        done(number, parameters as JsonObject, number),
      );
      const next = (history: readonly Trial[]): Suggestion =>
        create().suggest(large, history, createRng(1));
      const last = next(all.slice(1));
      expect(last.kind === "trial" && last.parameters).toEqual(all[0]!.parameters);
      const more = (): unknown => next(all);
      expect(more).toThrow(expect.objectContaining({ code: "search-space-exhausted" }));
    });

    it("does not repeat what someone wrote with fewer decimals", () => {
      const type = definition.types.includes("quniform") ? "quniform" : "qloguniform";
      const tenths = parseSearchSpace({ q: { _type: type, _value: [0.1, 1, 0.1] } });
      const all = Array.from({ length: 10 }, (_, i) => done(i, { q: (i + 1) / 10 }, i));
      const next = (): unknown => create().suggest(tenths, all, createRng(1));
      expect(next).toThrow(expect.objectContaining({ code: "search-space-exhausted" }));
    });
  }

  if (!isBatch && definition.types.includes("randint"))
    it("copes with the widest integers there may be", () => {
      const wide = parseSearchSpace({
        seed: { _type: "randint", _value: [-5, searchSpaceLimits.integers - 5] },
        x: { _type: "quniform", _value: [0, 1e9, 0.25] },
      });
      for (const trial of drive(create(), wide, { trials: 7, metric }))
        expect(parameterProblems(wide, trial.parameters)).toEqual([]);
    });

  if (!definition.multiFidelity && !isBatch)
    it("tries initial configurations first", () => {
      const initial = [
        { choice: 32, randint: 1 },
        { choice: 64, randint: 0 },
      ];
      const seeded = { ...finite, initial };
      const history = drive(create(), seeded, { trials: 3, metric });
      expect(history.slice(0, 2).map((trial) => trial.parameters)).toEqual(initial);
      expect(initial).not.toContainEqual(history[2]!.parameters);
      expect(ask([], {}, seeded)).toMatchObject({ provenance: { source: "initial" } });
    });

  it("refuses unknown and mistyped arguments by name", () => {
    const code = expect.objectContaining({ code: "tuner-argument-invalid" });
    expect(() => create({ no_such: 1 })).toThrow(code);
    expect(() => create({ no_such: 1 })).toThrow(/no_such/);
    expect(() => create({ optimize_mode: "largest" })).toThrow(/optimize_mode.*maximize/);
    for (const spec of definition.arguments)
      expect(() => createTuner(definition.name, { [spec.name]: wrongValue(spec) })).toThrow(code);
  });

  it("accepts its own defaults, written out", () => {
    const defaults = definition.arguments
      .filter((spec) => spec.default !== null || spec.nullable)
      .map((spec): [string, JsonValue] => [spec.name, spec.default]);
    expect(() => createTuner(definition.name, Object.fromEntries(defaults))).not.toThrow();
  });
});

function wrongValue(spec: ArgumentSpec): JsonValue {
  switch (spec.type) {
    case "integer":
      return 0.5;
    case "number":
      return "many";
    case "boolean":
      return "yes";
    case "choice":
    case "text":
      return 17;
    case "group":
      return [1];
    default:
      return spec satisfies never;
  }
}
