import { expect, test } from "vitest";
import type { ErrorCode } from "../../../src/core/errors.ts";
import type { InputBody } from "../../../src/experiment/run/inputs.ts";
import { keptWeights } from "../../../src/experiment/run/kept-weights.ts";
import { walk } from "./decide-walk.ts";
import {
  checkpoint,
  created,
  epoch,
  error,
  failed,
  finished,
  goesOn,
  ready,
  run,
  stopped,
  suggestion,
  Told,
} from "./deciding.ts";

const one = { trialConcurrency: 1, maxTrialNumber: 1 };

/** One trial, its attempt with id 0. */
const states = {
  created: (): Told => new Told(created(one)),
  asking: (): Told => states.created().tell(run),
  opening: (): Told => states.asking().tell(suggestion(0.5)),
  waiting: (): Told => states.opening().tell(refused(0), refused(0)),
  training: (): Told => states.opening().tell(ready(0)),
  suspendedOpening: (): Told => states.opening().tell({ kind: "pause" }),
  suspended: (): Told => states.training().tell({ kind: "pause" }),
  abandoned: (): Told => states.training().tell({ kind: "kill", trial: 0 }),
  halfway: (): Told => states.training().tell(epoch(0, 1), goesOn(0)),
  trained: (): Told => states.halfway().tell(epoch(0, 2)),
  testOpening: (): Told => states.trained().tell(finished(0)),
  testing: (): Told => states.testOpening().tell(ready(1)),
  done: (): Told => states.testing().tell(tested(1)),
} satisfies Record<string, () => Told>;

const refused = (id: number, code: ErrorCode = "gpu-unavailable"): InputBody => ({
  kind: "runner-failed",
  id,
  error: error(code),
});
const tested = (id: number): InputBody => ({
  kind: "tested",
  id,
  result: { accuracy: 0.5, loss: 1, images: 10 },
});
const nothing: InputBody = { kind: "suggested", answer: { kind: "wait", reason: "later" } };
const tunerFails = (code: ErrorCode): InputBody => ({
  kind: "suggested",
  answer: { kind: "failed", error: error(code) },
});
const stop: InputBody = { kind: "stop" };
const pause: InputBody = { kind: "pause" };
const close: InputBody = { kind: "close" };
const broken: InputBody = { kind: "journal-failed", error: error("storage-failed") };

/** state, input → events | commands | slots */
const table: readonly (readonly [keyof typeof states, InputBody, string])[] = [
  ["created", run, "running | ask-tuner | "],
  ["created", pause, " | release-idle | "],
  ["created", { kind: "add", parameters: { x: 1 } }, "trial-added | release-idle | "],
  ["created", stop, "done | release-idle | "],
  ["asking", suggestion(0.5), "trial-added | open-runner:0 | 0:opening/live"],
  ["asking", nothing, "done | release-idle | "],
  ["asking", tunerFails("search-space-exhausted"), "done | release-idle | "],
  ["asking", tunerFails("internal"), "failed | release-idle | "],
  ["opening", ready(0), "attempt-started | train:0 | 0:training/live"],
  ["opening", refused(0), " | open-runner:0 | 0:opening/live"],
  [
    "opening",
    refused(0, "worker-died"),
    "attempt-started attempt-failed | open-runner:1 | 1:opening/live",
  ],
  [
    "opening",
    refused(0, "gpu-wrong-result"),
    "attempt-started attempt-failed paused | release-idle | ",
  ],
  ["opening", pause, "paused |  | 0:opening/suspended"],
  ["opening", { kind: "kill", trial: 0 }, "USER_CANCELED |  | 0:opening/abandoned"],
  ["opening", broken, " | dispose:0 release-idle | "],
  ["waiting", { kind: "waited", id: 0 }, " | open-runner:0 | 0:opening/live"],
  ["waiting", { kind: "waited", id: 7 }, " |  | 0:waiting/live"],
  ["waiting", pause, "paused | dispose:0 release-idle | "],
  ["waiting", stop, "USER_CANCELED done | dispose:0 release-idle | "],
  ["waiting", close, " | dispose:0 release-idle | "],
  ["training", epoch(0, 1), "epoch-finished checkpoint-saved | assess:0 | 0:training/live"],
  ["halfway", epoch(0, 2), "epoch-finished checkpoint-saved | discard | 0:training/live"],
  ["training", epoch(7, 1), " |  | 0:training/live"],
  ["training", { kind: "waited", id: 0 }, " |  | 0:training/live"],
  ["training", pause, "paused | stop:0 | 0:training/suspended"],
  ["training", close, " | stop:0 | 0:training/suspended"],
  ["training", stop, "USER_CANCELED done | stop:0 | 0:training/abandoned"],
  ["training", { kind: "kill", trial: 0 }, "USER_CANCELED | stop:0 | 0:training/abandoned"],
  ["training", failed(0, "gpu-lost"), "attempt-failed | open-runner:1 | 1:opening/live"],
  ["training", failed(0, "diverged"), "attempt-failed FAILED done | release-idle | "],
  ["training", failed(0, "dataset-unavailable"), "attempt-failed paused | release-idle | "],
  ["training", finished(0), "FAILED done | release-idle | "],
  ["training", stopped(0), " | open-runner:1 | 1:opening/live"],
  ["training", broken, " | dispose:0 release-idle | "],
  ["training", { kind: "room-wanted", id: 0, sizeBytes: 100 }, " |  | 0:training/live"],
  ["suspendedOpening", ready(0), " | keep-runner:0 release-idle | "],
  ["suspendedOpening", refused(0), " | release-idle | "],
  ["suspendedOpening", run, "running |  | 0:opening/suspended"],
  ["suspended", epoch(0, 1), "epoch-finished checkpoint-saved |  | 0:training/suspended"],
  [
    "suspended",
    { kind: "checkpoint", id: 0, checkpoint: checkpoint(0, 0, 3) },
    "checkpoint-saved |  | 0:training/suspended",
  ],
  ["suspended", stopped(0), " | release-idle | "],
  ["suspended", failed(0, "worker-died"), " | release-idle | "],
  ["suspended", pause, " |  | 0:training/suspended"],
  ["suspended", stop, "USER_CANCELED done | stop:0 | 0:training/abandoned"],
  ["abandoned", epoch(0, 1), " |  | 0:training/abandoned"],
  [
    "abandoned",
    { kind: "checkpoint", id: 0, checkpoint: checkpoint(0, 0, 3) },
    " |  | 0:training/abandoned",
  ],
  ["abandoned", finished(0), "done | release-idle | "],
  ["abandoned", failed(0, "worker-died"), "done | release-idle | "],
  ["trained", finished(0), "SUCCEEDED | open-runner:1 | "],
  ["trained", stop, "USER_CANCELED done | discard stop:0 | 0:training/abandoned"],
  ["testOpening", ready(1), " | test:1 | "],
  ["testOpening", refused(1), " | open-runner:2 | "],
  ["testOpening", refused(1, "worker-died"), " | open-runner:2 | "],
  ["testOpening", close, " | dispose:1 release-idle | "],
  ["testOpening", broken, " | dispose:1 release-idle | "],
  ["testing", tested(1), "test-finished done | release-idle | "],
  ["testing", { kind: "test-best" }, " |  | "],
  ["testing", stop, "done |  | "],
  ["testing", { kind: "test-failed", id: 1, error: error("gpu-lost") }, " | open-runner:2 | "],
  ["done", stop, " | release-idle | "],
  ["done", { kind: "test-best" }, " | release-idle | "],
  [
    "done",
    { kind: "limits", limits: { maxTrialNumber: 2 } },
    "limits-changed running | ask-tuner | ",
  ],
  ["done", { kind: "limits", limits: { maxTrialNumber: 1 } }, "limits-changed | release-idle | "],
  [
    "done",
    { kind: "longer", trial: 0, extraEpochs: 1 },
    "trial-added running | open-runner:2 | 2:opening/live",
  ],
  ["done", tested(1), " | release-idle | "],
  ["done", ready(1), " | dispose:1 release-idle | "],
];

test.each(table)("%s, %j → %s", (state, input, expected) => {
  const { events, commands, slots } = states[state]().tell(input).outcome;
  expect(`${events} | ${commands} | ${slots}`).toBe(expected);
});

test("a question leaves the filling of slots to its answer, and a reply is what the input's own part says", () => {
  const told = new Told(created({ trialConcurrency: 2, maxTrialNumber: 9 }));
  told.tell(run, suggestion(0.1), nothing, ready(0), nothing, epoch(0, 1));
  expect(told.decided.commands.map(({ kind }) => kind)).toEqual(["assess"]);
  expect(told.tell(goesOn(0)).outcome.commands).toBe("ask-tuner");
  expect(told.decided.reply).toBe("continue");
  expect(told.tell(suggestion(0.2)).decided.reply).toBeUndefined();
});

test("an assessor stops a trial whose slot stays taken until its worker has stopped", () => {
  const told = states.training().tell(epoch(0, 1), {
    kind: "assessed",
    id: 0,
    answer: { kind: "assessment", assessment: { decision: "stop", reason: "too slow" } },
  });
  expect(told.outcome).toEqual({
    events: "EARLY_STOPPED",
    commands: "discard stop:0",
    slots: "0:training/abandoned",
  });
  expect(told.decided.reply).toBe("stop");
});

test("an assessor that fails is noted and the trial goes on", () => {
  const answer = { kind: "failed", error: error("internal") } as const;
  const told = states.training().tell(epoch(0, 1), { kind: "assessed", id: 0, answer });
  expect(told.outcome.events).toBe("assessor-failed");
  expect(told.decided.reply).toBe("continue");
});

test("a damaged checkpoint is not handed out again, one saved since by the same attempt is", () => {
  const told = states.training();
  told.tell(epoch(0, 1), goesOn(0), failed(0, "worker-died"), ready(1));
  const jobs = (): unknown =>
    told.decided.commands.flatMap((command) =>
      command.kind === "train" ? [command.job.from?.checkpoint.path ?? null] : [],
    );
  expect(jobs()).toEqual(["0-1-0"]);
  told.tell(failed(1, "checkpoint-corrupt"), ready(2));
  expect(jobs()).toEqual([null]);
  told.tell({ kind: "checkpoint", id: 2, checkpoint: checkpoint(2, 1, 5) });
  told.tell(failed(2, "worker-died"), { kind: "waited", id: 3 }, ready(3));
  expect(jobs()).toEqual(["2-1-5"]);
});

test("out of space, the least worthy weights go first, and are named with the next input", () => {
  const told = new Told(created({ trialConcurrency: 1, maxTrialNumber: 4 })).tell(run);
  for (const [id, metric] of [0.9, 0.5, 0.7].entries()) {
    told.tell(suggestion(id), ready(id), epoch(id, 1, metric), goesOn(id));
    told.tell(epoch(id, 2, metric), finished(id));
  }
  told.tell(suggestion(3), ready(3), { kind: "room-wanted", id: 3, sizeBytes: 100 });
  expect(told.outcome).toMatchObject({ events: "", commands: "make-room" });
  expect(told.decided.reply).toBe(true);
  const kept = (): unknown =>
    told.state.journal.trials.map((trial) => keptWeights(told.state.gone, trial)?.path ?? null);
  expect(kept()).toEqual(["0-2-0", null, "2-2-0", null]);
  expect(told.tell({ kind: "room-made" }).outcome.events).toBe("weights-discarded");
  told.tell({ kind: "out-of-space" });
  expect(kept()).toEqual(["0-2-0", null, null, null]);
  expect(
    told.tell({ kind: "remark", body: { type: "experiment-renamed", name: "new" } }).outcome.events,
  ).toBe("weights-discarded experiment-renamed");
  expect(told.tell({ kind: "out-of-space" }).outcome.commands).toBe("");
  expect(() => told.tell({ kind: "longer", trial: 2, extraEpochs: 1 })).toThrow("not kept");
});

test("a decision that cannot be is refused, and the state stays", () => {
  const told = states.created();
  const { state } = told;
  expect(() => told.tell({ kind: "kill", trial: 3 })).toThrow(RangeError);
  expect(() => states.done().tell({ kind: "longer", trial: 1, extraEpochs: 1 })).toThrow(
    RangeError,
  );
  expect(told.state).toBe(state);
});

test("a test is given up after three failures and not tried again by itself", () => {
  const told = states.testOpening();
  const fails = (id: number): InputBody => ({
    kind: "test-failed",
    id,
    error: error("gpu-validation"),
  });
  told.tell(ready(1), fails(1), ready(2), fails(2));
  expect(told.outcome.commands).toBe("wait:2");
  told.tell({ kind: "waited", id: 2 }, ready(3), fails(3));
  expect(told.outcome.events).toBe("test-failed done");
  expect(told.tell({ kind: "test-best" }).outcome.commands).toBe("open-runner:4");
});

test("30 random walks of 200 steps never break what a decision promises", () => {
  for (let seed = 0; seed < 30; seed++) walk(seed, 200);
});
