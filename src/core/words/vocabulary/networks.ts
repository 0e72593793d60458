import type { Area } from "../kinds.ts";

/** What makes a graph no network. */
export const networks = {
  node: { node: "text", operation: "text", problem: "word" },
  "two-nodes": { node: "text" },
  "last-node": { classes: "number" },
  "input-channels": { height: "number", width: "number", channels: "number" },
  "too-many-classes": { classes: "number" },
  "inputs-differ": {},
  "inputs-of-two-kinds": {},
  "inputs-differ-in-size": {},
  "second-input": { features: "number" },
  "channel-groups": { inputs: "number", outputs: "number", groups: "number" },
  "input-is-image": {},
  "input-is-no-image": {},
  "window-in-padding": {},
  "dropout-rate": { rate: "number" },
  "channel-slice": { from: "number", to: "number", channels: "number" },
  "kernel-too-large": {},
  "not-in-order": {},
  "no-input": {},
  "input-count": { inputs: "number", wanted: "number" },
} as const satisfies Area;
