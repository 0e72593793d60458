import { expect, test } from "vitest";
import type { EventBody, JournalEvent } from "../../src/core/journal/events.ts";
import { reduceJournal } from "../../src/core/journal/index.ts";
import type { ExperimentState } from "../../src/core/journal/state.ts";
import type { LiveTrial, Session } from "../../src/experiment/api.ts";
import { ExperimentView } from "../../src/ui/features/experiment/experiment.svelte.ts";
import { definition } from "../experiment/fakes.ts";

const lost = { code: "gpu-lost", message: "injected", details: {} } as const;
const added: EventBody & { type: "trial-added" } = {
  type: "trial-added",
  trial: 0,
  parameters: { x: 0.5 },
  origin: "tuner",
  provenance: { source: "random" },
  epochs: 3,
};
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

test("a trial whose weights have gone is not one whose weights are kept, though its state names a checkpoint", () => {
  const checkpoint = { path: "p", sha256: "0", sizeBytes: 1, epoch: 3, step: 0 };
  const state = stateOf([
    { type: "experiment-created", definition: definition() },
    ...[0, 1].flatMap((trial): EventBody[] => [
      { ...added, trial },
      { type: "attempt-started", trial, attempt: 1 },
      { type: "checkpoint-saved", trial, checkpoint },
    ]),
  ]);
  const kept = new Set([0]);
  const view = viewOf(state, { keepsWeights: (trial) => kept.has(trial) });
  expect([0, 1, 2].map((trial) => view.keepsWeights(trial))).toEqual([true, false, false]);
  view.release();
});

test("a trial that waits for the GPU between two attempts is shown as in progress", () => {
  const state = stateOf([
    { type: "experiment-created", definition: definition() },
    added,
    { type: "attempt-started", trial: 0, attempt: 1 },
    { type: "attempt-failed", trial: 0, attempt: 1, error: lost },
  ]);
  const view = viewOf(state, { live: new Map([[0, waiting]]) });
  expect(state.trials[0]!.status).toBe("WAITING");
  expect(view.running.map(({ number }) => number)).toEqual([0]);
  view.release();
});

function stateOf(bodies: readonly EventBody[]): ExperimentState {
  return reduceJournal(bodies.map((body, seq): JournalEvent => ({ seq, at: seq, ...body })));
}

/** A view of a session that says `said`. */
function viewOf(state: ExperimentState, said: Partial<Session>): ExperimentView {
  const session = {
    ...{ id: "e1", state, problem: null, dataProgress: null, role: "writer", slots: 1 },
    ...{ live: new Map(), subscribe: () => () => undefined, release: () => undefined },
    ...said,
  } as unknown as Session;
  return new ExperimentView({ session });
}
