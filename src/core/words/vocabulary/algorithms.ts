import type { Area } from "../kinds.ts";

/** Tuners and assessors: their names, arguments and what they cannot do. */
export const algorithms = {
  "argument-unknown": { owner: "text", argument: "text", names: "texts" },
  "argument-wrong": { owner: "text", argument: "text", expected: "word", value: "text" },
  "nni-tuner-structure": { name: "text", nested: "boolean", one: "text", other: "text" },
  "nni-tuner-instead": { name: "text", instead: "text" },
  "custom-tuner": { name: "text", names: "texts" },
  "unknown-tuner": { name: "text", names: "texts" },
  "unknown-assessor": { name: "text", names: "texts" },
  "unsupported-type": { path: "text", type: "text", tuner: "text" },
  "unsupported-nested": { path: "text", tuner: "text" },
  "unsupported-unbounded": { path: "text", type: "text", tuner: "text" },
  "unsupported-names": { path: "text", tuner: "text" },
  "lists-only-type": { path: "text", type: "text" },
  "lists-only-nested": { path: "text" },
  "lists-only": { path: "text" },
  "no-draws": { draws: "number" },
  "all-tried": { tried: "number" },
  "all-listed-tried": { tried: "number" },
  "all-random": { trials: "number", tuner: "text", startup: "number" },
} as const satisfies Area;
