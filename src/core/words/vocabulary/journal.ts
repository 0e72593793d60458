import type { Area } from "../kinds.ts";

/** What makes events no journal. */
export const journal = {
  "journal-empty": {},
  "event-refused": { seq: "number", type: "text", problem: "word" },
  "begins-with-creation": {},
  "begins-with-zero": { seq: "number" },
  "expected-seq": { expected: "number", got: "number" },
  "created-once": {},
  "status-order": { status: "text", before: "text" },
  "no-such-trial": { trial: "number" },
  "events-of-at-most": { events: "number" },
  "curve-unreadable": { path: "text" },
  "trial-already": { trial: "number", status: "text" },
  "expected-attempt": { expected: "number", got: "number" },
  "trial-status": { trial: "number", status: "text" },
  "attempt-running": { running: "number", got: "number" },
  "trial-never-started": { trial: "number" },
  "trial-cannot-become": { trial: "number", status: "text", next: "text" },
  "trial-still": { trial: "number", status: "text" },
  "expected-trial": { expected: "number", got: "number" },
  "no-trial-to-continue": { trial: "number" },
  "epoch-order": { trial: "number", epoch: "number", before: "number" },
} as const satisfies Area;
