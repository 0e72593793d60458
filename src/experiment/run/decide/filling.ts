import { toErrorRecord, type ErrorRecord } from "../../../core/errors.ts";
import type { EventBody } from "../../../core/journal/events.ts";
import { historyOf } from "../../../core/journal/index.ts";
import type { Suggestion } from "../../../core/tuners/contract/tuner.ts";
import type { Answer } from "../inputs.ts";
import { isOpen, mayCreate } from "../planning.ts";
import type { TrainingKnowledge } from "../state.ts";
import { start, suspendAll } from "./slots.ts";
import type { Turn } from "./turn.ts";
import { startTest } from "./winner-test.ts";

type NewTrial = Omit<Extract<EventBody, { type: "trial-added" }>, "type" | "trial">;

/** Fills free slots while the experiment runs: open trials first, then what the tuner suggests; with nothing left to run it
 *  ends.
 *  @param mayAsk false right after the tuner had nothing */
export function fill(turn: Turn, mayAsk = true): void {
  for (;;) {
    const { journal, slots, closed, problem, exhausted } = turn.state;
    if (closed || problem || journal.status !== "running") return;
    if (slots.length >= Math.min(journal.trialConcurrency, turn.maxSlots)) return;
    const open = journal.trials.find(
      (trial) => isOpen(trial) && !slots.some((slot) => slot.trial === trial.number),
    );
    if (open) start(turn, open);
    else if (mayAsk && !exhausted && mayCreate(journal, turn.at)) {
      // Named by (seed, trial, purpose), so that a replay asks the same.
      const stream = [journal.definition.seed, journal.trials.length, "suggest"];
      return turn.order({ kind: "ask-tuner", history: historyOf(journal), stream });
    } else {
      if (slots.length === 0) end(turn);
      return;
    }
  }
}

/** Adds what the tuner suggests; a tuner that fails ends the experiment. */
export function onSuggested(turn: Turn, { answer }: Extract<Answer, { kind: "suggested" }>): void {
  switch (answer.kind) {
    case "wait":
      return;
    case "failed":
      if (answer.error.code === "search-space-exhausted") turn.change({ exhausted: true });
      else failWith(turn, answer.error);
      return;
    case "trial":
      try {
        addTrial(turn, suggestedTrial(answer, turn.rules.training));
      } catch (error) {
        failWith(turn, toErrorRecord(error));
      }
      return;
    default:
      return answer satisfies never;
  }
}

/** Adds a trial, and runs the experiment again that had ended when a person adds it; a repeated effective configuration is
 *  noted with the trial it repeats.
 *  @returns its number */
export function addTrial(turn: Turn, trial: NewTrial): number {
  const { trials, status } = turn.journal;
  const number = trials.length;
  const twin = trial.continueFrom === undefined ? twinOf(turn, trial) : null;
  turn.emit({ type: "trial-added", trial: number, ...trial });
  if (twin !== null) {
    const details = { trial: number, of: twin };
    turn.emit({ type: "note", code: "duplicate-configuration", details });
  }
  if (status === "done" && trial.origin !== "tuner")
    turn.emit({ type: "status-changed", status: "running", reason: "trial-added" });
  return number;
}

function suggestedTrial(
  {
    parameters,
    provenance,
    budget,
    continueFrom,
    tunerState,
  }: Extract<Suggestion, { kind: "trial" }>,
  { epochsOf }: TrainingKnowledge,
): NewTrial {
  return {
    parameters,
    origin: "tuner",
    provenance,
    epochs: Math.max(1, Math.round(budget ?? epochsOf(parameters))),
    ...(budget === undefined ? {} : { budget }),
    ...(continueFrom === undefined ? {} : { continueFrom }),
    ...(tunerState === undefined ? {} : { tunerState }),
  };
}

/** The first trial that trained the same network the same way. */
function twinOf(turn: Turn, trial: NewTrial): number | null {
  const { effectiveKey } = turn.rules.training;
  const key = effectiveKey(trial.parameters);
  const twin = turn.journal.trials.find(
    (other) =>
      other.origin !== "longer" &&
      other.epochs === trial.epochs &&
      effectiveKey(other.parameters) === key,
  );
  return twin?.number ?? null;
}

/** Tests the winner, and after that is done. */
function end(turn: Turn): void {
  startTest(turn);
  if (turn.state.test) return;
  const reason = mayCreate(turn.journal, turn.at) ? "exhausted" : "limits-reached";
  turn.emit({ type: "status-changed", status: "done", reason });
}

function failWith(turn: Turn, error: ErrorRecord): void {
  turn.emit({ type: "status-changed", status: "failed", reason: "error", error });
  suspendAll(turn);
}
