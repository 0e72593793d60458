import type { Area } from "../kinds.ts";

/** GPUs: what is missing, what they refuse, how they fail. */
export const engine = {
  "no-webgl": {},
  "no-webgpu": { reason: "text" },
  "needs-webgpu": {},
  "no-half-precision": {},
  "no-timestamps": {},
  "device-lost": { reason: "word" },
  "webgl-lost": {},
  "memory-full": { reason: "word" },
  "webgl-memory-full": {},
  "command-rejected": { reason: "word" },
  "webgl-error": { error: "number" },
  "wrong-answers": {
    adapter: "text",
    wrong: "number",
    values: "number",
    precision: "text",
  },
  "kernel-broken": { kernel: "text", reason: "word" },
  "no-room": { bytes: "number" },
  "no-room-but-for": { bytes: "number", batch: "number" },
  "no-room-for-images": { bytes: "number" },
  "binds-too-little": { bytes: "number" },
  "buffer-too-large": { batch: "number", largest: "number" },
} as const satisfies Area;
