import { describe, expect, it } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import {
  parseSearchSpace,
  satisfiesConstraints,
  type Parameters,
  type SearchSpace,
} from "../../../src/core/search-space/index.ts";
import { refiningGrid } from "../../../src/core/tuners/grid/refining-grid.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import { drive } from "./drive.ts";

const metric = (): number => 0;
const rows = (space: SearchSpace, trials: number): unknown[][] =>
  drive(createTuner("GridSearch"), space, { trials, metric }).map((t) =>
    Object.values(t.parameters),
  );
const column = (space: unknown, trials: number, reading: "2.1" | "3.0" = "3.0"): unknown[][] =>
  rows({ ...parseSearchSpace(space as never), reading }, trials);

/** The space with constraints that count how often anything is read of them, which is at least once a combination. */
function watched(space: SearchSpace): { readonly space: SearchSpace; reads(): number } {
  let count = 0;
  const constraints = space.constraints.map(
    (one) => new Proxy(one, { get: (target, key) => (count++, Reflect.get(target, key)) }),
  );
  return { space: { ...space, constraints }, reads: () => count };
}

describe("GridSearch", () => {
  it("halves the intervals of a range: 1/2, then quarters, then eighths", () => {
    const xs = column({ x: { _type: "uniform", _value: [0, 8] } }, 7).map(([x]) => x);
    expect(xs).toEqual([4, 2, 6, 1, 3, 5, 7]);
  });

  it("works on the distribution function: a log range gives geometric means", () => {
    const xs = column({ x: { _type: "loguniform", _value: [0.01, 100] } }, 3).map(([x]) => x);
    [1, 0.1, 10].forEach((x, i) => expect(xs[i]).toBeCloseTo(x, 12));
  });

  it("a normal prior gives its quartiles", () => {
    const xs = column({ x: { _type: "normal", _value: [10, 2] } }, 3).map(([x]) => x);
    [10, 10 - 1.3489795, 10 + 1.3489795].forEach((x, i) => expect(xs[i]).toBeCloseTo(x, 6));
  });

  it("says at which of its points it is: counted where the grid is listed, else in the order of refining", () => {
    const finite = parseSearchSpace({
      c: { _type: "choice", _value: ["a", "b"] },
      n: { _type: "choice", _value: [1, 2, 3] },
    });
    const facts = (space: SearchSpace): unknown[] => {
      const history = drive(createTuner("GridSearch"), space, { trials: 3, metric });
      return [0, 2].map((count) => {
        const next = createTuner("GridSearch").suggest(
          space,
          history.slice(0, count),
          createRng(1),
        );
        return next.kind === "trial" && next.provenance.facts;
      });
    };
    expect(facts(finite)).toEqual([
      [{ kind: "listed", index: 0, of: 6 }],
      [{ kind: "listed", index: 2, of: 6 }],
    ]);
    const points = [[{ kind: "point", index: 0 }], [{ kind: "point", index: 2 }]];
    expect(facts({ ...finite, reading: "3.0" })).toEqual(points);
    const range = { _type: "uniform", _value: [0, 1] };
    expect(facts(parseSearchSpace({ x: range }))).toEqual(points);
    const bounded = parseSearchSpace({ a: range, b: range, _constraints: ["a < b"] });
    expect(facts(bounded)).toMatchObject([[{ kind: "point" }], [{ kind: "point" }]]);
  });

  it("combines every category with the points of the round and repeats none", () => {
    const space = {
      c: { _type: "choice", _value: ["a", "b"] },
      x: { _type: "uniform", _value: [0, 4] },
    };
    expect(column(space, 6)).toEqual([
      ["a", 2],
      ["b", 2],
      ["a", 1],
      ["a", 3],
      ["b", 1],
      ["b", 3],
    ]);
  });

  it("visits every value of quantised and integer parameters once, then ends", () => {
    const space = {
      q: { _type: "quniform", _value: [2, 10, 5] },
      i: { _type: "randint", _value: [0, 3] },
    };
    const seen = column(space, 9).map((row) => row.join());
    expect([...seen].sort()).toEqual(
      ["10,0", "10,1", "10,2", "2,0", "2,1", "2,2", "5,0", "5,1", "5,2"].sort(),
    );
    expect(() => column(space, 10)).toThrow(
      expect.objectContaining({ code: "search-space-exhausted" }),
    );
  });

  it.each(["2.1", "3.0"] as const)("skips what a constraint rules out at once (%s)", (reading) => {
    const space = {
      width: { _type: "randint", _value: [1, 101] },
      ...Object.fromEntries(
        ["a", "b", "c", "d"].map((name) => [name, { _type: "randint", _value: [0, 20] }]),
      ),
      _constraints: ["width > 64"],
    };
    const counted = watched({ ...parseSearchSpace(space as never), reading });
    expect(rows(counted.space, 3)).toEqual([
      [65, 0, 0, 0, 0],
      [65, 0, 0, 0, 1],
      [65, 0, 0, 0, 2],
    ]);
    // There are ten million combinations with smaller widths.
    expect(counted.reads()).toBeGreaterThan(0);
    expect(counted.reads()).toBeLessThan(10_000);
  });

  it("finds a narrow corner of a range at once, wherever its parameter stands", () => {
    const range = { _type: "uniform", _value: [0, 1] };
    const space = { a: range, b: range, lr: range, _constraints: ["lr < 0.001"] };
    const counted = watched(parseSearchSpace(space as never));
    const [row] = rows(counted.space, 1);
    expect(row).toEqual([0.5, 0.5, 1 / 1024]);
    // A thousand points an axis make a billion combinations.
    expect(counted.reads()).toBeGreaterThan(0);
    expect(counted.reads()).toBeLessThan(100_000);
  });

  it("combines under constraints what it combines without them and filters", () => {
    const parameters = {
      x: { _type: "uniform", _value: [0, 1] },
      l: {
        _type: "choice",
        _value: [{ _name: "p", k: { _type: "quniform", _value: [0, 2, 1] } }, { _name: "q" }],
      },
      n: { _type: "randint", _value: [0, 4] },
      y: { _type: "uniform", _value: [0, 1] },
    };
    const free = parseSearchSpace(parameters, { reading: "3.0" });
    const bound = parseSearchSpace(
      { ...parameters, _constraints: ["y < x", "n != 2", "x > 0.2"] },
      { reading: "3.0" },
    );
    const take = (space: SearchSpace, count: number): Parameters[] => {
      const grid = refiningGrid(space);
      return Array.from({ length: count }, () => grid.next().value as Parameters);
    };
    const filtered = take(free, 6_000).filter((q) => satisfiesConstraints(bound.constraints, q));
    expect(filtered.length).toBeGreaterThan(500);
    expect(take(bound, filtered.length)).toEqual(filtered);
  });

  it("leaves nested parameters of other branches alone", () => {
    const space = {
      layer: {
        _type: "choice",
        _value: [{ _name: "conv", k: { _type: "choice", _value: [3, 5] } }, { _name: "pool" }],
      },
    };
    expect(column(space, 3).map(([layer]) => layer)).toEqual([
      { _name: "conv", k: 3 },
      { _name: "conv", k: 5 },
      { _name: "pool" },
    ]);
  });

  it("read as 2.1 it is the Cartesian product in order", () => {
    const space = {
      c: { _type: "choice", _value: ["a", "b"] },
      q: { _type: "quniform", _value: [1, 3, 1] },
    };
    const rows = column(space, 6, "2.1").map((row) => row.join());
    expect(rows).toEqual(["a,1", "a,2", "a,3", "b,1", "b,2", "b,3"]);
  });
});

describe("BatchTuner", () => {
  it("runs the list in order, repeated entries included, then ends", () => {
    const list = [{ lr: 0.1 }, { lr: 0.2 }, { lr: 0.1 }];
    const space = parseSearchSpace({ combine_params: { _type: "choice", _value: list } });
    const history = drive(createTuner("BatchTuner"), space, { trials: 3, metric });
    expect(history.map((t) => t.parameters)).toEqual([{ lr: 0.1 }, { lr: 0.2 }, { lr: 0.1 }]);
    expect(() => drive(createTuner("BatchTuner"), space, { trials: 1, metric, history })).toThrow(
      /All 3 listed/,
    );
  });

  it("says what it wants when the space is no list", () => {
    const space = parseSearchSpace({ lr: { _type: "uniform", _value: [0, 1] } });
    expect(() => drive(createTuner("BatchTuner"), space, { trials: 1, metric })).toThrow(
      /lr is of type uniform/,
    );
  });
});
