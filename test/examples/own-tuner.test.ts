import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { exampleMetric, exampleSpace, nearTheBest, tune } from "../../examples/own-tuner.ts";
import {
  createRng,
  createTuner,
  parameterProblems,
  parseSearchSpace,
  type Suggestion,
  type Trial,
} from "../../src/core/index.ts";
import { deepFreeze, drive } from "../core/tuners/drive.ts";

const json = {
  lr: { _type: "loguniform", _value: [1e-4, 1] },
  noise: { _type: "normal", _value: [0, 1] },
  units: { _type: "qlognormal", _value: [1, 1, 1] },
  layer: {
    _type: "choice",
    _value: [{ _name: "none" }, { _name: "conv", size: { _type: "randint", _value: [1, 8] } }],
  },
  _constraints: ["noise < 2"],
};
const space = parseSearchSpace(json);
const metric = ({ lr }: Trial["parameters"]): number => -Math.abs(Math.log10(Number(lr)) + 2);
const ask = (history: readonly Trial[], on: typeof space | typeof json = space): Suggestion =>
  nearTheBest("maximize").suggest(on, history, createRng("ask", history.length));

test("the example tuner suggests what the space allows, nested choices, grids and constraints included", () => {
  const history = drive(nearTheBest("maximize"), space, { trials: 60, metric, concurrency: 2 });
  for (const { parameters } of history) expect(parameterProblems(space, parameters)).toEqual([]);
  expect(new Set(history.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(60);
});

test("it is pure: frozen input, NNI's JSON and a copy of the history give the same answer", () => {
  const history = drive(nearTheBest("maximize"), space, { trials: 12, metric });
  const copy = JSON.parse(JSON.stringify(history)) as Trial[];
  expect(ask(deepFreeze(copy))).toEqual(ask(history));
  expect(ask(history, json)).toEqual(ask(history));
});

test("it survives trials that failed or have no number", () => {
  const history = drive(nearTheBest("maximize"), space, { trials: 8, metric: () => NaN });
  const failed = history.map((trial): Trial => ({ ...trial, status: "FAILED", final: null }));
  for (const past of [history, failed]) {
    const next = ask(past);
    expect(next.kind === "trial" && parameterProblems(space, next.parameters)).toEqual([]);
  }
});

test("on its function it is ahead of Random with nine seeds of ten", () => {
  const seeds = Array.from({ length: 10 }, (_, i) => 100 + i);
  const ahead = seeds.filter((seed) => {
    const [own, random] = [nearTheBest("maximize"), createTuner("Random")].map((tuner) =>
      tune(tuner, exampleSpace, exampleMetric, { trials: 30, seed }),
    );
    return own! > random!;
  });
  expect(ahead.length).toBeGreaterThanOrEqual(9);
});

test("it runs as its header says", () => {
  const root = resolve(import.meta.dirname, "../..");
  const { status, stdout } = spawnSync("npx", ["--no-install", "tsx", "examples/own-tuner.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(3);
  expect(stdout).toMatch(/^NearTheBest {2}(0|1)\.\d{4}/);
});
