import { historyOf } from "../../../core/journal/index.ts";
import type { EventBody } from "../../../core/journal/events.ts";
import { fullStorage } from "../full-storage.ts";
import type { Answer, Report } from "../inputs.ts";
import type { Slot } from "../state.ts";
import { ended, finalMetric } from "../trial-end.ts";
import { makeRoom } from "./room.ts";
import {
  abandon,
  fail,
  giveUp,
  hold,
  onSlotReady,
  onSlotRefused,
  onSlotWaited,
  withoutEpoch,
} from "./slots.ts";
import type { Turn } from "./turn.ts";
import { onTested, onTestFailed, onTestReady, onTestWaited } from "./winner-test.ts";

/** What became of commands. Whatever comes for an attempt or a test that is over changes nothing. */
export function onReport(turn: Turn, report: Report): void {
  const slot = turn.slot(report.id);
  const test = turn.state.test?.id === report.id ? turn.state.test : null;
  const listening = slot && slot.fate !== "abandoned" ? slot : null;
  switch (report.kind) {
    case "waited":
      if (slot) onSlotWaited(turn, slot);
      else if (test) onTestWaited(turn, test);
      return;
    case "runner-ready":
      if (slot) onSlotReady(turn, slot, report);
      else if (test) onTestReady(turn, test, report);
      else turn.order({ kind: "dispose", id: report.id });
      return;
    case "runner-failed":
      if (slot) onSlotRefused(turn, slot, report.error);
      else if (test) onTestFailed(turn, test, report.error);
      return;
    case "epoch":
      if (listening) onEpoch(turn, listening, report);
      else turn.reply = "stop";
      return;
    case "checkpoint":
      if (listening) {
        const { checkpoint } = report;
        turn.emit({ type: "checkpoint-saved", trial: listening.trial, checkpoint });
      }
      return;
    case "room-wanted":
      turn.reply = listening !== null && makeRoom(turn, report.sizeBytes);
      return;
    case "trial-note":
      return onTrialNote(turn, report);
    case "attempt-ended":
      if (slot) onAttemptEnded(turn, slot, report);
      return;
    case "tested":
      if (test) onTested(turn, test, report);
      return;
    case "test-failed":
      if (test) onTestFailed(turn, test, report.error);
      return;
    default:
      return report satisfies never;
  }
}

/** The assessor's word on a trial after an epoch. */
export function onAssessed(
  turn: Turn,
  { id, answer }: Extract<Answer, { kind: "assessed" }>,
): void {
  const slot = turn.slot(id);
  turn.reply = slot?.fate === "live" ? "continue" : "stop";
  if (slot?.fate !== "live") return;
  if (answer.kind === "failed") {
    const { code, message } = answer.error;
    const details = { trial: slot.trial, code, message };
    return turn.emit({ type: "note", code: "assessor-failed", details });
  }
  const { assessment } = answer;
  if (assessment?.decision !== "stop") return;
  const { reason, facts } = assessment;
  const end = ended(turn.trial(slot.trial), "EARLY_STOPPED", null, reason);
  turn.emit({ ...end, ...(facts ? { facts } : {}) });
  abandon(turn, slot.trial);
  turn.reply = "stop";
}

function onEpoch(
  turn: Turn,
  { id, trial: number, fate }: Slot,
  { report, checkpoint }: Extract<Report, { kind: "epoch" }>,
): void {
  const bodies: EventBody[] = [{ type: "epoch-finished", trial: number, report }];
  if (checkpoint) bodies.push({ type: "checkpoint-saved", trial: number, checkpoint });
  turn.emit(...bodies);
  const trial = turn.trial(number);
  if (fate !== "live") turn.reply = "stop";
  else if (report.epoch >= trial.epochs) turn.reply = "continue";
  else {
    const history = historyOf(turn.journal);
    const stream = [turn.journal.definition.seed, number, "assess", report.epoch];
    turn.order({ kind: "assess", id, trial: history[number] ?? trial, history, stream });
  }
}

function onTrialNote(
  turn: Turn,
  { id, trial, code, details }: Extract<Report, { kind: "trial-note" }>,
): void {
  const body = { type: "note", code, details: { trial, ...details } } as const;
  turn.emit(body);
  const full = fullStorage(body);
  const pauses = turn.journal.definition.config.training.whenStorageIsFull === "pause";
  if (full && pauses && turn.slot(id)?.fate === "live") hold(turn, full);
}

function onAttemptEnded(
  turn: Turn,
  slot: Slot,
  { outcome }: Extract<Report, { kind: "attempt-ended" }>,
): void {
  if (outcome.kind === "failed" && slot.fate === "live") return fail(turn, slot, outcome.error);
  turn.drop(slot.id);
  if (outcome.kind !== "finished" || slot.fate === "abandoned") return;
  const trial = turn.trial(slot.trial);
  const final = finalMetric(trial, turn.journal.definition.config);
  if (final === null) return giveUp(turn, trial, withoutEpoch(trial));
  const end = ended(trial, "SUCCEEDED", final, null);
  turn.emit(outcome.samples ? { ...end, samples: outcome.samples } : end);
}
