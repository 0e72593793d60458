import { describe, expect, it } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner, type Suggestion, type Tuner } from "../../../src/core/tuners/index.ts";
import { hyperbandBrackets } from "../../../src/core/tuners/multi-fidelity/brackets.ts";
import type { Trial } from "../../../src/core/trial.ts";

const space = parseSearchSpace({
  lr: { _type: "loguniform", _value: [1e-4, 1] },
  width: { _type: "choice", _value: [8, 16, 32] },
});
const pairs = (largest: number, eta: number) =>
  hyperbandBrackets(largest, eta).map((rungs) => rungs.map(({ size, budget }) => [size, budget]));

/** Runs an experiment with a pool of workers; the metric depends on the parameters alone, better with more budget.
 *  The order in which trials finish is scrambled by a stream of its own. */
function simulate(tuner: Tuner, trials: number, workers: number, fails = (_: number) => false) {
  const rng = createRng("simulation", trials, workers);
  const history: Trial[] = [];
  let waits = 0;
  const finishOne = (): void => {
    const running = history.filter((trial) => trial.status === "RUNNING");
    const trial = running[rng.int(running.length)]!;
    const distance = Math.abs(Math.log10(Number(trial.parameters["lr"])) + 2);
    const metric = 1 - 0.2 * distance - 0.1 / (trial.budget ?? 1);
    history[trial.number] = fails(trial.number)
      ? { ...trial, status: "FAILED" }
      : { ...trial, status: "SUCCEEDED", intermediates: [metric], final: metric };
  };
  while (history.length < trials) {
    if (history.filter((t) => t.status === "RUNNING").length >= workers) finishOne();
    const number = history.length;
    const suggestion: Suggestion = tuner.suggest(space, history, createRng("suggest", number));
    if (suggestion.kind === "wait") {
      waits++;
      finishOne();
      continue;
    }
    const { provenance: _, kind: __, ...kept } = suggestion;
    history.push({ ...kept, number, status: "RUNNING", intermediates: [] });
  }
  while (history.some((trial) => trial.status === "RUNNING")) finishOne();
  return { history, waits };
}

const at = (history: readonly Trial[], bracket: number, rung: number): Trial[] =>
  history.filter((t) => t.tunerState?.["bracket"] === bracket && t.tunerState["rung"] === rung);

describe("Hyperband's brackets", () => {
  it("has the numbers NNI's code computes for R = 9, 27, 60 and 81", () => {
    expect(pairs(9, 3)).toEqual([
      [[9, 1], [3, 3], [1, 9]],
      [[5, 3], [1, 9]],
      [[3, 9]],
    ]); // prettier-ignore
    expect(pairs(27, 3)).toEqual([
      [[27, 1], [9, 3], [3, 9], [1, 27]],
      [[12, 3], [4, 9], [1, 27]],
      [[6, 9], [2, 27]],
      [[4, 27]],
    ]); // prettier-ignore
    expect(pairs(60, 3)[0]).toEqual([[27, 2], [9, 6], [3, 20], [1, 60]]); // prettier-ignore
    expect(pairs(81, 3).map((rungs) => rungs.map(([size]) => size))).toEqual([
      [81, 27, 9, 3, 1],
      [34, 11, 3, 1],
      [15, 5, 1],
      [8, 2],
      [5],
    ]);
  });
});

describe.each(["Hyperband", "BOHB"])("%s", (name) => {
  const budgets = name === "Hyperband" ? { R: 9 } : { min_budget: 1, max_budget: 9 };

  it("fills every rung to its size and continues exactly the best trials of the rung below", () => {
    const { history } = simulate(createTuner(name, budgets), 60, 4);
    expect(at(history, 0, 0)).toHaveLength(9);
    for (const [bracket, rung, size, budget] of [
      [0, 1, 3, 3],
      [0, 2, 1, 9],
      [1, 1, 1, 9],
    ] as const) {
      const promoted = at(history, bracket, rung);
      expect(promoted).toHaveLength(size);
      const best = [...at(history, bracket, rung - 1)].sort((a, b) => b.final! - a.final!);
      expect(promoted.map((t) => t.continueFrom).sort()).toEqual(
        best
          .slice(0, size)
          .map((t) => t.number)
          .sort(),
      );
      for (const trial of promoted) {
        expect(trial.budget).toBe(budget);
        expect(trial.parameters).toEqual(history[trial.continueFrom!]!.parameters);
      }
    }
  });

  it("serial waits for a bracket to finish, parallelism starts the next one meanwhile", () => {
    const serial = simulate(createTuner(name, { ...budgets, exec_mode: "serial" }), 19, 4);
    const parallel = simulate(createTuner(name, { ...budgets, exec_mode: "parallelism" }), 19, 4);
    expect(serial.waits).toBeGreaterThan(0);
    expect(parallel.waits).toBe(0);
    const firstOfNext = serial.history.findIndex((t) => t.tunerState?.["bracket"] === 1);
    expect(firstOfNext).toBe(13);
  });

  it("under minimize it promotes the smallest metric", () => {
    const { history } = simulate(
      createTuner(name, { ...budgets, optimize_mode: "minimize" }),
      14,
      1,
    );
    const worst = [...at(history, 0, 0)].sort((a, b) => a.final! - b.final!).slice(0, 3);
    expect(
      at(history, 0, 1)
        .map((t) => t.continueFrom)
        .sort(),
    ).toEqual(worst.map((t) => t.number).sort());
  });

  it("a rung with failed trials is promoted from those that succeeded, and all failing does not end the experiment", () => {
    const some = simulate(createTuner(name, budgets), 22, 2, (number) => number < 7).history;
    expect(
      at(some, 0, 1)
        .map((t) => t.continueFrom)
        .sort(),
    ).toEqual([7, 8]);
    expect(at(some, 0, 2)).toHaveLength(1);
    const all = simulate(createTuner(name, budgets), 20, 2, () => true).history;
    expect(all.every((trial) => trial.continueFrom === undefined)).toBe(true);
  });

  it("history alone restores it: a copy through JSON gives the same next suggestion", () => {
    const { history } = simulate(createTuner(name, budgets), 16, 3);
    for (let n = 1; n <= history.length; n++) {
      const part = history.slice(0, n);
      const copy = JSON.parse(JSON.stringify(part)) as Trial[];
      const suggest = (list: readonly Trial[]) =>
        createTuner(name, budgets).suggest(space, list, createRng("again", n));
      expect(suggest(copy)).toEqual(suggest(part));
    }
  });

  it("in a finite space smaller than a rung it goes on with what there is and ends with search-space-exhausted", () => {
    const small = parseSearchSpace({ width: { _type: "choice", _value: [1, 2, 3, 4] } });
    const tuner = createTuner(name, budgets);
    const history: Trial[] = [];
    const run = (): void => {
      for (;;) {
        const next = tuner.suggest(small, history, createRng("small", history.length));
        if (next.kind === "wait") throw new Error("nothing is running, yet it waits");
        const final = Number(next.parameters["width"]) / 10;
        const { provenance: _, kind: __, ...kept } = next;
        history.push({
          ...kept,
          number: history.length,
          status: "SUCCEEDED",
          intermediates: [final],
          final,
        });
      }
    };
    expect(run).toThrowError(expect.objectContaining({ code: "search-space-exhausted" }) as Error);
    expect(history.map((t) => t.budget)).toEqual([1, 1, 1, 1, 3, 3, 3, 9]);
    expect(history.at(-1)!.parameters).toEqual({ width: 4 });
  });
});

describe("BOHB", () => {
  it("learns: configurations that the model chose are better than random ones", () => {
    const { history } = simulate(createTuner("BOHB", { max_budget: 9, random_fraction: 0 }), 80, 2);
    const distance = (trials: readonly Trial[]) =>
      trials.reduce((s, t) => s + Math.abs(Math.log10(Number(t.parameters["lr"])) + 2), 0) /
      trials.length;
    const fresh = history.filter((trial) => trial.continueFrom === undefined);
    expect(distance(fresh.slice(-20))).toBeLessThan(0.6 * distance(fresh.slice(0, 9)));
  });
});

describe("PBTTuner", () => {
  const classArgs = { population_size: 6, fraction: 0.34, epochs_per_generation: 2 };

  it("waits for a generation, then lets the best train on and the worst copy one of the best with changes", () => {
    const { history, waits } = simulate(createTuner("PBTTuner", classArgs), 18, 3);
    expect(waits).toBeGreaterThan(0);
    for (let generation = 1; generation < 3; generation++) {
      const parents = history.slice(6 * (generation - 1), 6 * generation);
      const members = history.slice(6 * generation, 6 * (generation + 1));
      const ranking = [...parents].sort((a, b) => b.final! - a.final!).map((t) => t.number);
      expect(members.every((t) => t.budget === 2 * (generation + 1))).toBe(true);
      for (const trial of members) {
        const own = parents.find((p) => p.tunerState!["member"] === trial.tunerState!["member"])!;
        const rank = ranking.indexOf(own.number);
        if (rank < 3) {
          expect(trial.continueFrom).toBe(own.number);
          expect(trial.parameters).toEqual(own.parameters);
        } else expect(ranking.slice(0, 3)).toContain(trial.continueFrom);
      }
    }
  });

  it("steps are NNI's: a fifth of the logarithmic range, one option, never out of range", () => {
    const { history } = simulate(
      createTuner("PBTTuner", { ...classArgs, resample_probability: 0 }),
      60,
      2,
    );
    const widths = [8, 16, 32];
    for (const trial of history.filter((t) => t.number >= 6)) {
      const from = history[trial.continueFrom!]!.parameters;
      const ratio = Math.abs(Math.log(Number(trial.parameters["lr"]) / Number(from["lr"])));
      const full = 0.2 * Math.log(1e4);
      expect(ratio).toBeLessThan(full * (1 + 1e-9));
      const move =
        widths.indexOf(Number(trial.parameters["width"])) - widths.indexOf(Number(from["width"]));
      expect(Math.abs(move)).toBeLessThanOrEqual(1);
      expect(Number(trial.parameters["lr"])).toBeGreaterThanOrEqual(1e-4);
      expect(Number(trial.parameters["lr"])).toBeLessThanOrEqual(1);
    }
  });

  it("survives failing members and a whole failing generation", () => {
    const some = simulate(createTuner("PBTTuner", classArgs), 24, 3, (n) => n % 4 === 1).history;
    const failed = new Set(some.filter((t) => t.status === "FAILED").map((t) => t.number));
    expect(some.every((t) => t.continueFrom === undefined || !failed.has(t.continueFrom))).toBe(
      true,
    );
    const all = simulate(createTuner("PBTTuner", classArgs), 12, 3, () => true).history;
    expect(all.every((t) => t.continueFrom === undefined)).toBe(true);
  });
});
