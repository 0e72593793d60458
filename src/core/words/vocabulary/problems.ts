import type { Area } from "../kinds.ts";

/** How words are put together: problems of what the user wrote, each with its place. */
export const problems = {
  "as-written": { text: "text" },
  "in-file": { file: "text", said: "word" },
  lines: { lines: "words" },
  problems: { subject: "word", problems: "words", more: "number" },
  "problem-of": { subject: "word", problem: "word" },
  problem: { path: "text", value: "text", expected: "word", remedy: "word" },
  unexpected: { path: "text", value: "text", expected: "word" },
  "search-space": {},
  configuration: {},
  "wrong-parameters": { mismatches: "words" },
  "mismatch-unknown": { path: "text" },
  "mismatch-missing": { path: "text" },
  "mismatch-option": { path: "text", value: "text" },
  "mismatch-listed": { value: "text", listed: "number" },
  "mismatch-number": { path: "text", value: "text" },
  "mismatch-integer": { path: "text", value: "number", low: "number", high: "number" },
  "mismatch-range": { path: "text", value: "number", low: "number", high: "number" },
  "mismatch-grid": {
    path: "text",
    value: "number",
    low: "number",
    high: "number",
    step: "number",
  },
  "mismatch-multiple": { path: "text", value: "number", step: "number" },
  "mismatch-impossible": { path: "text", value: "number" },
  "mismatch-constraint": { constraint: "text" },
} as const satisfies Area;
