import type { ExperimentConfig } from "../../core/config/types.ts";
import type {
  EpochReport,
  EventBody,
  JournalEvent,
  ExperimentStatus,
} from "../../core/journal/index.ts";
import type { LinkedExperiment, LinkedTrial } from "./linked.ts";

/** A journal that leads to the state a link describes; what a link leaves out (attempts, checkpoints) is left out.
 *  A shared experiment never runs: one that was running reads as paused. */
export function eventsOfSnapshot(
  linked: LinkedExperiment,
  config: ExperimentConfig,
  reports: readonly (readonly EpochReport[])[],
): JournalEvent[] {
  const events: JournalEvent[] = [];
  const add = (at: number, body: EventBody): void => {
    events.push({ seq: events.length, at, ...body });
  };
  const { space, seed, preset, name, at } = linked;
  add(at, {
    type: "experiment-created",
    definition: { id: "shared", config, searchSpace: space, seed, preset },
  });
  if (name !== config.name) add(at, { type: "experiment-renamed", name });
  add(at, {
    type: "limits-changed",
    trialConcurrency: linked.lim.c,
    maxTrialNumber: linked.lim.n,
    maxDurationMs: linked.lim.ms,
  });
  const ran = linked.status !== "idle" || linked.ms > 0;
  if (ran) add(at, { type: "status-changed", status: "running", reason: "shared" });
  linked.trials.forEach((trial, number) =>
    addTrial((after, body) => add(at + after, body), number, trial, reports[number] ?? []),
  );
  if (!ran) return events;
  const status = restingStatus(linked.status);
  // Ready again after having run: its images were asked for anew, and did not come.
  if (status === "idle")
    add(at + linked.ms, { type: "status-changed", status: "preparing", reason: "shared" });
  add(at + linked.ms, { type: "status-changed", status, reason: linked.why });
  return events;
}

function restingStatus(status: ExperimentStatus): ExperimentStatus {
  return status === "running" || status === "preparing" ? "paused" : status;
}

/** @param add an event so many ms after the experiment's beginning */
function addTrial(
  add: (after: number, body: EventBody) => void,
  number: number,
  trial: LinkedTrial,
  reports: readonly EpochReport[],
): void {
  add(trial.a, {
    type: "trial-added",
    trial: number,
    parameters: trial.p,
    origin: trial.o,
    provenance: trial.src
      ? { source: trial.src, ...(trial.up ? { startup: trial.up } : {}) }
      : null,
    epochs: trial.n,
    ...(trial.bud === undefined ? {} : { budget: trial.bud }),
    ...(trial.cf === undefined ? {} : { continueFrom: trial.cf }),
    ...(trial.ts === undefined ? {} : { tunerState: trial.ts }),
  });
  if (trial.b !== null) add(trial.b, { type: "attempt-started", trial: number, attempt: 1 });
  for (const report of reports)
    add(trial.z ?? trial.a, { type: "epoch-finished", trial: number, report });
  if (trial.s === "WAITING" || trial.s === "RUNNING") return;
  add(trial.z ?? trial.a, {
    type: "trial-ended",
    trial: number,
    status: trial.s,
    final: trial.f,
    durationMs: trial.ms,
    reason: trial.w ?? null,
    ...(trial.wf ? { facts: trial.wf } : {}),
    ...(trial.err ? { error: { ...trial.err, details: {} } } : {}),
  });
  if (trial.t)
    add(trial.z ?? trial.a, {
      type: "test-finished",
      trial: number,
      testAccuracy: trial.t.a,
      testLoss: trial.t.l,
      testImages: trial.t.n,
    });
}
