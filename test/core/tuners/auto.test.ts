import { describe, expect, it } from "vitest";
import type { Fact, FactOf } from "../../../src/core/facts/index.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace, sampleParameters } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import { asFullTrials } from "../../../src/core/tuners/multi-fidelity/fidelity-history.ts";
import type { Trial } from "../../../src/core/trial.ts";

const range = (n: number): JsonObject =>
  Object.fromEntries(
    Array.from({ length: n }, (_, i) => [`x${i}`, { _type: "uniform", _value: [0, 1] }]),
  );

function picked(json: JsonObject, results: number, classArgs: JsonObject = {}) {
  const space = parseSearchSpace(json);
  const rng = createRng("auto", results);
  const history: Trial[] = Array.from({ length: results }, (_, number) => ({
    number,
    parameters: sampleParameters(space, rng),
    status: "SUCCEEDED",
    intermediates: [rng.next()],
    final: rng.next(),
  }));
  const next = createTuner("Auto", classArgs).suggest(space, history, rng);
  if (next.kind === "wait") throw new Error(next.reason);
  const [{ algorithm, inside }, model, fidelity] = next.provenance.facts as [
    FactOf<"picked">,
    Fact,
    Fact,
  ];
  const name = inside ? `${algorithm} with ${inside}` : algorithm;
  return { name, because: [model, fidelity], budget: next.budget };
}

describe("Auto", () => {
  it("picks the Gaussian process for few parameters and results, and says why", () => {
    const { name, because, budget } = picked(range(4), 12);
    expect(name).toBe("GaussianProcess");
    expect(because).toEqual([
      { kind: "auto-suited", parameters: 4, results: 12 },
      { kind: "auto-no-epochs" },
    ]);
    expect(budget).toBeUndefined();
  });

  it("picks TPE for many parameters, for many results and for mostly conditional spaces", () => {
    expect(picked(range(30), 12).name).toBe("TPE");
    expect(picked(range(2), 400).name).toBe("TPE");
    const branch = (name: string): JsonObject => ({ _name: name, ...range(2) });
    const nested = { net: { _type: "choice", _value: [branch("a"), branch("b")] } };
    expect(picked(nested, 12).because).toMatchObject([{ kind: "auto-conditional" }, {}]);
  });

  it("with max_epochs runs either inside Hyperband's brackets, unless the budget is too small for them", () => {
    const fidelity = picked(range(3), 0, { max_epochs: 27, max_trials: 60 });
    expect(fidelity).toMatchObject({ name: "GaussianProcess with Hyperband", budget: 1 });
    expect(picked(range(3), 0, { max_epochs: 27, max_trials: 8 }).budget).toBeUndefined();
    expect(picked(range(3), 0, { max_epochs: 2 }).budget).toBeUndefined();
  });

  it("in brackets comes close to the optimum of a learning-curve problem with a third of the epochs", () => {
    const space = parseSearchSpace(range(2));
    const tuner = createTuner("Auto", { max_epochs: 9 });
    const history: Trial[] = [];
    let epochs = 0;
    for (let number = 0; epochs < 200; number++) {
      const next = tuner.suggest(space, history, createRng("curves", number));
      if (next.kind === "wait") throw new Error("nothing is running, yet it waits");
      const { provenance: _, kind: __, ...kept } = next;
      const from = next.continueFrom === undefined ? 0 : history[next.continueFrom]!.budget!;
      const { x0, x1 } = next.parameters as { x0: number; x1: number };
      const limit = 1 - (x0 - 0.3) ** 2 - (x1 - 0.8) ** 2;
      const reports: number[] = [];
      for (let epoch = from + 1; epoch <= next.budget!; epoch++) reports.push(limit - 0.5 / epoch);
      epochs += reports.length;
      history.push({
        ...kept,
        number,
        status: "SUCCEEDED",
        intermediates: reports,
        final: reports.at(-1)!,
      });
    }
    const full = history.filter((trial) => trial.budget === 9);
    expect(Math.max(...full.map((trial) => trial.final!))).toBeGreaterThan(1 - 0.5 / 9 - 0.005);
  });
});

describe("a bracket's history for a tuner without budgets", () => {
  it("holds each configuration once, as far as it was trained, its reports joined", () => {
    const at = (number: number, budget: number, intermediates: number[], rest = {}): Trial => ({
      number,
      parameters: { x: number },
      status: "SUCCEEDED",
      intermediates,
      final: intermediates.at(-1)!,
      budget,
      ...rest,
    });
    const history = [
      at(0, 1, [0.1]),
      at(1, 1, [0.2]),
      at(2, 3, [0.3, 0.4], { continueFrom: 1, parameters: { x: 1 } }),
      at(3, 3, [], { continueFrom: 0, status: "FAILED", final: null, parameters: { x: 0 } }),
    ];
    const short = asFullTrials(history, 9);
    expect(short.map((t) => [t.number, t.status, t.intermediates])).toEqual([
      [0, "EARLY_STOPPED", [0.1]],
      [2, "EARLY_STOPPED", [0.2, 0.3, 0.4]],
    ]);
    expect(asFullTrials(history, 3)[1]).toMatchObject({ status: "SUCCEEDED", final: 0.4 });
  });
});
