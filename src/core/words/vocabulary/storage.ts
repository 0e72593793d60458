import type { Area } from "../kinds.ts";

/** The browser's storage: what was being done, and why it did not work. */
export const storage = {
  "write-to": { stores: "texts" },
  "read-from": { stores: "texts" },
  "write-file": { path: "text" },
  "read-file": { path: "text" },
  "delete-file": { path: "text" },
  "list-files": {},
  "open-database": {},
  "space-used-up": { doing: "word" },
  "newer-version": {},
  "could-not": { doing: "word", reason: "word" },
  "not-enough-space": { needed: "number", free: "number" },
  "checkpoint-file": { path: "text", problem: "word" },
  "file-missing": {},
  "file-length": { bytes: "number", expected: "number" },
  "file-changed": {},
  "journal-expects": { experiment: "text", expected: "number", got: "number" },
  "journal-uncreated": { experiment: "text", type: "text" },
  "no-such-journal": { experiment: "text" },
  "journal-incomplete": {
    experiment: "text",
    expected: "number",
    from: "number",
    found: "number",
  },
} as const satisfies Area;
