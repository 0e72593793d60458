import { expect, test } from "vitest";
import type { EventBody, JournalEvent } from "../../src/core/journal/events.ts";
import { reduceJournal } from "../../src/core/journal/index.ts";
import type { LiveTrial, Session } from "../../src/experiment/api.ts";
import { ExperimentView } from "../../src/ui/state/experiment.svelte.ts";
import { definition } from "../experiment/fakes.ts";

const lost = { code: "gpu-lost", message: "injected", details: {} } as const;
const waiting: LiveTrial = {
  trial: 0,
  phase: "waiting-for-gpu",
  epoch: 0,
  epochs: 3,
  step: 0,
  steps: 0,
  imagesPerSecond: 0,
  trainLoss: null,
  trainAccuracy: null,
};

test("a trial that waits for the GPU between two attempts is shown as in progress", () => {
  const bodies: EventBody[] = [
    { type: "experiment-created", definition: definition() },
    { type: "status-changed", status: "running", reason: "user" },
    {
      type: "trial-added",
      trial: 0,
      parameters: { x: 0.5 },
      origin: "tuner",
      provenance: { source: "random" },
      epochs: 3,
    },
    { type: "attempt-started", trial: 0, attempt: 1 },
    { type: "attempt-failed", trial: 0, attempt: 1, error: lost },
  ];
  const state = reduceJournal(bodies.map((body, seq): JournalEvent => ({ seq, at: seq, ...body })));
  const session = {
    ...{ id: "e1", state, problem: null, dataProgress: null, role: "writer", slots: 1 },
    live: new Map([[0, waiting]]),
    subscribe: () => () => undefined,
  } as unknown as Session;
  const view = new ExperimentView({ session });
  expect(state.trials[0]!.status).toBe("WAITING");
  expect(view.running.map(({ number }) => number)).toEqual([0]);
});
