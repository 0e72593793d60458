import type { Announcement } from "../../src/experiment/tab/announcements.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { mutateJson } from "./mutate.ts";

const live = {
  trial: 0,
  phase: "training",
  epoch: 1,
  epochs: 2,
  step: 3,
  steps: 4,
  imagesPerSecond: 100,
  trainLoss: 1.5,
  trainAccuracy: null,
} as const;

/** One valid message of each kind that tabs send each other. */
export function validMessages(id: string): Announcement[] {
  return [
    { kind: "list" },
    { kind: "appended", id },
    { kind: "live", id, trials: [live, { ...live, trial: 1 }] },
  ];
}

/** One seeded mutation of a valid message, as JSON text; now and then no object at all. */
export function mutateMessage(id: string, seed: number): string {
  const rng = createRng("hostile-message", seed);
  const messages = validMessages(id);
  const text = JSON.stringify(messages[rng.int(messages.length)]);
  const mutated = mutateJson(text, rng);
  return isJson(mutated) ? mutated : JSON.stringify(mutated);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
