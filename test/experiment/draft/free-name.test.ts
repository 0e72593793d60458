import { expect, test } from "vitest";
import { configLimits } from "../../../src/core/config/check.ts";
import { freeName } from "../../../src/experiment/draft/free-name.ts";

const at = Date.UTC(2026, 10, 29, 1, 30);
const named = (...names: string[]): readonly { readonly name: string }[] =>
  names.map((name) => ({ name }));

test("a name that is taken gets the next number", () => {
  expect(freeName("look", at, named())).toBe("look");
  expect(freeName("look", at, named("look"))).toBe("look 2");
  expect(freeName("look", at, named("look", "look 2", "other"))).toBe("look 3");
});

test("no name becomes the time, so that there is something to click", () => {
  expect(freeName("  ", at, named())).toBe("2026-11-29 01:30");
  expect(freeName("", at, named("2026-11-29 01:30"))).toBe("2026-11-29 01:30 2");
});

test("a numbered name is no longer than names may be", () => {
  const long = "x".repeat(configLimits.nameLength);
  expect(freeName(long, at, named(long)).length).toBeLessThanOrEqual(configLimits.nameLength);
});
