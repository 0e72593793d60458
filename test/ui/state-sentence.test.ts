import { expect, test } from "vitest";
import { reduceJournal, type EventBody, type JournalEvent } from "../../src/core/journal/index.ts";
import { checkExperiment } from "../../src/experiment/draft/checked-experiment.ts";
import type { LiveTrial, Session, SharedExperiment } from "../../src/experiment/api.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import { zh } from "../../src/ui/messages/zh/index.ts";
import { ExperimentView } from "../../src/ui/features/experiment/experiment.svelte.ts";
import { logLine } from "../../src/ui/features/experiment/log/log.ts";
import { stateSentence } from "../../src/ui/features/experiment/status/state-sentence.ts";
import { testFailure } from "../../src/ui/features/model/winner-test.ts";
import { added, attempt, definition, ended, epoch } from "../core/journal/events.ts";
import { inEnglish } from "../../src/core/words/index.ts";

const journal = (...bodies: EventBody[]): JournalEvent[] =>
  [{ type: "experiment-created", definition } as const, ...bodies].map((body, seq) => ({
    ...{ seq, at: seq },
    ...body,
  }));
const running: EventBody = { type: "status-changed", status: "running", reason: "user" };
const one: EventBody[] = [added(0), attempt(0), epoch(0, 1, 0.8), ended(0, "SUCCEEDED", 0.8)];
const testingIt: LiveTrial = {
  ...{ trial: 0, phase: "testing", epoch: 0, epochs: 3, step: 0, steps: 0 },
  ...{ imagesPerSecond: 0, trainLoss: null, trainAccuracy: null },
};

function viewOf(bodies: readonly EventBody[], live: readonly LiveTrial[] = []): ExperimentView {
  const session = {
    ...{ id: "e1", problem: null, dataProgress: null, role: "writer", slots: 1 },
    state: reduceJournal(journal(...bodies)),
    live: new Map(live.map((trial) => [trial.trial, trial])),
    subscribe: () => () => undefined,
    release: () => undefined,
  } as unknown as Session;
  const view = new ExperimentView({ session });
  view.release();
  return view;
}

test("while the winner is tested the page says so, before the end and after a stop", () => {
  const stopped: EventBody = { type: "status-changed", status: "done", reason: "user" };
  for (const end of [[], [stopped]]) {
    const view = viewOf([running, ...one, ...end], [testingIt]);
    expect(view.running).toEqual([]);
    expect(view.testing?.number).toBe(0);
    // Was "Choosing the next trial." for the whole test.
    expect(stateSentence(view, en)).toBe("Trial 0 is being tested on the test images.");
  }
  expect(viewOf([running, ...one]).testing).toBeNull();
});

test("an experiment that is ready says whether there are trials", () => {
  expect(stateSentence(viewOf([]), en)).toBe("Ready. Nothing has been computed yet.");
  const imported = [added(0, { origin: "imported" }), ended(0, "SUCCEEDED", 0.8)];
  expect(stateSentence(viewOf(imported), en)).toBe("Ready to go on: 1 trial is here.");
});

test("an end by the clock is not told as the end of all trials", () => {
  const end: EventBody = { type: "status-changed", status: "done", reason: "limits-reached" };
  const limits = (maxTrialNumber: number): EventBody => ({
    type: "limits-changed",
    maxTrialNumber,
  });
  const sentence = (most: number): string => stateSentence(viewOf([limits(most), ...one, end]), en);
  expect(sentence(2)).toBe("The time limit was reached. Trial 0 won.");
  expect(sentence(1)).toBe("All trials are done. Trial 0 won.");
});

test("a shared experiment that was still open does not promise to go on", () => {
  const paused: EventBody = { type: "status-changed", status: "paused", reason: "interrupted" };
  const state = reduceJournal(journal(running, ...one, paused));
  const { space } = checkExperiment(definition);
  const shared: SharedExperiment = { state, definition, space, source: "file" };
  const view = new ExperimentView({ shared });
  view.release();
  expect(stateSentence(view, en)).toBe(en.sentence.sharedOpen);
  expect(stateSentence(viewOf([running, ...one, paused]), en)).toBe(en.sentence.paused);
  const line = (t: typeof en | typeof zh): string => logLine(state.log.at(-1)!, t, inEnglish);
  expect(line(en)).toBe("Experiment paused: it was interrupted");
  expect(line(zh)).toBe("实验已暂停：曾被中断");
});

test("the log says whose images were asked for, by their name", () => {
  const details = { dataset: "shapes10", sourceId: "shapes10-generated" };
  const note: EventBody = { type: "note", code: "data-source", details };
  const { state } = viewOf([running, note]);
  expect(logLine(state.log.at(-1)!, en, inEnglish)).toBe("Images requested: Shapes-10");
});

test("a test that failed is told of the trial it was made of", () => {
  const said = (details: Record<string, string | number>): string | null => {
    const note: EventBody = { type: "note", code: "test-failed", details };
    const { state } = viewOf([running, ...one, note]);
    return testFailure(state, state.trials[0]!, en);
  };
  for (const code of ["weights-gone", "checkpoint-corrupt"])
    expect(said({ trial: 0, code, message: "x" })).toBe(en.model.weightsGone);
  expect(said({ trial: 0, code: "gpu-lost", message: "x" })).toBe(en.model.testFailed);
  expect(said({ trial: 1, code: "gpu-lost", message: "x" })).toBeNull();
});
