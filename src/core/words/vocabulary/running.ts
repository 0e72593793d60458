import type { Area } from "../kinds.ts";

/** Experiments and workers while they run in this tab, and what the page makes of them. */
export const running = {
  "no-such-experiment": { experiment: "text" },
  "another-tab": {},
  "another-tab-close": {},
  "start-called-off": {},
  "file-unread": { path: "text", status: "number" },
  "worker-silent": { seconds: "number" },
  "worker-gone": {},
  "worker-terminated": {},
  "worker-unreadable": {},
  "worker-failed": { reason: "word" },
  "unknown-error": {},
  "weights-not-kept": { trial: "number" },
  "page-died": { attempt: "number" },
  "no-attempt-got-further": { attempts: "number" },
  "trial-without-epoch": { trial: "number" },
  "no-preset": { preset: "text" },
  "no-drawing": {},
  "no-picture": {},
} as const satisfies Area;
