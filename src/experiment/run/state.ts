import type { ErrorRecord } from "../../core/errors.ts";
import type { JournalEvent } from "../../core/journal/events.ts";
import { bestTrial, reduceJournal } from "../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import type { CheckedExperiment } from "../draft/checked-experiment.ts";
import { attemptsIn, type AttemptCounts } from "./attempts.ts";
import { goneWeights, keptWeights, type WeightsRule } from "./kept-weights.ts";

/** What the trainer makes of parameters. */
export type TrainingKnowledge = Pick<CheckedExperiment, "epochsOf" | "effectiveKey"> &
  Partial<Pick<CheckedExperiment, "modelOf">>;

/** What never changes while an experiment is open, and every decision on it may ask. */
export interface Rules extends WeightsRule {
  readonly training: TrainingKnowledge;
}

/** One attempt at a trial: at most one that is not abandoned per trial, each with a worker of its own. */
export interface Slot {
  /** Never given twice, not to a winner's test either: what is reported late is known to be late. */
  readonly id: number;
  readonly trial: number;
  readonly attempt: number;
  /** `waiting`: a pause before a worker is asked for; `opening`: one was asked for; `training`: it has its job. */
  readonly phase: "waiting" | "opening" | "training";
  /** `suspended`: ends with a checkpoint, the trial stays open; `abandoned`: the trial has ended, nobody listens. */
  readonly fate: "live" | "suspended" | "abandoned";
  /** Times in a row that the browser gave no adapter. */
  readonly refusals: number;
  /** Path of the weights it began with. */
  readonly from: string | null;
}

/** The winner's one look at the untouched test images, under way. */
export interface WinnerTest {
  readonly id: number;
  readonly trial: number;
  readonly phase: "waiting" | "opening" | "testing";
  readonly failures: number;
  /** Times that the browser gave no adapter. */
  readonly refusals: number;
}

/** All that is decided upon: what is stored, and what is under way in this tab, which goes with it. Replaced, never mutated. */
export interface RunState {
  readonly journal: ExperimentState;
  readonly attempts: AttemptCounts;
  /** Oldest first. */
  readonly slots: readonly Slot[];
  readonly test: WinnerTest | null;
  /** Winners whose test has failed for good. */
  readonly untestable: ReadonlySet<number>;
  /** Why each trial's last attempt failed, of this visit. */
  readonly lastErrors: ReadonlyMap<number, ErrorRecord>;
  /** Paths of weights that could not be read. */
  readonly badCheckpoints: ReadonlySet<string>;
  /** Paths of weights that trials name and that are not stored any more. */
  readonly gone: ReadonlySet<string>;
  /** Trials whose weights had to go for want of space, and no note says so yet. */
  readonly unannounced: readonly number[];
  /** The tuner has nothing left to try. */
  readonly exhausted: boolean;
  /** Why the journal could not be written; nothing runs until somebody says `run`. */
  readonly problem: ErrorRecord | null;
  /** `elapsedMs` when it last began to run here; null while it does not run, or that was elsewhere. */
  readonly runningSince: number | null;
  readonly closed: boolean;
  readonly nextId: number;
}

/** The state of an experiment that was just opened: nothing is under way.
 *  @param events its journal
 *  @throws AppError "journal-invalid" */
export function openedState(events: readonly JournalEvent[], rules: Rules): RunState {
  const journal = reduceJournal(events);
  return {
    journal,
    attempts: attemptsIn(events),
    slots: [],
    test: null,
    untestable: failedTests(events),
    lastErrors: new Map(),
    badCheckpoints: new Set(),
    gone: goneWeights(journal, events, rules),
    unannounced: [],
    exhausted: false,
    problem: null,
    runningSince: null,
    closed: false,
    nextId: 0,
  };
}

/** The best trial if it still has to be tested. */
export function untestedWinner(state: RunState, { optimizeMode }: Rules): TrialState | null {
  const best = bestTrial(state.journal.trials, optimizeMode);
  if (!best || best.test || best.origin === "imported") return null;
  return state.untestable.has(best.number) ? null : best;
}

/** True when the experiment was closed between its end and its winner's test. */
export function owesTest(state: RunState, rules: Rules): boolean {
  const winner = untestedWinner(state, rules);
  return (
    state.journal.status === "done" && winner !== null && keptWeights(state.gone, winner) !== null
  );
}

/** Trials whose test was given up in this journal. */
function failedTests(events: readonly JournalEvent[]): ReadonlySet<number> {
  return new Set(
    events.flatMap((event) =>
      event.type === "note" && event.code === "test-failed" ? [Number(event.details["trial"])] : [],
    ),
  );
}
