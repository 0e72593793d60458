import { expect, test } from "vitest";
import { reduceJournal, type EventBody } from "../../../src/core/journal/index.ts";
import { checkExperiment } from "../../../src/experiment/draft/checked-experiment.ts";
import { measured } from "../../../src/experiment/run/decide/measured.ts";
import { openedState, type Rules } from "../../../src/experiment/run/state.ts";
import { added, attempt, config, ended, epoch, journal } from "../../core/journal/events.ts";
import { Bench, definition } from "../fakes.ts";

const running: EventBody = { type: "status-changed", status: "running", reason: "user" };
const paused: EventBody = { type: "status-changed", status: "paused", reason: "user" };
const by = { device: "Apple M2", engine: "webgpu" };

const rules: Rules = {
  ...{ optimizeMode: "maximize", checkpointBudgetBytes: 0 },
  training: checkExperiment({
    ...definition(),
    config: { ...config, training: { ...config.training, dataset: "cifar10" } },
  }),
};

/** What is added to one event after another. */
function measuring(bodies: readonly EventBody[] = []): {
  elapsedMs: number;
  stop(): void;
  add(...bodies: readonly EventBody[]): EventBody[];
} {
  let state = openedState(journal(bodies), rules);
  return {
    elapsedMs: 50,
    stop: () => void (state = { ...state, runningSince: null }),
    add(...more) {
      const { elapsedMs } = this;
      return more.map((body) => {
        const found = measured(body, state, { elapsedMs, by }, rules);
        state = { ...state, runningSince: found.runningSince };
        return found.body;
      });
    },
  };
}

/** As PyTorch counts them: 20 convolutions and their norms (4,800 channels in all), one dense layer. */
const resnet18 = {
  ...{ parameters: 11_173_962, macs: 555_422_720, layers: 41 },
  bytes: 4 * (11_173_962 + 2 * 4_800),
};

test("time spent running is measured: a clock that is set in between changes nothing", () => {
  const here = measuring();
  const [started] = here.add(running);
  here.elapsedMs += 7_000;
  const [rested] = here.add(paused);
  expect(started).toEqual(running);
  expect(rested).toEqual({ ...paused, activeMs: 7_000 });
  // An hour was taken from the wall clock, then a day added.
  const [created] = journal([]);
  const events = [
    created!,
    { seq: 1, at: 3_600_000, ...started! },
    { seq: 2, at: 0, ...rested! },
    { seq: 3, at: 10, ...running },
    { seq: 4, at: 86_400_000, ...rested! },
  ];
  expect(reduceJournal(events)).toMatchObject({ elapsedMs: 14_000, runningSince: null });
});

test("time in which nothing could run, or another page ran, is not measured", () => {
  const here = measuring();
  expect(here.add(paused)).toEqual([paused]);
  here.add(running);
  here.stop();
  here.elapsedMs += 5_000;
  expect(here.add(running, paused)).toEqual([running, { ...paused, activeMs: 0 }]);
});

test("an end tells who computed, the time of all epochs, and the network", () => {
  const [start] = measuring().add(attempt(0));
  expect(start).toEqual({ ...attempt(0), by });
  const added0 = added(0, { parameters: { lr: 0.1 } });
  const again: EventBody = { type: "attempt-started", trial: 0, attempt: 2, by };
  const bodies = [added0, start!, epoch(0, 1, 0.1), epoch(0, 2, 0.2), again, epoch(0, 2, 0.3)];
  const [end] = measuring(bodies).add(ended(0, "SUCCEEDED", 0.3));
  expect(end).toMatchObject({ activeMs: 3_000, by, model: resnet18 });
  const after = reduceJournal(journal([...bodies, end!]));
  expect(after.trials[0]).toMatchObject({ activeMs: 3_000, by, model: resnet18 });
});

test("a trial that never trained has no network to tell of", () => {
  const here = measuring([added(0, { parameters: { model: "no such" } })]);
  const end = ended(0, "USER_CANCELED", null);
  expect(here.add(end)).toEqual([end]);
});

test("a whole run is written with who computed", async () => {
  const bench = new Bench({ maxTrialNumber: 1 });
  bench.pool.by = { engine: "fake" };
  await bench.orchestrator.run("user");
  await bench.runToEnd();
  const types = ["attempt-started", "trial-ended", "test-finished"];
  const found = bench.journal.filter(({ type }) => types.includes(type));
  expect(found.map(({ type }) => type)).toEqual(types);
  for (const event of found) expect(event).toMatchObject({ by: { engine: "fake" } });
});
