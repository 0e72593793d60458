import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import {
  checkEvent,
  reduce,
  reduceEvents,
  reduceJournal,
  type EventBody,
  type ExperimentState,
  type ExperimentStatus,
} from "../../../src/core/journal/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { added, attempt, ended, epoch, journal, report, run } from "./events.ts";

const status = (status: ExperimentStatus): EventBody => ({
  type: "status-changed",
  status,
  reason: "user",
});

test("a journal folds into the state of the experiment and its trials", () => {
  const state = reduceJournal(
    journal([
      status("running"),
      ...run(0, [0.1, 0.2]),
      added(1),
      attempt(1),
      epoch(1, 1, 0.15),
      { type: "experiment-renamed", name: "renamed" },
      { type: "limits-changed", maxTrialNumber: 20, maxDurationMs: 60_000 },
      { type: "test-finished", trial: 0, testAccuracy: 0.19, testLoss: 2, testImages: 100 },
    ]),
  );
  expect(state).toMatchObject({
    name: "renamed",
    status: "running",
    maxTrialNumber: 20,
    maxDurationMs: 60_000,
    trialConcurrency: 2,
    trials: [
      {
        number: 0,
        status: "SUCCEEDED",
        intermediates: [0.1, 0.2],
        final: 0.2,
        test: { accuracy: 0.19 },
      },
      { number: 1, status: "RUNNING", intermediates: [0.15], final: null, attempt: 1 },
    ],
  });
});

test("folding one by one, in random batches or at once gives the same state (seed 31)", () => {
  const rng = createRng(31);
  const events = journal([
    status("running"),
    ...run(0, [0.1, 0.2]),
    ...run(1, [NaN], "FAILED", null),
    added(2),
    attempt(2),
    epoch(2, 1, 0.3),
    status("paused"),
  ]);
  const whole = reduceJournal(events);
  let single: ExperimentState | null = null;
  for (const event of events) single = reduce(single, event);
  expect(single).toEqual(whole);
  let batched: ExperimentState | null = null;
  for (let i = 0; i < events.length;) {
    const n = 1 + rng.int(4);
    batched = reduceEvents(batched, events.slice(i, i + n));
    i += n;
  }
  expect(batched).toEqual(whole);
});

test("a state is never changed by what follows it; untouched trials are shared", () => {
  const events = journal([...run(0, [0.1]), added(1), attempt(1), epoch(1, 1, 0.3)]);
  const before = reduceJournal(events.slice(0, -1));
  const frozen = structuredClone(before);
  const after = reduce(before, events.at(-1)!);
  expect(before).toEqual(frozen);
  expect(after.trials[0]).toBe(before.trials[0]);
  expect(after.trials[1]).not.toBe(before.trials[1]);
});

test("a restarted attempt replaces the reports from its checkpoint on", () => {
  const state = reduceJournal(
    journal([
      added(0),
      attempt(0),
      epoch(0, 1, 0.1),
      epoch(0, 2, 0.2),
      epoch(0, 3, 0.3),
      attempt(0, 2),
      epoch(0, 2, 0.25),
    ]),
  );
  expect(state.trials[0]).toMatchObject({
    intermediates: [0.1, 0.25],
    attempt: 2,
    durationMs: 2_000,
  });
});

test("a trial that continues another may begin with a later epoch", () => {
  const state = reduceJournal(
    journal([
      ...run(0, [0.1]),
      added(1, { continueFrom: 0, origin: "longer" }),
      attempt(1),
      epoch(1, 2, 0.2),
      epoch(1, 3, 0.3),
    ]),
  );
  expect(state.trials[1]).toMatchObject({
    intermediates: [0.2, 0.3],
    custom: true,
    continueFrom: 0,
  });
});

test("an imported trial brings its curve without an attempt", () => {
  const state = reduceJournal(
    journal([added(0, { origin: "imported" }), epoch(0, 1, 0.4), ended(0, "SUCCEEDED", 0.4)]),
  );
  expect(state.trials[0]).toMatchObject({ status: "SUCCEEDED", custom: true, startedAt: null });
});

test("a failed attempt puts the trial back in the queue with its error", () => {
  const error = { code: "gpu-lost", message: "lost", details: {} } as const;
  const state = reduceJournal(
    journal([added(0), attempt(0), { type: "attempt-failed", trial: 0, attempt: 1, error }]),
  );
  expect(state.trials[0]).toMatchObject({ status: "WAITING", error, attempt: 1 });
});

test("only running time counts as elapsed; what a closed tab slept does not", () => {
  const events = journal([
    status("running"),
    added(0),
    status("paused"),
    status("running"),
    added(1),
  ]);
  const paused = reduceJournal(events.slice(0, 4));
  expect(paused).toMatchObject({ elapsedMs: 2_000, runningSince: null });
  const reopened = reduce(reduceJournal(events), { seq: 6, at: 1_000_000, ...status("running") });
  expect(reopened).toMatchObject({ elapsedMs: 3_000, runningSince: 1_000_000 });
});

test.each<[string, EventBody[]]>([
  ["a second creation", [journal([])[0]!]],
  ["a trial number out of turn", [added(1)]],
  ["a report of an unknown trial", [epoch(0, 1, 0.1)]],
  ["a report of a waiting trial", [added(0), epoch(0, 1, 0.1)]],
  ["an epoch that was skipped", [added(0), attempt(0), epoch(0, 2, 0.1)]],
  ["an attempt out of turn", [added(0), attempt(0, 2)]],
  ["an attempt of a finished trial", [...run(0, [0.1]), attempt(0, 2)]],
  ["a report after the end", [...run(0, [0.1]), epoch(0, 2, 0.1)]],
  ["a second end", [...run(0, [0.1]), ended(0, "SUCCEEDED", 1)]],
  ["success without an attempt", [added(0), ended(0, "SUCCEEDED", 1)]],
  [
    "a checkpoint before any attempt",
    [
      added(0),
      {
        type: "checkpoint-saved",
        trial: 0,
        checkpoint: { path: "a", sha256: "b", sizeBytes: 1, epoch: 1, step: 0 },
      },
    ],
  ],
  [
    "a test of a running trial",
    [
      added(0),
      attempt(0),
      { type: "test-finished", trial: 0, testAccuracy: 1, testLoss: 1, testImages: 1 },
    ],
  ],
  ["a parent that does not exist", [added(0, { continueFrom: 3 })]],
  ["idle after running", [status("running"), status("idle")]],
  [
    "a failed attempt that is not running",
    [
      added(0),
      {
        type: "attempt-failed",
        trial: 0,
        attempt: 1,
        error: { code: "gpu-lost", message: "", details: {} },
      },
    ],
  ],
])("%s is refused", (_, bodies) => {
  const attemptToFold = (): unknown => reduceJournal(journal(bodies));
  expect(attemptToFold).toThrow(AppError);
  expect(attemptToFold).toThrow(/^Event \d+ \(/);
});

test("a note is about a trial or the experiment, and the last one counts", () => {
  const note = (trial: number | null, text: string): EventBody => ({
    ...{ type: "note-written", trial, text },
  });
  const bodies = [added(0), added(1), note(0, "first"), note(null, "all"), note(0, "second")];
  const state = reduceJournal(journal(bodies));
  expect(state.note).toBe("all");
  expect(state.trials.map(({ note }) => note)).toEqual(["second", undefined]);
  expect(state.log.at(-1)).toMatchObject({ type: "note-written", text: "second" });
  expect(() => reduceJournal(journal([note(3, "nobody")]))).toThrow(/there is no trial 3/);
  const long = { seq: 1, at: 0, ...note(null, "x".repeat(2_001)) };
  expect(() => checkEvent(long)).toThrow(/at most 2000/);
});

test("tags take the place of those before", () => {
  const tag = (trial: number | null, ...tags: string[]): EventBody => ({
    ...{ type: "trial-tagged", trial, tags },
  });
  const state = reduceJournal(journal([added(0), tag(0, "a", "b"), tag(null, "c"), tag(0)]));
  expect(state.tags).toEqual(["c"]);
  expect(state.trials[0]!.tags).toEqual([]);
  const many = { seq: 1, at: 0, ...tag(0, ...Array<string>(21).fill("x")) };
  expect(() => checkEvent(many)).toThrow(/at most 20/);
  expect(() => checkEvent({ seq: 1, at: 0, ...tag(0, "x".repeat(41)) })).toThrow(/at most 40/);
});

test("gaps, repeats and headless journals are refused", () => {
  const events = journal([added(0), attempt(0)]);
  expect(() => reduceJournal([])).toThrow(/empty/);
  expect(() => reduceJournal(events.slice(1))).toThrow(/begins with experiment-created/);
  expect(() => reduceJournal([events[0]!, events[2]!])).toThrow(/expected seq 1, got 2/);
  expect(() => reduceJournal([events[0]!, events[1]!, events[1]!])).toThrow(
    /expected seq 2, got 1/,
  );
});

test("6,000 trials of 100 reports fold in linear time", () => {
  const events = function* (trials: number) {
    let seq = 0;
    yield { ...journal([])[0]!, seq: seq++ };
    for (let t = 0; t < trials; t++) {
      yield { seq: seq++, at: seq, ...added(t) };
      yield { seq: seq++, at: seq, ...attempt(t) };
      for (let e = 1; e <= 100; e++)
        yield {
          seq: seq++,
          at: seq,
          type: "epoch-finished",
          trial: t,
          report: report(e, 0.5),
        } as const;
      yield { seq: seq++, at: seq, ...ended(t, "SUCCEEDED", 0.5) };
    }
  };
  // Of the processor: other processes may have it for seconds.
  const processorMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const time = (trials: number): number => {
    const start = processorMs();
    expect(reduceJournal(events(trials)).trials).toHaveLength(trials);
    return processorMs() - start;
  };
  time(300);
  const [small, large] = [time(600), time(6_000)];
  // Ten times the events; a quadratic fold would take a hundred times as long.
  expect(large).toBeLessThan(40 * small + 200);
  expect(large).toBeLessThan(8_000);
});
