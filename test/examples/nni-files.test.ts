import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseExperimentConfig, parseSearchSpace } from "../../src/core/index.ts";

test("NNI's own example is read as it is, and its licence lies beside it", () => {
  const read = (name: string): string => readFileSync(`public/presets/nni-cifar10/${name}`, "utf8");
  const config = parseExperimentConfig(parse(read("config.yml")));
  expect(config).toMatchObject({ maxTrialNumber: 10, trialConcurrency: 4, tuner: { name: "TPE" } });
  const space = parseSearchSpace(JSON.parse(read("search_space.json")));
  expect(space.parameters.map(({ name }) => name)).toEqual(["lr", "optimizer", "model"]);
  expect(read("LICENSE")).toContain("Copyright (c) Microsoft Corporation");
});
