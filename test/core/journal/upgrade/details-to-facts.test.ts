import { expect, test } from "vitest";
import { decodeFact } from "../../../../src/core/facts/decode.ts";
import { detailsToFacts } from "../../../../src/core/journal/upgrade/details-to-facts.ts";
import type { JsonObject } from "../../../../src/core/json.ts";
import { createRng } from "../../../../src/core/math/rng.ts";
import explanations from "../../../fixtures/explanations.json";

const bags = explanations.tuners.map(({ provenance }) => provenance.details as JsonObject);

test("every bag of the fixture becomes facts that say all it held", () => {
  for (const bag of bags) {
    const facts = detailsToFacts(bag);
    expect(facts.map((fact) => decodeFact(fact))).toEqual(facts);
    const says = Object.values(bag).some((value) => value !== null && typeof value !== "string");
    const empty = JSON.stringify([bag["leaders"] ?? bag["parameters"]]);
    if (says && empty !== "[[]]" && empty !== "[{}]") expect(facts.length).toBeGreaterThan(0);
  }
  const kinds = new Set(bags.flatMap((bag) => detailsToFacts(bag).map(({ kind }) => kind)));
  expect(kinds.size).toBe(25);
});

test("groups are read as older journals list them, and as later ones count them", () => {
  const good = { count: 1, trials: [7] };
  expect(detailsToFacts({ good: [7], bad: [0, 5] })).toEqual([
    { kind: "split", good, bad: { count: 2, trials: [0, 5] } },
  ]);
  expect(detailsToFacts({ good: [7], bad: 3 })).toEqual([
    { kind: "split", good, bad: { count: 3 } },
  ]);
});

test("Auto's English of older journals is kept as it is", () => {
  const because = "4 parameters are many; max_epochs is not set";
  expect(detailsToFacts({ picked: "TPE with Hyperband", because })).toEqual([
    { kind: "picked", algorithm: "TPE with Hyperband" },
    { kind: "said", text: "4 parameters are many." },
    { kind: "said", text: "max_epochs is not set." },
  ]);
});

test("a foreign bag of any form gives facts or nothing (seed 43)", () => {
  for (const details of [
    {},
    { parameters: 3 },
    { good: "x", candidates: [1, null, {}] },
    { liar: [], joint: [1], parameters: { a: { candidates: [{ ei: "x" }] } } },
  ])
    expect(detailsToFacts(details)).toEqual([]);
  const rng = createRng(43);
  const junk = [null, -1, 1.5, "", "x", [], [null], [[1]], {}, { a: {} }, true];
  for (let i = 0; i < 500; i++) {
    const bag = { ...bags[rng.int(bags.length)]! } as Record<string, unknown>;
    const keys = Object.keys(bag);
    bag[keys[rng.int(keys.length)]!] = junk[rng.int(junk.length)];
    const facts = detailsToFacts(bag as JsonObject);
    expect(facts.map((fact) => decodeFact(fact))).toEqual(facts);
  }
});
